import { mkdtemp, rm, truncate, writeFile, appendFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCurveReader } from '../../../../src/views/comparison/curveReader';
import { aligned, smoothed, withPoints } from '../../../../webview/comparison/curves';
import { runRecord } from '../../../support/pages/views';

const line = (step: number) =>
  `${JSON.stringify({ step, loss: 1 / step, learningRate: 0.1, gradientNorm: 1, examplesPerSecond: 9 })}\n`;

describe('a curve reader', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'curves-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const run = () => ({ folder, record: runRecord('1') });
  const metrics = () => join(folder, 'metrics.jsonl');

  it('gives only what is new, and nothing when nothing is', async () => {
    const reader = createCurveReader();
    await writeFile(metrics(), line(1) + line(2));
    expect(await reader.read(run())).toMatchObject({
      from: 0,
      training: [
        [1, 1],
        [2, 0.5],
      ],
    });
    expect(await reader.read(run())).toBeUndefined();
    await appendFile(metrics(), line(4));
    expect(await reader.read(run())).toMatchObject({ from: 2, training: [[4, 0.25]] });
  });

  it('leaves a line that is still being written for the next time', async () => {
    const reader = createCurveReader();
    await writeFile(metrics(), line(1) + line(2).slice(0, 10));
    expect(await reader.read(run())).toMatchObject({ training: [[1, 1]] });
    await appendFile(metrics(), line(2).slice(10));
    expect(await reader.read(run())).toMatchObject({ from: 1, training: [[2, 0.5]] });
  });

  it('starts afresh when a resumed run has cut the file', async () => {
    const reader = createCurveReader();
    await writeFile(metrics(), [1, 2, 3, 4, 5].map(line).join(''));
    await reader.read(run());
    await truncate(metrics(), line(1).length);
    expect(await reader.read(run())).toMatchObject({ from: 0, training: [[1, 1]] });
  });

  it('starts afresh when the file was cut and has grown past its old length since', async () => {
    const reader = createCurveReader();
    await writeFile(metrics(), [1, 2, 3].map(line).join(''));
    await reader.read(run());
    await writeFile(metrics(), [1, 2, 2, 2, 2].map(line).join(''));
    expect(await reader.read(run())).toMatchObject({
      from: 0,
      training: [
        [1, 1],
        [2, 0.5],
        [2, 0.5],
        [2, 0.5],
        [2, 0.5],
      ],
    });
  });

  it('gives everything again after a rewind', async () => {
    const reader = createCurveReader();
    await writeFile(metrics(), line(1));
    await reader.read(run());
    reader.rewind();
    expect(await reader.read(run())).toMatchObject({ from: 0, training: [[1, 1]] });
  });
});

describe('the page’s curves', () => {
  const first = {
    run: 'r',
    from: 0,
    training: [
      [1, 2],
      [2, 1],
    ] as const,
    dev: [[2, 1.5, 0.5]] as const,
  };

  it('grow by points that follow on', () => {
    const curves = withPoints(withPoints(new Map(), first)!, { run: 'r', from: 3, training: [[3, 0.5]], dev: [] });
    expect(curves?.get('r')).toEqual({
      training: [
        [1, 2],
        [2, 1],
        [3, 0.5],
      ],
      dev: [[2, 1.5, 0.5]],
    });
  });

  it('are replaced by points from the start', () => {
    const curves = withPoints(withPoints(new Map(), first)!, { ...first, training: [[1, 9]], dev: [] });
    expect(curves?.get('r')).toEqual({ training: [[1, 9]], dev: [] });
  });

  it('refuse points when some are missing before them', () => {
    expect(withPoints(new Map(), { ...first, from: 3 })).toBeUndefined();
  });

  it('are smoothed over the last steps, leaving out what was not a number', () => {
    expect(
      smoothed(
        [
          [1, 4],
          [2, null],
          [3, 2],
          [4, 1],
        ],
        2,
      ),
    ).toEqual([
      [1, 4],
      [2, 4],
      [3, 2],
      [4, 1.5],
    ]);
    expect(smoothed([[1, null]], 3)).toEqual([[1, null]]);
  });

  it('share one axis of steps, with gaps where one has no point', () => {
    expect(
      aligned([
        [
          [1, 5],
          [3, 6],
        ],
        [[2, 7]],
      ]),
    ).toEqual({
      steps: [1, 2, 3],
      values: [
        [5, null, 6],
        [null, 7, null],
      ],
    });
  });
});
