import Handlebars from 'handlebars';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { checkTemplate } from '../../../../src/template/check/check';
import { completeAt } from '../../../../src/template/language/completion';
import type { TemplateContext } from '../../../../src/template/read/templateContext';
import { foldsOf } from '../../../../src/template/language/folding';
import { hoverAt } from '../../../../src/template/language/hover';
import { inlaysOf } from '../../../../src/template/language/inlay';
import { lensesOf } from '../../../../src/template/language/lenses';
import { occurrencesAt } from '../../../../src/template/language/rename';
import { symbolsOf } from '../../../../src/template/language/symbols';
import { longTemplate } from '../../../bench/editor/longTemplate';

afterEach(() => vi.restoreAllMocks());

/** What one keystroke in the middle of a template asks for, and how much work that is. */
function keystroke(lines: number, key: string) {
  const parse = vi.spyOn(Handlebars, 'parse');
  const compile = vi.spyOn(Handlebars, 'precompile');
  let encoded = 0;
  const context: TemplateContext = {
    columns: ['text', 'label'],
    sampleRows: Array.from({ length: 20 }, (_, row) => ({ text: `row ${row}` })),
    contextLength: 1 << 20,
    encoder: {
      firstVirtualToken: 256,
      encode: (text) => {
        encoded += text.length;
        return Array.from(text, (letter) => letter.charCodeAt(0) & 255);
      },
    },
  };
  const whole = longTemplate(lines);
  const at = whole.indexOf('{{text}}', whole.length >> 1) + 2;
  const text = whole.slice(0, at) + key + whole.slice(at);
  const path = `work ${lines}.prompt`;
  const asked = [
    completeAt(text, at, context),
    hoverAt(text, at, context),
    symbolsOf(text),
    foldsOf(text),
    checkTemplate(text, path, { columns: context.columns }),
    checkTemplate(text, path, context),
    inlaysOf(text, path, context),
    lensesOf(text, path, context),
    occurrencesAt(text, at, context),
  ];
  expect(asked[0]).not.toEqual([]);
  const work = {
    parses: parse.mock.calls.filter(([input]) => String(input).length > text.length / 2).length,
    compilations: compile.mock.calls.length,
    encoded,
    length: text.length,
  };
  vi.restoreAllMocks();
  return work;
}

describe('the work of a keystroke', () => {
  // Rendering, where prompts are measured, takes a tree of its own, because it writes into it.
  it.each([
    [50, 2],
    [500, 2],
    [5000, 1],
  ])(
    'is, in %i lines, so many parses of the body and looks by the compiler: %i, whatever is asked of it',
    (lines, most) => {
      const { parses, compilations } = keystroke(lines, 'a');
      expect(parses).toBe(most);
      expect(compilations).toBe(most);
    },
  );

  it('tokenises no more than a few prompts of bounded length', () => {
    const [short, long, longest] = [50, 500, 5000].map((lines) => keystroke(lines, 'b'));
    // 20 rows for the findings, one for the hint; instruction spans and label words come on top.
    for (const work of [short!, long!]) expect(work.encoded).toBeLessThan(25 * work.length);
    expect(longest!.encoded).toBeLessThan(10_000);
  });
});
