import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { barDisplay, barsDisplay, lineDisplay } from '../../../../src/commands/display/progressDisplay';
import type { RunProgress } from '../../../../src/runs/record/record';

describe('lines for logs and pipes', () => {
  it('say what the log of the run says, and after a long silence how far it is', () => {
    const lines: string[] = [];
    let now = 0;
    const { show } = lineDisplay(
      (line) => lines.push(line),
      () => now,
    );
    const progress = (seconds: number, of: RunProgress) => {
      now = seconds * 1000;
      show({ kind: 'progress', run: 'r', progress: of });
    };
    show({ kind: 'run', run: 'r', folder: '/r', method: 'soft', file: '/w/triage.prompt' });
    progress(9, { phase: 'sweep', step: 1, steps: 40, trial: 1, trials: 4 });
    progress(11, { phase: 'sweep', step: 12, steps: 40, trial: 2, trials: 4, secondsLeft: 95 });
    progress(12, { phase: 'sweep', step: 13, steps: 40, trial: 2, trials: 4, secondsLeft: 94 });
    show({ kind: 'log', run: 'r', line: 'Learning rate 0.1' });
    progress(25, { phase: 'testing', step: 1200, steps: 3000, secondsLeft: 40 });
    expect(lines).toEqual([
      'triage · soft: rate 2 of 4 12/40, 95 s left',
      'triage · soft: Learning rate 0.1',
      'triage · soft: testing 1,200/3,000, 40 s left',
    ]);
  });

  it('name each of several runs that are at work at once', () => {
    const lines: string[] = [];
    const { show } = lineDisplay(
      (line) => lines.push(line),
      () => 0,
    );
    for (const method of ['soft', 'v2'] as const)
      show({ kind: 'run', run: method, folder: `/${method}`, method, file: '/w/triage.prompt' });
    show({ kind: 'log', run: 'soft', line: 'one' });
    show({ kind: 'log', run: 'v2', line: 'two' });
    expect(lines).toEqual(['triage · soft: one', 'triage · v2: two']);
  });
});

/** What a terminal of 200 columns is told. */
function terminal() {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true, columns: 200 });
  const written = () => stripVTControlCharacters((stream.read() as string | null) ?? '');
  return { stream: stream as unknown as NodeJS.WriteStream, written };
}

describe.each([
  ['one after the other', barDisplay],
  ['at once', barsDisplay],
])('bars of runs that work %s', (_, display) => {
  it('say how far each run is, and leave the last of it and every warning standing', () => {
    const { stream, written } = terminal();
    const { show, end } = display(stream);
    for (const [method, step] of [
      ['soft', 40],
      ['v2', 7],
    ] as const) {
      show({ kind: 'run', run: method, folder: `/${method}`, method, file: '/w/triage.prompt' });
      show({ kind: 'warning', run: method, line: `${method} is slow` });
      show({ kind: 'progress', run: method, progress: { phase: 'training', step, steps: 40, loss: 0.5 } });
    }
    end();
    const text = written();
    expect(text).toMatch(/triage · soft +training +\S+ 40\/40 +loss 0\.500/);
    expect(text).toMatch(/triage · v2 +training +\S+ 7\/40 +loss 0\.500/);
    for (const method of ['soft', 'v2']) expect(text).toContain(`${method} is slow\n`);
  });
});

describe('bars of more runs than the terminal has lines', () => {
  it('move for those that work, and leave a line of each that is done', () => {
    const { stream, written } = terminal();
    const { show, end } = barsDisplay(stream);
    for (let run = 0; run < 30; run++) {
      const file = `/w/part${run}.prompt`;
      show({ kind: 'run', run: file, folder: file, method: 'hard', file });
      show({ kind: 'progress', run: file, progress: { phase: 'testing', step: 1, steps: 2 } });
      written();
      if (run === 0) continue;
      const before = `/w/part${run - 1}.prompt`;
      const done: RunProgress = { phase: 'finished', step: 2, steps: 2, devAccuracy: 0.75 };
      for (const again of [done, done]) show({ kind: 'progress', run: before, progress: again });
      const moved = written().match(/part\d+ · hard/g)!;
      expect(moved).toEqual([`part${run - 1} · hard`, `part${run} · hard`]);
    }
    end();
    expect(new Set(written().match(/part\d+ · hard/g))).toEqual(new Set(['part29 · hard']));
  });
});
