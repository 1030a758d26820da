import { describe, expect, it } from 'vitest';
import { checkTemplate } from '../../../../src/template/check/check';
import { catalogue } from '../../../../src/template/check/catalogue';
import type { Finding } from '../../../../src/template/text/finding';
import { applied, marked } from '../../../support/marked';
import { answerCases } from './answerCases';
import { bodyCases } from './bodyCases';
import { task } from './checkCase';
import { dataCases } from './dataCases';
import { frontMatterCases } from './frontMatterCases';
import { lines } from '../../../support/lines';

const cases = [...frontMatterCases, ...bodyCases, ...answerCases, ...dataCases];

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
