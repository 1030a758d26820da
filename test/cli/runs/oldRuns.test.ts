import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EvaluationResult, RunRecord } from '../../../src/runs/record/record';
import { support } from '../../support/running/paths';
import { json, jsonLines, run, workspace } from '../../support/runs/runCli';

const old = join(support, 'oldRuns');
const ids = {
  hard: '20261128-101523-triage-hard-4a96',
  soft: '20261128-101526-triage-soft-8998',
  rewritten: '20261128-101540-triage-v2-a474',
  interruptedSoft: '20261128-101652-triage-soft-30d5',
  interruptedPrefix: '20261128-101710-triage-v2-754b',
};

/** A folder with the template, its data and the runs of the fixture, whose records name it. */
async function oldFolder(): Promise<string> {
  const folder = await workspace({});
  await cp(join(old, 'triage.prompt'), join(folder, 'triage.prompt'));
  await cp(join(old, 'data'), join(folder, 'data'), { recursive: true });
  const runs = join(folder, '.prompt-tuner', 'runs');
  await cp(join(old, 'runs'), runs, { recursive: true });
  for (const id of await readdir(runs)) {
    const path = join(runs, id, 'run.json');
    await writeFile(path, JSON.stringify(await recordOf(id, folder), null, 2));
  }
  return folder;
}

/** The record of a run as the old program wrote it, moved to a folder. */
async function recordOf(id: string, folder: string): Promise<RunRecord> {
  const text = await readFile(join(old, 'runs', id, 'run.json'), 'utf8');
  return JSON.parse(text.replaceAll('/home/ada/triage', JSON.stringify(folder).slice(1, -1))) as RunRecord;
}

const readLines = async (...path: readonly string[]) => jsonLines(await readFile(join(...path), 'utf8'));

/** The numbers of a result that do not depend on the machine's speed. */
const lasting = ({
  split,
  n,
  accuracy,
  accuracyInterval,
  macroF1,
  trainedParameters,
  promptTokens,
}: EvaluationResult) => ({
  split,
  n,
  accuracy,
  accuracyInterval,
  macroF1,
  trainedParameters,
  promptTokens,
});

/** Another processor rounds sums otherwise; over a dozen steps no further than this. */
const digits = 3;

describe('runs that an earlier version wrote', () => {
  it('are listed and shown as they were written', async () => {
    const folder = await oldFolder();
    const listed = await json<readonly RunRecord[]>(folder, 'runs', 'list');
    expect(listed.map(({ id, status }) => [id, status])).toEqual([
      [ids.interruptedPrefix, 'stopped'],
      [ids.interruptedSoft, 'stopped'],
      [ids.rewritten, 'done'],
      [ids.soft, 'done'],
      [ids.hard, 'done'],
    ]);
    for (const id of Object.values(ids)) {
      const shown = await json<{ readonly record: RunRecord }>(folder, 'runs', 'show', id);
      expect(shown.record).toEqual(await recordOf(id, folder));
    }
  });

  it.each([ids.interruptedSoft, ids.interruptedPrefix])('go on to the numbers of the old program: %s', async (id) => {
    const folder = await oldFolder();
    const { code, err } = await run(folder, 'train', 'triage.prompt', '--method', 'soft', '--resume', id);
    expect(err).not.toContain('error:');
    expect(code).toBe(0);
    const of = join(folder, '.prompt-tuner', 'runs', id);
    const [now, then] = await Promise.all([
      readLines(of, 'metrics.jsonl'),
      readLines(old, 'resumed', id, 'metrics.jsonl'),
    ]);
    expect(now.map(({ step }) => step)).toEqual(then.map(({ step }) => step));
    now.forEach((line, i) => {
      if (typeof line.loss === 'number') expect(line.loss).toBeCloseTo(then[i]!.loss as number, digits);
      expect(line.learningRate).toBe(then[i]!.learningRate);
    });
    const record = await json<{ readonly record: RunRecord }>(folder, 'runs', 'show', id);
    const expected = JSON.parse(await readFile(join(old, 'resumed', id, 'run.json'), 'utf8')) as RunRecord;
    expect(record.record.status).toBe('done');
    expect(lasting(record.record.result!)).toEqual(lasting(expected.result!));
    expect(record.record.result!.loss).toBeCloseTo(expected.result!.loss, digits);
    expect(record.record.best?.step).toBe(expected.best?.step);
  });

  it('are compared to the numbers that the old program printed', async () => {
    const folder = await oldFolder();
    const { code, out } = await run(folder, 'report', ids.hard, ids.soft, ids.rewritten, '--format', 'csv');
    expect(code).toBe(0);
    const [now, then] = [out, await readFile(join(old, 'printed', 'report.csv'), 'utf8')].map(numbersOfTable);
    expect(now).toHaveLength(3);
    now!.forEach((row, i) => expect(row).toMatchObject(then![i]!));
  });

  it('have a rewritten text that measures as it did', async () => {
    const folder = await oldFolder();
    const now = await json<EvaluationResult>(
      folder,
      'evaluate',
      'triage.prompt',
      '--run',
      ids.rewritten,
      '--text-only',
    );
    const then = JSON.parse(await readFile(join(old, 'printed', 'text-only.json'), 'utf8')) as EvaluationResult;
    expect(lasting(now)).toEqual(lasting(then));
    expect(now.loss).toBeCloseTo(then.loss, digits);
  });

  it('are shared and imported elsewhere to the same report and the same predictions, by every method', async () => {
    const folder = await oldFolder();
    const other = await workspace({ 'rows.csv': 'text\nMy card was charged twice.\n' });
    await cp(join(other, 'rows.csv'), join(folder, 'rows.csv'));
    const shared = [ids.hard, ids.soft, ids.rewritten];
    for (const id of shared) {
      await run(folder, 'share', id, '--to', join(other, `${id}.zip`), '--with-predictions');
      expect((await run(other, 'import', `${id}.zip`)).code).toBe(0);
      const answered = (place: string) => run(place, 'predict', id, 'rows.csv').then(({ out }) => out);
      expect(await answered(other)).toBe(await answered(folder));
    }
    const report = (place: string) => run(place, 'report', ...shared, '--format', 'csv').then(({ out }) => out);
    expect((await report(other)).split('\n').length).toBeGreaterThan(shared.length);
    expect(await report(other)).toBe(await report(folder));
  });
});

/** The rows of a table by column, but for sentences. */
function numbersOfTable(csv: string): readonly Readonly<Record<string, string>>[] {
  const [header, ...lines] = csv.trim().split(/\r?\n/);
  const names = header!.split(',');
  return lines.map((line) => {
    const values = line.replace(/"[^"]*"/g, '').split(',');
    return Object.fromEntries(names.map((name, i) => [name, values[i]!]).filter(([name]) => name !== 'words'));
  });
}
