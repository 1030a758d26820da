import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/failure';
import { checkTemplate } from '../../../src/template/check';
import { splitPromptFile } from '../../../src/template/dotprompt';
import { renderPrompt } from '../../../src/template/render';
import { readTemplate } from '../../../src/template/template';

const pieces = fc.constantFrom(
  '---\n', '---\r\n', 'input:', '\n  schema:', '\n    a: string', ' { schema: { a: string, l(enum): [x, y] } }', 'output:', 'tune.data: { train: t }', 'tune.labels:', '{ x: [] }', 'tune.', 'length: 0',
  '\n', '\r\n', '\r', ' ', '😀', '{{', '}}', '}}}', '{{a}}', '{{l}}', '{{soft 3}}', '{{soft', ' id="k"', '{{soft 2 id="k"}}', '{{#if a}}', '{{/if}}', '{{else}}', '{{#each a}}', '{{/each}}', '{{^}}', '{{> p}}',
  '{{#> p}}', '{{/p}}', '{{#*inline "p"}}', '{{/inline}}', '{{{{raw}}}}', '{{{{/raw}}}}', '{{!-- ', '--}}', '{{#instruction}}', '{{/instruction}}', '{{json (lookup a "b")}}', '{{../a}}', '{{@index}}', '{{#a as |b|}}', '{{/a}}', '\\', '[', ']', '"', '&x', '*x', '<<: ', '!!t ', '"placeholder"', '{"mask"}', '# c\n', '~', '\u0000', '\ud83d',
);
const texts = fc.oneof(fc.array(pieces, { maxLength: 18 }).map((parts) => parts.join('')), fc.string({ unit: 'grapheme', maxLength: 60 }));
const partials = (name: string) => ({ p: '{{a}}{{> q}}', q: '{{soft 2}}{{#if a}}x{{/if}}' })[name];
const surroundings = {
  readPartial: partials, fileExists: () => false, columns: ['b'], dataLabels: { x: 9, z: 1 }, contextLength: 4, models: [],
  encoder: { vocabularySize: 65_536, encode: (text: string) => [...text].map((letter) => letter.charCodeAt(0)) },
};

describe('whatever a file contains', () => {
  it('splits into parts that stand where they say', () => {
    fc.assert(fc.property(texts, (text) => {
      const { frontMatter, body } = splitPromptFile(text);
      expect(text.slice(body.start, body.start + body.text.length)).toBe(body.text);
      if (frontMatter) expect(text.slice(frontMatter.start, frontMatter.start + frontMatter.text.length)).toBe(frontMatter.text);
    }), { numRuns: 1000 });
  });

  it('is checked without an exception, and every range and fix lies inside the file', () => {
    fc.assert(fc.property(texts, (text) => {
      for (const around of [{}, surroundings]) {
        for (const { range, fixes, message } of checkTemplate(text, 'a.prompt', around)) {
          expect(message).not.toBe('');
          expect(range.start.offset).toBeGreaterThanOrEqual(0);
          expect(range.end.offset).toBeGreaterThanOrEqual(range.start.offset);
          expect(range.end.offset).toBeLessThanOrEqual(text.length);
          for (const edit of fixes.flatMap((fix) => fix.edits)) {
            expect(edit.start).toBeGreaterThanOrEqual(0);
            expect(edit.end).toBeGreaterThanOrEqual(edit.start);
            expect(edit.end).toBeLessThanOrEqual(text.length);
          }
        }
      }
    }), { numRuns: 1200 });
  });

  it('may be nested without measure', () => {
    for (const text of [`{{#if a}}`.repeat(9000) + '{{/if}}'.repeat(9000), `{{json ${'(lookup a '.repeat(9000)}1${')'.repeat(9000)}}}`, `---\na: ${'['.repeat(9000)}\n---\nx`]) {
      expect(checkTemplate(text, 'a.prompt', surroundings).some((finding) => finding.severity === 'error')).toBe(true);
    }
  });

  it('renders or fails with a Failure', () => {
    fc.assert(fc.property(texts, fc.dictionary(fc.constantFrom('a', 'l', 'b', '__proto__'), fc.jsonValue()), (text, row) => {
      const { template } = readTemplate(text, 'a.prompt', partials);
      if (!template) return;
      try {
        const { segments } = renderPrompt(template, row);
        for (const segment of segments) expect(segment.kind === 'text' || segment.slot < template.slots.length).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(Failure);
      }
    }), { numRuns: 1200 });
  });

  it('gives a template exactly when there is no error', () => {
    fc.assert(fc.property(texts, (text) => {
      const { template, findings } = readTemplate(text, 'a.prompt', partials);
      expect(template === undefined).toBe(findings.some((finding) => finding.severity === 'error'));
    }), { numRuns: 1000 });
  });
});
