import { describe, expect, it } from 'vitest';
import { completeAt } from '../../../../src/template/language/completion';
import type { TemplateContext } from '../../../../src/template/read/templateContext';
import { lines } from '../../../support/text/lines';

const context: TemplateContext = {
  models: ['org/tiny'],
  dataFiles: ['data/train.csv', 'data/dev.csv'],
  columns: ['text', 'desk'],
  partialNames: ['intro'],
  dataLabels: { bug: 3, account: 2 },
  sampleRows: [{ text: 'Where is it?' }, { text: 'I paid twice.' }],
};

/** Proposals at the `|` of a text. */
function at(marked: string, around: TemplateContext = context) {
  const offset = marked.indexOf('|');
  return completeAt(marked.replace('|', ''), offset, around);
}

/** The text after the proposal of a label is taken. */
function taken(marked: string, label: string): string {
  const text = marked.replace('|', '');
  const item = at(marked).find((each) => each.label === label);
  if (!item)
    throw new Error(
      `${label} is not among ${at(marked)
        .map((each) => each.label)
        .join(', ')}`,
    );
  return text.slice(0, item.range.start.offset) + item.insert + text.slice(item.range.end.offset);
}

const labelsAt = (marked: string) => at(marked).map((item) => item.label);

const head = lines(
  '---',
  'input:',
  '  schema:',
  '    text: string, what was written',
  '  default:',
  '    shots: [ { text: a, label: bug } ]',
  'output:',
  '  schema:',
  '    label(enum): [bug, account]',
  '---',
  '',
);

describe('completion in the front matter', () => {
  it('proposes the keys that are not there yet, while the block is not closed', () => {
    const labels = labelsAt('---\nmodel: builtin\ntune.le|');
    expect(labels).toContain('tune.length');
    expect(labels).toContain('description');
    expect(labels).not.toContain('model');
  });

  it('proposes what a template needs first, then settings, then what only other tools read', () => {
    const labels = labelsAt('---\n|\n---\nx');
    expect(labels.slice(0, 4)).toEqual(['model', 'description', 'input', 'output']);
    expect(labels.indexOf('tune.method')).toBe(4);
    expect(labels.indexOf('toolDefs')).toBeGreaterThan(labels.indexOf('tune.maxLength'));
  });

  it('replaces the word at the cursor, dot included', () => {
    expect(taken('---\ntune.le|\n---\nx', 'tune.length')).toBe('---\ntune.length: \n---\nx');
  });

  it('replaces the name alone where its colon and value stand already', () => {
    expect(taken('---\ntune.le|ng: 20\n---\nx', 'tune.length')).toBe('---\ntune.length: 20\n---\nx');
  });

  it('proposes keys between dashes with nothing between them', () => {
    expect(labelsAt('---\n|\n---\n')).toContain('model');
  });

  it.each([
    ['methods', '---\ntune.method: |\n---\nx', ['hard', 'soft', 'v1', 'v2', 'prompt-tuning']],
    ['optimizers, after a colon without space', '---\ntune.optimizer:|\n---\nx', ['adamw', 'adafactor', 'sgd']],
    ['schedules', '---\ntune.schedule: co|\n---\nx', ['constant', 'linear', 'cosine']],
    ['switches', '---\ntune.projection: |\n---\nx', ['true', 'false']],
    ['ways to start', '---\ntune.init: |\n---\nx', ['text', 'vocabulary', 'labels', 'uniform']],
    ['models', '---\nmodel: |\n---\nx', ['builtin', 'org/tiny']],
    ['splits in braces', '---\ntune.data: { |\n---\nx', ['train', 'dev', 'test']],
    ['data files in braces', '---\ntune.data: { train: data/|, dev: x }\n---\nx', ['data/train.csv', 'data/dev.csv']],
    ['shares of train for dev', '---\ntune.data: { train: t, dev: | }\n---\nx', ['10%', '15%', '20%', 'data/dev.csv']],
    ['data files by indentation', '---\ntune.data:\n  train: |\n---\nx', ['data/train.csv', 'data/dev.csv']],
    [
      'the keys of a data file',
      '---\ntune.data: { train: { | } }\n---\nx',
      ['file', 'columns', 'separator', 'encoding'],
    ],
    ['the file of a data file', '---\ntune.data: { train: { file: | } }\n---\nx', ['data/train.csv', 'data/dev.csv']],
    ['separators', '---\ntune.data:\n  train:\n    separator: |\n---\nx', ['","', '";"', '"\\t"', '"|"']],
    ['encodings', '---\ntune.data: { dev: { encoding: | } }\n---\nx', ['utf-8', 'utf-16le', 'utf-16be', 'latin1']],
    ['columns in a schema', '---\ninput:\n  schema:\n    |\n---\nx', ['text', 'desk']],
    ['types', '---\ninput:\n  schema:\n    text: |\n---\nx', ['string', 'number']],
    ['labels of the data', '---\noutput:\n  schema:\n    desk(enum): |\n---\nx', ['[bug, account]']],
    ['labels of the verbalizer', `${head.replace('---\n', '---\ntune.labels: { | }\n')}`, ['bug', 'account']],
    ['the label of a demonstration', head.replace('label: bug }', 'label: | }'), ['bug', 'account']],
    ['fields of a demonstration', head.replace('text: a, label: bug }', 'text: a, | }'), ['label', 'desk']],
  ])('proposes %s', (_, text, wanted) => {
    expect(labelsAt(text)).toEqual(expect.arrayContaining(wanted));
  });

  it.each(['model: [\n', 'a: "open\n', 'a: 1\n  b: 2\n', 'tune.length: {{soft\n'])(
    'knows labels, columns and values although the YAML does not parse: %s',
    (broken) => {
      const text = `${head.replace(/---\n$/, '')}${broken}`;
      expect(labelsAt(`${text}tune.optimizer: |\n---\n`)).toContain('adafactor');
      expect(labelsAt(`${text}---\n{{te|`)).toContain('text');
      expect(labelsAt(`${text}---\n{{#ifEquals label "|`)).toEqual(expect.arrayContaining(['bug', 'account']));
    },
  );

  it('leaves out the splits that are named', () => {
    expect(labelsAt('---\ntune.data: { train: a, | }\n---\nx')).toEqual(['dev', 'test']);
  });

  it('keeps the space after a colon', () => {
    expect(taken('---\ntune.optimizer:|\n---\nx', 'sgd')).toBe('---\ntune.optimizer: sgd\n---\nx');
  });

  it('says nothing in a comment', () => {
    expect(labelsAt('---\nmodel: x # tune.|\n---\nx')).toEqual([]);
  });

  it('explains a setting: meaning, value, default and paper', () => {
    const item = at('---\ntune.len|\n---\nx').find((each) => each.label === 'tune.length')!;
    expect(item.documentation).toMatch(/Virtual tokens/);
    expect(item.documentation).toMatch(/at least 1/);
    expect(item.documentation).toMatch(/Default: 20/);
    expect(item.documentation).toMatch(/Lester/);
  });
});

describe('completion in the body', () => {
  it('proposes variables, helpers and the answer in an open tag', () => {
    expect(labelsAt(`${head}Say {{|`)).toEqual(expect.arrayContaining(['text', 'shots', 'label', 'soft', 'json']));
    expect(labelsAt(`${head}Say {{|`).indexOf('soft')).toBeLessThan(labelsAt(`${head}Say {{|`).indexOf('log'));
  });

  it('shows type, description and samples of a variable', () => {
    const item = at(`${head}{{te|}}`).find((each) => each.label === 'text')!;
    expect(item.detail).toBe('string');
    expect(item.documentation).toContain('what was written');
    expect(item.documentation).toContain('I paid twice.');
  });

  it('knows the place although the text before it does not parse', () => {
    expect(labelsAt(`${head}{{#if text}} {{/each}} {{te|`)).toContain('text');
    expect(taken(`${head}{{#if text}} {{te|`, 'text')).toBe(`${head}{{#if text}} {{text`);
  });

  it('offers the fields of a list inside its block, and the row through ../', () => {
    const labels = labelsAt(`${head}{{#each shots}}{{|}}{{/each}}`);
    expect(labels).toEqual(expect.arrayContaining(['text', 'label', '@index', '../text']));
  });

  it('closes the innermost open block first', () => {
    expect(labelsAt(`${head}{{#each shots}}{{#if text}}a{{/|`)).toEqual(['if', 'each']);
  });

  it('writes a block with its end, or the name alone where the braces are closed', () => {
    expect(taken(`${head}{{#if|`, 'ifEquals')).toBe(`${head}{{#ifEquals \${1:value} \${2:other}}}$0{{/ifEquals}}`);
    expect(taken(`${head}{{#ea|}}`, 'each')).toBe(`${head}{{#each}}`);
  });

  it.each([
    ['partials', `${head}{{> in|`, ['intro']],
    ['attributes of virtual tokens', `${head}{{soft 8 |`, ['init', 'id']],
    ['ids that are in use', `${head}{{soft 8 id="task"}} {{soft id="|`, ['task']],
    ['lists after each', `${head}{{#each |`, ['shots']],
    ['labels to compare with', `${head}{{#ifEquals label |`, ['"bug"', '"account"']],
    ['labels inside quotes', `${head}{{#ifEquals label "|`, ['bug', 'account']],
    ['roles', `${head}{{role "|`, ['user', 'model', 'system']],
  ])('proposes %s', (_, text, wanted) => {
    expect(labelsAt(text)).toEqual(expect.arrayContaining(wanted));
  });

  it('offers only what is not written of the attributes', () => {
    expect(labelsAt(`${head}{{soft 8 id="a" |`)).not.toContain('id');
  });

  it('says nothing outside tags, in comments and behind escaped braces', () => {
    for (const text of [`${head}Say |`, `${head}{{text}}|`, `${head}{{! te|`, `${head}\\{{te|`])
      expect(labelsAt(text)).toEqual([]);
  });

  it('works with carriage returns and emoji before the place', () => {
    const item = at(`${head.replaceAll('\n', '\r\n')}😀é {{te|`).find((each) => each.label === 'text')!;
    expect(item.range.start.column).toBe(6);
    expect(item.range.end.column).toBe(8);
  });
});
