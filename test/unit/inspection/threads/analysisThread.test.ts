import { existsSync } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { analyseComparison } from '../../../../src/comparison/analysis/analyseComparison';
import type { ComparisonSubject } from '../../../../src/comparison/analysis/subject';
import { createAnalysisThread } from '../../../../src/inspection/threads/analysisThread';
import { writePredictions } from '../../../../src/runs/store/files/predictionsFile';
import { createRun } from '../../../../src/runs/store/runFolder';
import { createInspectorProcess } from '../../../../src/views/process/inspectorProcess';
import { bundle } from '../../../support/running/bundle';
import { predictions, record, result, temporaryFolder } from '../../../support/comparison/comparisons';
import { support } from '../../../support/running/paths';
import { patience } from '../../../support/running/patience';

const spinning = join(support, 'standIns', 'spinningAnalysis.cjs');

/** Two measured runs, one a row better than the other. */
async function measuredRuns(): Promise<ComparisonSubject> {
  const runs = await temporaryFolder();
  const measured = async (id: string, marks: string) => {
    const folder = await createRun(runs, record(id, { status: 'done', result: result('soft', 0.5, id) }));
    await writePredictions(folder, predictions(marks));
    return { key: id, name: id, folders: [folder] };
  };
  return { token: 't', baseline: 'one', studies: [await measured('one', '1010'), await measured('two', '1110')] };
}

const question = (token: string): ComparisonSubject => ({ token, studies: [], baseline: null });

describe('the thread of the analysis', () => {
  afterEach(() => vi.restoreAllMocks());

  it('says what the analysis says in this process, and is gone when it has said it', async () => {
    const analyse = createAnalysisThread(await bundle('src/inspection/threads/analysisWorker.ts', 'analysis'));
    const terminate = vi.spyOn(Worker.prototype, 'terminate');
    const subject = await measuredRuns();
    expect(await analyse(subject)).toEqual(await analyseComparison(subject));
    expect(terminate).toHaveBeenCalledOnce();
    await terminate.mock.results[0]!.value;
  });

  it('passes on what goes wrong in it', async () => {
    const analyse = createAnalysisThread(await bundle('src/inspection/threads/analysisWorker.ts', 'analysis'));
    const subject = await measuredRuns();
    const gone = { ...subject, studies: [{ key: 'x', name: 'x', folders: [join(await temporaryFolder(), 'gone')] }] };
    await expect(analyse(gone)).rejects.toMatchObject({ name: 'Failure', code: 'run-missing' });
  });

  it('ends at its work when a newer question comes', async () => {
    const analyse = createAnalysisThread(spinning);
    const terminate = vi.spyOn(Worker.prototype, 'terminate');
    const [older, newer] = [join(await temporaryFolder(), 'older'), join(await temporaryFolder(), 'newer')];
    const first = analyse(question(older));
    const outdated = expect(first).rejects.toMatchObject({ code: 'outdated' });
    await vi.waitFor(() => expect(existsSync(`${older}.begun`)).toBe(true), patience);
    const second = analyse(question(newer));
    await outdated;
    await terminate.mock.results[0]!.value;
    await writeFile(newer, '');
    expect(await second).toMatchObject({ token: newer });
  });

  it('says so when it dies, and when there is no such program', async () => {
    await expect(createAnalysisThread(spinning)(question('die'))).rejects.toMatchObject({
      code: 'analysis-ended',
      message: 'The thread of the analysis ended with exit code 7.',
    });
    await expect(createAnalysisThread('/nowhere/analysis.js')(question('t'))).rejects.toMatchObject({
      code: 'analysis-ended',
    });
  });
});

describe('the process that answers a window', () => {
  it('answers other questions while an analysis is being made, and ends in the middle of it', async () => {
    const module = await bundle('src/trainer.ts', 'trainer');
    const settings = () => ({ nodePath: '', threads: 1 });
    await mkdir(join(module, '..', 'spinning'), { recursive: true });
    const copy = join(module, '..', 'spinning', 'trainer.js');
    await copyFile(module, copy);
    await copyFile(spinning, join(copy, '..', 'analysis.js'));
    const inspector = createInspectorProcess({ module: copy, settings, log: () => undefined });
    onTestFinished(() => inspector.dispose());
    const folder = await temporaryFolder();
    const rows = join(folder, 'rows.jsonl');
    await writeFile(rows, '{"text":"a"}\n{"text":"b"}\n');

    const first = join(folder, 'first');
    let analysed = false;
    const analysis = inspector.work('analyse', question(first)).then((answer) => {
      analysed = true;
      return answer;
    });
    await vi.waitFor(() => expect(existsSync(`${first}.begun`)).toBe(true), patience);
    expect(await inspector.work('rowLine', { file: rows, row: 1 })).toEqual({ line: 2 });
    expect(analysed).toBe(false);
    await writeFile(first, '');
    expect(await analysis).toMatchObject({ token: first });

    const never = join(folder, 'never');
    const closed = expect(inspector.work('analyse', question(never))).rejects.toMatchObject({ code: 'trainer-ended' });
    await vi.waitFor(() => expect(existsSync(`${never}.begun`)).toBe(true), patience);
    const pid = inspector.pid!;
    inspector.dispose();
    await closed;
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), patience);
  });
});
