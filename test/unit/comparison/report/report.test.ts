import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnsweredRun } from '../../../../src/comparison/analysis/answeredStudy';
import { compareTasks } from '../../../../src/comparison/compareTasks';
import { comparisonReport } from '../../../../src/comparison/report/report';
import { ticksBetween } from '../../../../src/comparison/report/drawing';
import { lossCurves } from '../../../../src/comparison/report/lossCurves';
import { markupOf } from '../../../../src/html';
import { predictions, record, result } from '../../../support/comparison/comparisons';

const hostile = '</pre><script>alert("x")</script> & {{text}}';

function twoRuns(): readonly [hard: AnsweredRun, soft: AnsweredRun] {
  const template = { path: '/work/tickets.prompt', text: hostile, sha256: 'aa' };
  const soft = record('s', {
    template,
    status: 'done',
    result: result('soft', 0.75, 's'),
    best: { step: 50, loss: 0.5, accuracy: 0.8 },
    learningRate: 0.3,
  });
  const hard = record('h', { template, method: 'hard', status: 'done', result: result('hard', 0.25, 'h') });
  const metrics = [
    { step: 1, loss: 1.5, learningRate: 0.1, gradientNorm: 1, examplesPerSecond: 1 },
    { step: 2, loss: 0.5, learningRate: 0.1, gradientNorm: 1, examplesPerSecond: 1 },
    { step: 2, dev: { loss: 0.75, accuracy: 0.5, macroF1: 0.5 } },
  ];
  return [
    { record: hard, predictions: predictions('1000'), metrics: [], adapterBytes: 0 },
    { record: soft, predictions: predictions('1110'), metrics, adapterBytes: 0 },
  ];
}

function reportOn(runs: readonly AnsweredRun[]): string {
  return comparisonReport({ tasks: compareTasks(runs), runs, created: new Date('2026-01-02T03:04:05Z') });
}

describe('the report', () => {
  const html = reportOn(twoRuns());

  it('needs no other file and runs no script', () => {
    expect(html).not.toMatch(/<script|<link|<img|@import|url\(|https?:\/\//i);
  });

  it('shows prompt text as text', () => {
    expect(html).toContain('&lt;/pre&gt;&lt;script&gt;');
  });

  it('has a row a method, the majority, three charts and how it was measured', () => {
    expect(html.match(/<th scope="row">[^\d]/g)).toHaveLength(3);
    expect(html).toContain('always “a”');
    expect(html.match(/<svg /g)).toHaveLength(3);
    expect(html).toContain('kept step 50');
    expect(html).toContain('learning rate 0.3');
  });

  it('draws one mark for each dev evaluation', () => {
    expect(html.match(/<circle /g)).toHaveLength(1);
  });
});

describe('the rows of a report', () => {
  const rowsOf = (html: string) => {
    const section = /<h3>Rows that are answered differently<\/h3>([\s\S]*?)<\/section>/.exec(html)?.[1];
    if (section === undefined) return undefined;
    return { text: section.replaceAll(/<[^>]*>/g, ' '), rows: section.split('<tr>').length - 2 };
  };

  it('are those whose answers differ, with what each method answered', () => {
    const [hard, soft] = twoRuns();
    const shown = rowsOf(reportOn([hard, soft]))!;
    expect(shown.rows).toBe(2);
    expect(shown.text).toMatch(/2 rows of 4 have answers that differ/);
    expect(shown.text).toMatch(/2\s+row 1\s+a\s+✗\s+b\s+✓\s+a\s+3\s+row 2/);
    expect(rowsOf(reportOn([hard, { ...soft, predictions: predictions('1000') }]))).toBeUndefined();
  });

  it('are bounded, which is said, and show texts as texts and no longer than there is room for', () => {
    const [hard, soft] = twoRuns();
    const long = (right: boolean) =>
      predictions((right ? '1' : '0').repeat(120)).map((line) => ({ ...line, input: hostile.repeat(40) }));
    const html = reportOn([
      { ...hard, predictions: long(false) },
      { ...soft, predictions: long(true) },
    ]);
    const shown = rowsOf(html)!;
    expect(shown.rows).toBe(50);
    expect(shown.text).toMatch(/120 rows of 120 have answers that differ; the first 50 of the file are shown/);
    expect(html).not.toContain('<script');
    expect(shown.text.length).toBeLessThan(50 * 700);
  });
});

describe('the report on a run that rewrote its instruction', () => {
  const [hard, soft] = twoRuns();
  const rewritten = {
    original: 'Say it.',
    instruction: `Say ${hostile}`,
    text: hostile,
    edits: [{ before: 'it', after: hostile, gain: 0.25, standardError: 0.0625 }],
  };
  const v2 = {
    ...soft,
    record: {
      ...soft.record,
      method: 'v2' as const,
      rewritten,
      textResult: result('hard', 0.5, 's'),
      textGain: { mean: 0.25, interval: [0.125, 0.375] as const },
      collapsed: hostile,
    },
  };
  const html = reportOn([hard, v2]);

  it('has a row for the text alone and each edit with what it saved', () => {
    expect(html).toContain('v2: text alone</th><td>0.500');
    expect(html).toMatch(/<p class="words">Say <del>it\.<\/del><ins>/);
    expect(html).toContain('saves 0.250 ± 0.063 nats');
  });

  it('shows instructions and labels as text', () => {
    expect(html).toContain('collapsed onto “&lt;/pre&gt;');
    expect(html).not.toContain('<script');
  });
});

describe('charts', () => {
  it('draw nothing without points', () => {
    expect(lossCurves([{ name: 'soft', colourIndex: 1, training: [], dev: [] }])).toBeNull();
  });

  it('place a constant loss at finite coordinates', () => {
    const training = [
      { x: 1, y: 2 },
      { x: 2, y: 2 },
    ];
    const drawn = markupOf(lossCurves([{ name: 'soft', colourIndex: 1, training, dev: [] }]));
    expect(drawn).toContain('<path class="curve" d="M');
    expect(drawn).not.toMatch(/NaN|Infinity/);
  });

  it('put ticks at rising round numbers inside the range', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        (low, span) => {
          const ticks = ticksBetween(low, low + span, 5);
          expect(ticks.length).toBeLessThanOrEqual(6);
          ticks.slice(1).forEach((tick, index) => expect(tick).toBeGreaterThan(ticks[index]!));
        },
      ),
    );
  });
});
