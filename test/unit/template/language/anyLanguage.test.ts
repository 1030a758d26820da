import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeAt } from '../../../../src/template/language/completion';
import { definitionsAt, linksOf } from '../../../../src/template/language/definitions';
import { splitPromptFile } from '../../../../src/template/syntax/dotprompt';
import { foldsOf } from '../../../../src/template/language/folding';
import { formatTemplate } from '../../../../src/template/language/format';
import { hoverAt } from '../../../../src/template/language/hover';
import { convertOpenPromptLine } from '../../../../src/template/import/openPrompt/importOpenPrompt';
import { inlaysOf } from '../../../../src/template/language/inlay';
import { lensesOf } from '../../../../src/template/language/lenses';
import { lineTable } from '../../../../src/template/text/position';
import type { Range } from '../../../../src/template/text/position';
import { occurrencesAt, renameAt, renameTargetAt } from '../../../../src/template/language/rename';
import { renderPrompt } from '../../../../src/template/render/render';
import { symbolsOf } from '../../../../src/template/language/symbols';
import type { TemplateSymbol } from '../../../../src/template/language/symbols';
import { readTemplate } from '../../../../src/template/read/template';
import { partials, context, texts } from '../../../support/text/anyText';
import { applied } from '../../../support/text/marked';

const textAndPlace = texts.chain((text) => fc.tuple(fc.constant(text), fc.integer({ min: -1, max: text.length + 1 })));

function expectInside(text: string, { start, end }: Range): void {
  expect(start.offset).toBeGreaterThanOrEqual(0);
  expect(end.offset).toBeGreaterThanOrEqual(start.offset);
  expect(end.offset).toBeLessThanOrEqual(text.length);
  const { starts } = lineTable(text);
  expect(starts[start.line]! + start.column).toBe(start.offset);
}

function expectOrdered(text: string, edits: readonly { start: number; end: number }[]): void {
  edits.forEach((edit, index) => {
    expect(edit.start).toBeGreaterThanOrEqual(index === 0 ? 0 : edits[index - 1]!.end);
    expect(edit.end).toBeGreaterThanOrEqual(edit.start);
    expect(edit.end).toBeLessThanOrEqual(text.length);
  });
}

describe('whatever a file contains, at any place', () => {
  it('completes within the file, around the place', () => {
    fc.assert(
      fc.property(textAndPlace, ([text, offset]) => {
        for (const { range, label, insert } of completeAt(text, offset, context)) {
          expectInside(text, range);
          const at = Math.min(Math.max(offset, 0), text.length);
          expect(range.start.offset).toBeLessThanOrEqual(at);
          expect(range.end.offset).toBeGreaterThanOrEqual(at);
          expect(label).not.toBe('');
          expect(insert).not.toBe('');
        }
      }),
      { numRuns: 800 },
    );
  });

  it('hovers and finds definitions within the file', () => {
    fc.assert(
      fc.property(textAndPlace, ([text, offset]) => {
        const hover = hoverAt(text, offset, context);
        if (hover) {
          expectInside(text, hover.range);
          expect(hover.markdown).not.toBe('');
        }
        for (const { origin, range } of definitionsAt(text, offset, '/a/a.prompt')) {
          expectInside(text, origin);
          if (range) expectInside(text, range);
        }
        for (const { range } of linksOf(text, '/a/a.prompt')) expectInside(text, range);
      }),
      { numRuns: 1200 },
    );
  });

  it('outlines and folds: names lie in their entries, and entries in their parents', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const visit = (symbol: TemplateSymbol, parent?: TemplateSymbol) => {
          expectInside(text, symbol.range);
          expectInside(text, symbol.selectionRange);
          expect(symbol.name).not.toBe('');
          expect(symbol.selectionRange.start.offset).toBeGreaterThanOrEqual(symbol.range.start.offset);
          expect(symbol.selectionRange.end.offset).toBeLessThanOrEqual(symbol.range.end.offset);
          if (parent) expect(symbol.range.end.offset).toBeLessThanOrEqual(parent.range.end.offset);
          symbol.children.forEach((child) => visit(child, symbol));
        };
        symbolsOf(text).forEach((symbol) => visit(symbol));
        const lastLine = lineTable(text).starts.length - 1;
        for (const { startLine, endLine } of foldsOf(text)) {
          expect(startLine).toBeGreaterThanOrEqual(0);
          expect(endLine).toBeGreaterThan(startLine);
          expect(endLine).toBeLessThanOrEqual(lastLine);
        }
      }),
      { numRuns: 1200 },
    );
  });

  it('hints and lenses stay within the file', () => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const { position } of inlaysOf(text, 'a.prompt', context))
          expect(position.offset).toBeLessThanOrEqual(text.length);
        for (const { range } of lensesOf(text, 'a.prompt', context)) expectInside(text, range);
      }),
      { numRuns: 800 },
    );
  });

  it('renamed and renamed back is what it was, partials included, and the rename keeps its target', () => {
    let throughPartials = 0;
    const included = texts.map((text): [string, number] => [`${text}{{a}}{{> p}}`, text.length + 3]);
    fc.assert(
      fc.property(
        fc.oneof({ arbitrary: textAndPlace, weight: 4 }, { arbitrary: included, weight: 1 }),
        ([text, offset]) => {
          for (const range of occurrencesAt(text, offset, context)) expectInside(text, range);
          const target = renameTargetAt(text, offset, context);
          const renamed = renameAt(text, offset, 'zebra', context);
          if ('reason' in target) {
            expect('reason' in renamed).toBe(true);
            return;
          }
          expectInside(text, target.range);
          expect(text.slice(target.range.start.offset, target.range.end.offset)).toBe(target.name);
          if ('reason' in renamed) return;
          expectOrdered(text, renamed.edits);
          const changed = applied(text, renamed.edits);
          if (renamed.partials.length > 0) throughPartials++;
          const changedPartials = new Map(
            renamed.partials.map((partial) => [partial.name, applied(partial.text, partial.edits)]),
          );
          const around = {
            ...context,
            readPartial: (name: string) => changedPartials.get(name) ?? partials(name),
          };
          const back = renameAt(
            changed,
            target.range.start.offset + shift(renamed.edits, target.range.start.offset),
            target.name,
            around,
          );
          if ('reason' in back) throw new Error(`${JSON.stringify(changed)}: ${back.reason}`);
          expect(applied(changed, back.edits)).toBe(text);
          expect(new Map(back.partials.map((partial) => [partial.name, applied(partial.text, partial.edits)]))).toEqual(
            new Map(renamed.partials.map(({ name, text: before }) => [name, before])),
          );
        },
      ),
      { numRuns: 1200 },
    );
    expect(throughPartials).toBeGreaterThan(10);
  });

  it('formatted is rendered alike, its front matter untouched, and formatting again changes nothing', () => {
    fc.assert(
      fc.property(texts, fc.dictionary(fc.constantFrom('a', 'l', 'b'), fc.string()), (text, row) => {
        const edits = formatTemplate(text);
        expectOrdered(text, edits);
        const formatted = applied(text, edits);
        expect(formatTemplate(formatted)).toEqual([]);
        expect(splitPromptFile(formatted).frontMatter).toEqual(splitPromptFile(text).frontMatter);
        const before = readTemplate(text, 'a.prompt', partials).template;
        const after = readTemplate(formatted, 'a.prompt', partials).template;
        expect(after === undefined).toBe(before === undefined);
        if (before && after) expect(rendered(after, row)).toEqual(rendered(before, row));
      }),
      { numRuns: 800 },
    );
  });

  it('is converted from OpenPrompt once: what came of it is left alone', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const converted = convertOpenPromptLine(text);
        expect(convertOpenPromptLine(converted)).toBe(converted);
      }),
      { numRuns: 500 },
    );
  });

  it('is not converted from OpenPrompt where a brace beside it would become one too many', () => {
    for (const text of ['{"mask"}}}', '{{"mask"}', '{{"placeholder":"text_a"}} {"mask"}}'])
      expect(convertOpenPromptLine(text)).toBe(text);
  });
});

function shift(edits: readonly { start: number; end: number; text: string }[], offset: number): number {
  return edits
    .filter((edit) => edit.start < offset)
    .reduce((sum, edit) => sum + edit.text.length - (edit.end - edit.start), 0);
}

function rendered(template: Parameters<typeof renderPrompt>[0], row: Readonly<Record<string, unknown>>): unknown {
  try {
    return renderPrompt(template, row).segments;
  } catch (error) {
    return (error as Error).name;
  }
}
