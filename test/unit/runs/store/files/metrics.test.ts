import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  appendMetrics,
  collectMetrics,
  settleMetrics,
  readMetrics,
  truncateMetrics,
} from '../../../../../src/runs/store/files/metrics';
import { readPredictions, writePredictions } from '../../../../../src/runs/store/files/predictionsFile';
import { predictions, temporaryFolder } from '../../../../support/comparison/comparisons';

const step = (number: number) => ({
  step: number,
  loss: 1 / number,
  learningRate: 0.1,
  gradientNorm: 1,
  examplesPerSecond: 10,
});

describe('metrics', () => {
  it('are none before the first step', async () => {
    expect(await readMetrics(await temporaryFolder())).toEqual({ lines: [], offset: 0 });
  });

  it('are read on from where the last reading ended', async () => {
    const folder = await temporaryFolder();
    await appendMetrics(folder, [step(1)]);
    const first = await readMetrics(folder);
    await appendMetrics(folder, [step(2)]);
    const second = await readMetrics(folder, first.offset);
    expect([first.lines, second.lines]).toEqual([[step(1)], [step(2)]]);
    expect((await readMetrics(folder, second.offset)).lines).toEqual([]);
  });

  it('leave out a line that is still being written, until it is whole', async () => {
    const folder = await temporaryFolder();
    await appendMetrics(folder, [step(1)]);
    await appendFile(join(folder, 'metrics.jsonl'), '{"step":2,"lo');
    const reading = await readMetrics(folder);
    expect(reading.lines).toEqual([step(1)]);
    await writeFile(join(folder, 'metrics.jsonl'), `${JSON.stringify(step(1))}\n${JSON.stringify(step(2))}\n`);
    expect((await readMetrics(folder, reading.offset)).lines).toEqual([step(2)]);
  });

  it('of many short steps are kept together for a while, and are all there with the next evaluation', async () => {
    const folder = await temporaryFolder();
    let asked = 0;
    const holder = { requireHeld: () => Promise.resolve(void asked++) };
    const metrics = collectMetrics(folder, holder, Infinity);
    for (let number = 1; number < 100; number++) await metrics.add(step(number));
    expect({ asked, lines: (await readMetrics(folder)).lines }).toEqual({ asked: 0, lines: [] });
    const dev = { step: 99, dev: { loss: 0.4, accuracy: 0.5, macroF1: 0.5 } };
    await metrics.add(dev);
    expect(asked).toBe(1);
    expect((await readMetrics(folder)).lines).toEqual([...Array.from({ length: 99 }, (_, i) => step(i + 1)), dev]);
    await metrics.add(step(100));
    await metrics.flush();
    expect((await readMetrics(folder)).lines.at(-1)).toEqual(step(100));
    await metrics.flush();
    expect(asked).toBe(2);
  });

  it('forget what came after a checkpoint', async () => {
    const folder = await temporaryFolder();
    await appendMetrics(folder, [step(1)]);
    const offset = await settleMetrics(folder);
    await appendMetrics(folder, [step(2)]);
    await truncateMetrics(folder, offset);
    expect((await readMetrics(folder)).lines).toEqual([step(1)]);
  });

  it('of a process that slept while another took the run over go where nobody reads', async () => {
    const folder = await temporaryFolder();
    await appendMetrics(folder, [step(1)]);
    const offset = await settleMetrics(folder);
    // It holds the run when it looks, and sleeps before it writes.
    await appendMetrics(folder, [step(7)], { requireHeld: () => truncateMetrics(folder, offset) });
    await appendMetrics(folder, [step(2)]);
    expect((await readMetrics(folder)).lines).toEqual([step(1), step(2)]);
  });

  it('are not written by a process that sees that it has been taken over', async () => {
    const folder = await temporaryFolder();
    await appendMetrics(folder, [step(1)]);
    const lost = { requireHeld: () => Promise.reject(new Error('taken over')) };
    await expect(appendMetrics(folder, [step(2)], lost)).rejects.toThrow('taken over');
    expect((await readMetrics(folder)).lines).toEqual([step(1)]);
  });
});

describe('predictions', () => {
  it('are read as they were written', async () => {
    const folder = await temporaryFolder();
    const lines = predictions('101').map((line) => ({ ...line, input: 'two\nlines, "quoted" 🙂' }));
    expect(await readPredictions(folder)).toEqual([]);
    await writePredictions(folder, lines);
    expect(await readPredictions(folder)).toEqual(lines);
  });
});
