import { describe, expect, it } from 'vitest';
import type { TemplateContext } from '../../../../src/template/read/templateContext';
import { describeDefaults, describeRange } from '../../../../src/template/settings/describeSetting';
import { settingKeys } from '../../../../src/template/settings/settingKeys';
import { hoverAt } from '../../../../src/template/language/hover';
import { trainedParameters } from '../../../../src/template/settings/trainedParameters';
import { lines } from '../../../support/text/lines';

const sizes = { hiddenSize: 64, layers: 4, keyValueHeads: 2, headSize: 16, contextLength: 256 };
const context: TemplateContext = {
  sizes,
  columns: ['text'],
  sampleRows: [{ text: 'One' }, { text: 'Two `x`' }, { text: 'One' }, { text: 'Three' }, { text: 'Four' }],
  encoder: {
    firstVirtualToken: 100,
    encode: (text) =>
      text
        .split(' ')
        .filter(Boolean)
        .map((word) => word.length),
  },
  splits: {
    train: { file: 't', rows: 8, columns: ['text', 'kind'], labels: { bug: 5 }, keys: new Map(), truncated: false },
  },
  lastRuns: [
    {
      run: 'r1',
      method: 'soft',
      score: { name: 'accuracy', value: 0.925, interval: null, scale: 'share' },
      loss: 0.3,
      n: 40,
      rows: '40 rows of test',
      chosen: '',
      seeds: '',
      changed: [],
      finished: '2026-03-04T05:06:07Z',
    },
  ],
};
const head = lines(
  '---',
  'input:',
  '  schema: { text: "string, what was written" }',
  '  default: { shots: [ { text: a, kind: bug }, { text: b, kind: bug } ] }',
  'output: { schema: { kind(enum): [bug, account] } }',
  'tune.length: 20',
  'tune.labels: { bug: [" fault", " broken thing"] }',
  'tune.data: { train: t }',
  '---',
  '',
);

function hover(marked: string, around = context) {
  const offset = marked.indexOf('¦');
  const text = marked.replace('¦', '');
  const found = hoverAt(text, offset, around);
  return found && { ...found, word: text.slice(found.range.start.offset, found.range.end.offset) };
}

describe('hovering', () => {
  it('says of a share how many rows it is, and that they stay', () => {
    const seen = {
      file: 't',
      rows: 3,
      columns: ['text'],
      labels: {},
      keys: new Map<string, number>(),
      truncated: false,
    };
    const around = { ...context, splits: { ...context.splits, dev: seen } };
    const { markdown } = hover(head.replace('{ train: t }', '{ train: t, d¦ev: 15% }'), around)!;
    expect(markdown).toContain('3 rows');
    expect(markdown).toContain("A share of train's rows, by their inputs and `tune.splitSeed`");
    expect(hover(head.replace('{ train: t }', '{ tr¦ain: t, dev: 15% }'), around)!.markdown).not.toContain('A share');
  });

  it('shows the one form of an answer that is an object, as the first row has it', () => {
    const extraction = lines(
      '---',
      'input: { schema: { text: string }, default: { shots: [ { text: a, city: b } ] } }',
      'output: { format: json, schema: { city: string, total?: number } }',
      'tune.data: { train: t }',
      '---',
      '{{#each shots}}{{text}} {{json output}}{{/each}}{{text}}',
      '{{output}}',
    );
    const around = { ...context, sampleRows: [{ text: 'One', output: '{"city":"Bonn","total":1}' }] };
    const shows = '```json\n{"city":"Bonn","total":1}\n```';
    for (const [word, marked] of [
      ['output', extraction.replace(/\{\{output\}\}$/, '{{out¦put}}')],
      ['output', extraction.replace('json output', 'json out¦put')],
      ['output', extraction.replace('output:', 'out¦put:')],
      ['schema', extraction.replace('json, schema', 'json, sch¦ema')],
    ] as const) {
      const found = hover(marked, around);
      expect(found?.word).toBe(word);
      expect(found?.markdown).toContain(shows);
      expect(hover(marked, context)?.markdown ?? '').not.toContain('```');
    }
  });

  it('shows type, description and three different samples of a variable', () => {
    const { word, markdown } = hover(`${head}{{te¦xt}}`)!;
    expect(word).toBe('text');
    expect(markdown).toContain('string');
    expect(markdown).toContain('what was written');
    for (const sample of ['`One`', 'Two `x`', '`Three`']) expect(markdown).toContain(sample);
    expect(markdown).not.toContain('Four');
  });

  it('shows the samples of a field inside the block of its list', () => {
    const { markdown } = hover(`${head}{{#each shots}}{{te¦xt}}{{/each}}`)!;
    expect(markdown).toContain('shots');
    expect(markdown).toContain('`a`');
    expect(hover(`${head}{{#each shots}}{{../te¦xt}}{{/each}}`)!.markdown).toContain('what was written');
  });

  it('counts the numbers that each method trains for a soft prompt, and tells of the last run', () => {
    const { word, markdown } = hover(`${head}{{so¦ft 8 init="some words" id="task"}}`)!;
    expect(word).toBe('{{soft 8 init="some words" id="task"}}');
    expect(markdown).toContain('8 virtual tokens');
    expect(markdown).toContain('soft: 512');
    expect(markdown).toContain('v2: 2,048');
    expect(markdown).toContain('`some words`');
    expect(markdown).toContain('`task`');
    expect(markdown).toContain('accuracy 0.925');
  });

  it('takes the length of a soft prompt from its words where none is written', () => {
    expect(hover(`${head}{{soft ini¦t="three small words"}}`)!.markdown).toContain('3 virtual tokens');
    expect(hover(`${head}{{soft ini¦t="three small words"}}`, {})!.markdown).toContain('as many as');
  });

  it('shows the tokens of each word of a label', () => {
    const { markdown } = hover(head.replace('{ bug:', '{ b¦ug:') + '{{kind}}')!;
    expect(markdown).toContain('1 token');
    expect(markdown).toContain('2 tokens');
    expect(markdown).toContain('5 of 8');
    const named = { ...context, encoder: { ...context.encoder!, token: (id: number) => `Ġ${id}` } };
    expect(hover(head.replace('{ bug:', '{ b¦ug:') + '{{kind}}', named)!.markdown).toContain('2 tokens (`Ġ6` `Ġ5`)');
    expect(hover(head.replace('[bug, account]', '[bug, acc¦ount]'))!.markdown).toContain('`  account `');
  });

  it('explains settings, keys of dotprompt, helpers and partials', () => {
    expect(hover(head.replace('tune.length', 'tune.len¦gth'))!.markdown).toMatch(/Lester/);
    expect(hover(head.replace('tune.length', 'tune.len¦gth'))!.markdown).toContain('v2: 5,120');
    expect(hover(head.replace('output:', 'out¦put:'))!.markdown).toContain('What the model answers');
    expect(hover(head.replace('train: t', 'tra¦in: t'))!.markdown).toContain('8 rows');
    expect(hover(`${head}{{#if te¦xt}}x{{/if}}`)!.markdown).toContain('string');
    expect(hover(`${head}{{#i¦f text}}x{{/if}}`)!.markdown).toContain('Renders its block');
    expect(hover(`${head}{{> int¦ro}}`)!.markdown).toContain('_intro.prompt');
  });

  it.each(settingKeys)('explains tune.$name: meaning, what may be written, default', (key) => {
    const { word, markdown } = hover(`---\ntune.${key.name}¦: x\n---\n`)!;
    expect(word).toBe(`tune.${key.name}`);
    for (const part of [
      key.meaning(),
      describeRange(key),
      ...(key.defaults ? [`Default: ${describeDefaults(key)}`] : []),
      ...(key.paper ? [key.paper] : []),
    ])
      expect(markdown).toContain(part);
  });

  it('works in a file that does not parse', () => {
    expect(hover(`${head}{{#if text}} {{te¦xt`)!.markdown).toContain('what was written');
  });

  it('says nothing about plain text', () => {
    expect(hover(`${head}Pla¦in {{text}}`)).toBeUndefined();
  });
});

describe('the numbers a method trains', () => {
  it('are vectors at the input, or keys and values in every layer', () => {
    expect(trainedParameters('hard', 20, sizes)).toBe(0);
    expect(trainedParameters('soft', 20, sizes)).toBe(20 * 64);
    expect(trainedParameters('v1', 20, sizes)).toBe(20 * 64);
    expect(trainedParameters('v2', 20, sizes)).toBe(20 * 2 * 4 * 2 * 16);
  });
});
