import { describe, expect, it } from 'vitest';
import { frontSection } from '../../../../src/comparison/report/frontSection';
import { formatFront } from '../../../../src/comparison/text/formatFront';
import { heightText, testText } from '../../../../src/comparison/front/frontWords';
import { markupOf } from '../../../../src/html';
import type { RunRecord, TextOnTest } from '../../../../src/runs/record/record';
import { learnedOf } from '../../../../src/views/comparison/learnedModel';
import { runPageState } from '../../../../src/views/run/model';
import { frontText } from '../../../support/runs/frontText';
import { record, result } from '../../../support/runs/records';

const onTest = (text: string, accuracy: number, p: number): TextOnTest => ({
  text,
  measured: '2026-01-02T03:04:05.000Z',
  result: result('hard', accuracy, 'run'),
  gain: { mean: accuracy - 0.25, interval: [-0.25, 0.5] },
  p,
});

/** A run whose search has kept four texts, of which the original, the chosen one and a third are known on test. */
const run: RunRecord = record('run', {
  method: 'v2',
  status: 'done',
  result: result('v2', 0.75, 'run'),
  originalResult: result('hard', 0.25, 'run'),
  textResult: result('hard', 0.5, 'run'),
  textGain: { mean: 0.25, interval: [0.125, 0.375], p: 0.04 },
  textsOnTest: [onTest('Kind <b>of</b> thing?', 0.75, 0.02), onTest('Gone since.', 0.5, 0.03)],
  rewritten: {
    original: 'Say what it is.',
    instruction: 'Name it.',
    text: '',
    edits: [],
    front: [
      frontText('Say what it is.', 0),
      frontText('Name it.', 0.25, { accuracy: 0.625, accuracyInterval: [0.5, 0.75] }),
      frontText('Kind <b>of</b> thing?', 1.5, { tokens: 9 }),
      frontText('Thing: kind', 3.25),
    ],
  },
});

const numbersIn = (text: string) => text.match(/[+−]?\d+(\.\d+)?/g) ?? [];

/** The cells of the report's table, a list a text. */
function reportRows(): readonly (readonly string[])[] {
  const html = markupOf(frontSection(run));
  const [, body] = /<tbody>([\s\S]*)<\/tbody>/.exec(html)!;
  return body!
    .split('<tr')
    .slice(1)
    .map((row) => [...row.matchAll(/<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/g)].map(([, cell]) => cell!));
}

describe('the texts that a search kept', () => {
  it('have the same numbers in the report, in a terminal, on the page of the run and in the panel', () => {
    const shown = runPageState({ record: run, folder: '/runs/run', changed: [] } as never, [], [run]).front!;
    const comparison = { studies: [{ key: 'run', runs: [run] }], baseline: 'run', settings: [] };
    expect(learnedOf(comparison as never).instructions[0]!.front).toStrictEqual(shown);
    const lines = formatFront(run).join('\n').split('\n');
    const inTerminal = lines.filter((line) => /^ *\d +[+−]?\d/.test(line));
    const inReport = reportRows();
    expect([inTerminal.length, inReport.length]).toEqual([4, 4]);
    for (const [i, text] of shown.texts.entries()) {
      const [title, readability, tokens, height, , test] = inReport[i]!;
      expect([height, test]).toEqual([heightText(text), testText(shown, text)]);
      const numbers = [title!, readability!, tokens!, height!, test!.replace(/ by Holm.*/, '')].flatMap(numbersIn);
      expect(numbersIn(inTerminal[i]!)).toEqual(numbers);
    }
    // Two were looked at, one of which the front has no longer; the p-value is corrected for both.
    expect(inReport[2]![5]).toMatch(/p = 0\.040 by Holm for 2 texts looked at/);
  });

  it('are drawn in the report with the chosen one marked, and show their words as words', () => {
    const html = markupOf(frontSection(run));
    expect(html.match(/<g /g)).toHaveLength(4);
    expect(html.match(/rotate\(45/g)).toHaveLength(1);
    expect(html.match(/mark hollow/g)).toHaveLength(3);
    expect(html).toMatch(/<tr class="chosen"><th scope="row">2: Chosen/);
    expect(html).toContain('Kind &lt;b&gt;of&lt;/b&gt; thing?');
    expect(html).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('leave no part in the report of a run of an earlier version', () => {
    expect(frontSection({ ...run, rewritten: { ...run.rewritten!, front: undefined } })).toEqual([]);
  });
});
