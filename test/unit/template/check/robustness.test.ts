import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partials, context, texts } from '../../../support/text/anyText';
import { applied } from '../../../support/text/marked';
import { Failure } from '../../../../src/failure';
import { checkTemplate } from '../../../../src/template/check/check';
import { splitPromptFile } from '../../../../src/template/syntax/dotprompt';
import type { Finding } from '../../../../src/template/text/finding';
import { renderPrompt } from '../../../../src/template/render/render';
import { readTemplate } from '../../../../src/template/read/template';

const isBroken = (findings: readonly Finding[]) =>
  findings.some(({ code }) => ['yaml-syntax', 'template-syntax', 'front-matter-open', 'block-mismatch'].includes(code));

describe('whatever a file contains', () => {
  it('splits into parts that stand where they say', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { frontMatter, body } = splitPromptFile(text);
        expect(text.slice(body.start, body.start + body.text.length)).toBe(body.text);
        if (frontMatter)
          expect(text.slice(frontMatter.start, frontMatter.start + frontMatter.text.length)).toBe(frontMatter.text);
      }),
      { numRuns: 1000 },
    );
  });

  it('is checked without an exception, and every range and fix lies inside the file', () => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const around of [{}, context]) {
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
      }),
      { numRuns: 1200 },
    );
  });

  it('is mended by each fix: the finding goes, and a file that parsed still does', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const found = checkTemplate(text, 'a.prompt', context);
        for (const { code, message, range, fixes } of found) {
          for (const { title, edits, creates } of fixes) {
            if (creates) continue;
            const fixed = applied(
              text,
              [...edits].sort((a, b) => a.start - b.start),
            );
            const after = checkTemplate(fixed, 'a.prompt', context);
            const stays = after.some(
              (each) =>
                each.code === code && each.message === message && each.range.start.offset === range.start.offset,
            );
            expect(stays, `${title} in ${JSON.stringify(text)}`).toBe(false);
            if (!isBroken(found)) expect(isBroken(after), `${title} in ${JSON.stringify(text)}`).toBe(false);
          }
        }
      }),
      { numRuns: 600 },
    );
  });

  it('may be nested without measure', () => {
    for (const text of [
      `{{#if a}}`.repeat(9000) + '{{/if}}'.repeat(9000),
      `{{json ${'(lookup a '.repeat(9000)}1${')'.repeat(9000)}}}`,
      `---\na: ${'['.repeat(9000)}\n---\nx`,
    ]) {
      expect(checkTemplate(text, 'a.prompt', context).some((finding) => finding.severity === 'error')).toBe(true);
    }
  });

  it('renders or fails with a Failure', () => {
    fc.assert(
      fc.property(texts, fc.dictionary(fc.constantFrom('a', 'l', 'b', '__proto__'), fc.jsonValue()), (text, row) => {
        const { template } = readTemplate(text, 'a.prompt', partials);
        if (!template) return;
        try {
          const { segments } = renderPrompt(template, row);
          for (const segment of segments)
            expect(segment.kind === 'text' || (segment.kind === 'soft' && segment.slot < template.slots.length)).toBe(
              true,
            );
        } catch (error) {
          expect(error).toBeInstanceOf(Failure);
        }
      }),
      { numRuns: 1200 },
    );
  });

  it('gives a template exactly when there is no error', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { template, findings } = readTemplate(text, 'a.prompt', partials);
        expect(template === undefined).toBe(findings.some((finding) => finding.severity === 'error'));
      }),
      { numRuns: 1000 },
    );
  });
});
