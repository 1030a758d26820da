import { describe, expect, it } from 'vitest';
import { checkTemplate } from '../../../../src/template/check/check';
import { catalogue } from '../../../../src/template/check/catalogue';
import type { Finding } from '../../../../src/template/text/finding';
import { applied, marked } from '../../../support/text/marked';
import { answerCases } from './answerCases';
import { bodyCases } from './bodyCases';
import { chatCases } from './chatCases';
import { task } from './checkCase';
import { dataCases } from './dataCases';
import { frontMatterCases } from './frontMatterCases';
import { objectCases } from './objectCases';
import { metricCases } from './metricCases';
import { lines } from '../../../support/text/lines';

const cases = [
  ...frontMatterCases,
  ...bodyCases,
  ...answerCases,
  ...objectCases,
  ...chatCases,
  ...dataCases,
  ...metricCases,
];

describe('the checker', () => {
  it.each(cases)('reports $code at its place $how', ({ code, bad, around = {}, severity = 'error' }) => {
    const { text, start, end } = marked(bad);
    const found = checkTemplate(text, 'folder/a.prompt', around).filter((finding) => finding.code === code);
    expect(found.map(({ range }) => [range.start.offset, range.end.offset])).toEqual([[start, end]]);
    expect(found[0]!.severity).toBe(severity);
    const before = text.slice(0, start).split(/\r\n|\n/);
    expect(found[0]!.range.start).toMatchObject({ line: before.length - 1, column: before.at(-1)!.length });
  });

  it.each(cases)('stays silent on $code where nothing is wrong $how', ({ code, clean, around = {} }) => {
    expect(checkTemplate(clean, 'folder/a.prompt', around).filter((finding) => finding.code === code)).toEqual([]);
  });

  it.each(cases.filter((each) => each.fixed !== undefined))(
    'repairs $code $how',
    ({ code, bad, fixed, around = {} }) => {
      const { text } = marked(bad);
      const finding = checkTemplate(text, 'folder/a.prompt', around).find((each) => each.code === code)!;
      expect(applied(text, finding.fixes[0]!.edits)).toBe(fixed);
    },
  );

  it('offers only fixes that remove their finding and leave a file that still parses', () => {
    let applications = 0;
    for (const { bad, around = {} } of cases) {
      const { text } = marked(bad);
      for (const finding of checkTemplate(text, 'folder/a.prompt', around)) {
        for (const { edits, creates = [], title } of finding.fixes) {
          const fixed = applied(text, edits);
          const made = new Map(creates.map((file) => [file.path, file.text]));
          const readPartial =
            around.readPartial || made.size > 0
              ? (name: string) => around.readPartial?.(name) ?? made.get(`_${name}.prompt`)
              : undefined;
          const after = checkTemplate(fixed, 'folder/a.prompt', { ...around, readPartial });
          const same = (findings: readonly Finding[]) =>
            findings.filter((each) => each.code === finding.code && each.message === finding.message).length;
          const broken = (findings: readonly Finding[]) =>
            findings.filter((each) =>
              ['yaml-syntax', 'template-syntax', 'front-matter-open', 'block-mismatch'].includes(each.code),
            ).length;
          expect(same(after), `${title} in ${JSON.stringify(text)}`).toBeLessThan(
            same(checkTemplate(text, 'folder/a.prompt', around)),
          );
          expect(broken(after), `${title} in ${JSON.stringify(text)}`).toBeLessThanOrEqual(
            broken(checkTemplate(text, 'folder/a.prompt', around)) - broken([finding]),
          );
          applications++;
        }
      }
    }
    expect(applications).toBeGreaterThan(40);
  });

  it('has a case for every code of the catalogue, and raises none beside it', () => {
    const raised = new Set(
      cases
        .flatMap(({ bad, clean, around = {} }) =>
          [marked(bad).text, clean].flatMap((text) => checkTemplate(text, 'folder/a.prompt', around)),
        )
        .map(({ code }) => code),
    );
    expect([...raised].sort()).toEqual(catalogue.map(({ code }) => code).sort());
    expect([...new Set(cases.map(({ code }) => code))].sort()).toEqual(catalogue.map(({ code }) => code).sort());
  });

  it('gathers dotted data keys into the one form that dotprompt keeps together', () => {
    const text = '---\ntune.data.train: a.jsonl\nmodel: x\ntune.data.dev: b.jsonl\n---\nx';
    const [first] = checkTemplate(text, 'a.prompt', {}).filter((finding) => finding.code === 'unknown-key');
    expect(applied(text, first!.fixes[0]!.edits)).toBe(
      '---\ntune.data: { train: a.jsonl, dev: b.jsonl }\nmodel: x\n---\nx',
    );
  });

  it('adds an unknown variable to the schema in the style of the schema', () => {
    const add = (text: string) => {
      const finding = checkTemplate(text, 'a.prompt', {}).find((each) => each.code === 'unknown-variable')!;
      return applied(text, finding.fixes.find((fix) => fix.title.startsWith('Add'))!.edits);
    };
    expect(add('---\ninput:\n  schema:\n    text: string\nmodel: x\n---\n{{text}}{{colour}}')).toBe(
      '---\ninput:\n  schema:\n    text: string\n    colour: string\nmodel: x\n---\n{{text}}{{colour}}',
    );
    expect(add('---\ninput: { schema: { text: string } }\n---\n{{text}}{{colour}}')).toBe(
      '---\ninput: { schema: { text: string, colour: string } }\n---\n{{text}}{{colour}}',
    );
  });

  it('adds to a list that ends with a comma, and offers nothing behind a comment', () => {
    const fixes = (labels: string) =>
      checkTemplate(task('{{text}}{{label}}').replace('[person, place]', labels), 'a.prompt', {
        dataLabels: { person: 3, place: 3, thing: 2 },
      }).find(({ code }) => code === 'label-unknown')!.fixes;
    const text = task('{{text}}{{label}}').replace('[person, place]', '[person, place, ]');
    expect(applied(text, fixes('[person, place, ]')[0]!.edits)).toBe(text.replace('place, ]', 'place, thing ]'));
    expect(fixes('[person, place # two\n    ]')).toEqual([]);
  });

  it('says nothing about an ordinary dotprompt file', () => {
    const stock = lines(
      '---',
      'model: googleai/gemini',
      'input:',
      '  schema:',
      '    text: string, what to sum up',
      '    tone?: string',
      'output:',
      '  schema:',
      '    summary: string',
      '---',
      '{{role "system"}}Sum up.',
      '{{role "user"}}{{#if tone}}In a {{tone}} tone.{{/if}}',
      '{{text}}',
      '',
    );
    expect(checkTemplate(stock, 'a.prompt', { fileExists: () => false })).toEqual([]);
  });

  it('leaves a plain text with placeholders alone', () => {
    expect(checkTemplate('Question: {{question}}\nAnswer:', 'a.prompt', {})).toEqual([]);
  });
});

describe('a label in tune.labels that the enum does not list', () => {
  const remove = (keys: string) => {
    const text = task('{{text}}{{label}}', keys);
    const finding = checkTemplate(text, 'a.prompt', {}).find(({ code }) => code === 'label-unknown')!;
    const fix = finding.fixes.find(({ title }) => title === 'Remove "thing" from tune.labels');
    return fix && applied(text, fix.edits);
  };

  it.each([
    ['the first of a line', 'tune.labels: { thing: a, place: b }\n', 'tune.labels: { place: b }\n'],
    ['the last of a line', 'tune.labels: { place: b, thing: a }\n', 'tune.labels: { place: b }\n'],
    ['a line of its own', 'tune.labels:\n  thing: a\n  place: b\n', 'tune.labels:\n  place: b\n'],
    ['the only one, with the key', 'tune.labels: { thing: a }\n', ''],
  ])('can be removed: %s', (_, keys, fixed) => {
    expect(remove(keys)).toBe(task('{{text}}{{label}}', fixed));
  });
});

describe('labels that no row has', () => {
  const rows = (labels: Readonly<Record<string, number>>, truncated = false) => ({
    file: 'f',
    rows: 2,
    columns: ['text', 'label'],
    labels,
    keys: new Map(),
    truncated,
  });
  const messages = (splits: Parameters<typeof checkTemplate>[2]['splits']) =>
    checkTemplate(task('{{text}}{{label}}', 'tune.data: { train: t, test: u }\n'), 'a.prompt', { splits })
      .filter(({ code }) => code === 'label-without-rows')
      .map(({ message }) => message);

  it('are named, those that are only measured apart from those that are nowhere', () => {
    expect(messages({ train: rows({ person: 2 }) })).toEqual([
      'No row of the data has the label "place": it is never learned nor measured.',
    ]);
    expect(messages({ train: rows({ person: 2 }), test: rows({ person: 1, place: 1 }) })).toEqual([
      'No row of train has the label "place": it is measured, but nothing is learned of it.',
    ]);
    expect(messages({ train: rows({ thing: 2 }) })).toEqual([
      'No row of the data has one of the labels "person" and "place": they are never learned nor measured.',
    ]);
  });

  it('are not told from those of a file that was read in part, or that has no labels at all', () => {
    expect(messages({ train: rows({ person: 2 }, true) })).toEqual([]);
    expect(messages({ train: rows({}) })).toEqual([]);
  });
});

describe('a column that the data lack', () => {
  it('is said with those that there are, of which a fix takes one that nothing else reads, everywhere', () => {
    const text = task('{{text}} {{text}}{{label}}', 'tune.data: { train: t }\n');
    const [finding] = checkTemplate(text, 'a.prompt', { columns: ['first name', 'label', 'sentence', 'id'] });
    expect(finding!.message).toBe('The data has no column "text"; it has first name, label, sentence and id.');
    expect(finding!.fixes.map(({ title }) => title)).toEqual(['Use Column "sentence"', 'Use Column "id"']);
    expect(applied(text, finding!.fixes[0]!.edits)).toBe(text.replaceAll('text', 'sentence'));
  });
});
