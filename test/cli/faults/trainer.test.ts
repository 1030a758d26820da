import { stepsTaken } from '../../../src/runs/record/runStage';
import { fork } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openChannel, type Handlers } from '../../../src/channel/messageChannel';
import { processTransport } from '../../../src/channel/processTransport';
import { editorSide, protocolVersion, inspectorSide } from '../../../src/inspection/trainerContract';
import {
  enqueueComparison,
  enqueueRun,
  moveInQueue,
  pauseRun,
  resumeRun,
  stopRun,
  withdrawRun,
} from '../../../src/runs/queue/queue';
import { readRun } from '../../../src/runs/store/runFolder';
import { listRuns } from '../../../src/runs/store/scanRuns';
import {
  livingTrainer,
  readTrainerSettings,
  trainerHeartbeatPath,
  trainerLogPath,
  writeTrainerSettings,
} from '../../../src/runs/queue/trainerFolder';
import { reloadMilliseconds } from '../../../src/runs/queue/serveQueue';
import { isHeartbeatSilent } from '../../../src/files/heartbeat';
import { promptTunerVersion } from '../../../src/runs/record/versions';
import { launchQueueWorker } from '../../../src/runs/queue/launchQueueWorker';
import { numbersOf } from '../../support/runs/runNumbers';
import { json, run, tinyWeather, weather, workspace } from '../../support/runs/runCli';
import { patience } from '../../support/running/patience';

const trainer = { module: resolve('dist/trainer.js'), nodePath: '' };
/** Longer than any test waits. */
const long = { 'tune.steps': '1000000', 'tune.evalEvery': '1000000' };

/** The trainer as a window has it: a forked process and a channel to it. */
function forkTrainer(askEditor: Handlers<typeof editorSide.calls>['askEditor'] = () => ({})) {
  const child = fork(trainer.module, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], serialization: 'advanced' });
  const exited = new Promise<number | null>((fulfil) => child.on('exit', fulfil));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const said: unknown[] = [];
  const channel = openChannel({
    transport: processTransport(child),
    local: editorSide,
    handlers: { askEditor },
    remote: inspectorSide,
    listeners: {
      ready: (event) => said.push(event),
      log: (event) => said.push(event),
      letGo: (event) => said.push(event),
      measuring: (event) => said.push(event),
    },
  });
  return { child, channel, said, exited };
}

/** A folder with the weather task, and a way to launch trainers for it that ends with the test. */
async function scene() {
  const folder = await workspace(tinyWeather);
  const [file, runs] = [join(folder, 'weather.prompt'), join(folder, 'runs')];
  onTestFinished(async () => {
    const living = await livingTrainer(runs);
    if (living) process.kill(living.pid, 'SIGKILL');
  });
  const reaches = (run: string, step: number) =>
    vi.waitFor(async () => expect(stepsTaken((await readRun(run)).progress)).toBeGreaterThanOrEqual(step), patience);
  const becomes = (run: string, status: string) =>
    vi.waitFor(async () => expect((await readRun(run)).status).toBe(status), patience);
  const queue = (set: Readonly<Record<string, string>> = {}) => enqueueRun({ file, method: 'soft', set, runs });
  return { folder, file, runs, reaches, becomes, queue };
}

describe('the trainer that a window forks', () => {
  it('says that it is ready, answers a row, and refuses a request of another shape, saying so', async () => {
    const folder = await workspace(tinyWeather);
    const { channel, said } = forkTrainer();
    const answer = await channel.call('predict', {
      file: join(folder, 'weather.prompt'),
      split: 'test',
      row: 0,
      runs: folder,
    });
    expect(answer.probabilities?.map(({ label }) => label)).toEqual(['wet', 'dry']);
    await expect(channel.call('measureText', { folder: join(folder, 'none'), text: 'Guess.' })).rejects.toMatchObject({
      code: 'run-missing',
    });
    await expect(channel.call('predict', { file: 7 } as never)).rejects.toMatchObject({ code: 'bad-request' });
    await expect(channel.call('train' as never, {} as never)).rejects.toMatchObject({ code: 'unknown-call' });
    await vi.waitFor(
      () =>
        expect(said).toEqual([
          { version: protocolVersion },
          { line: 'A call was refused: The request "predict" has an unexpected shape.' },
          { line: 'A call was refused: There is no call "train" at this end.' },
        ]),
      patience,
    );
  });

  it('asks the language models of the window, and refuses them without one', async () => {
    const model = 'model: vscode:copilot/little\n';
    const folder = await workspace({
      ...weather,
      'far.prompt': weather['weather.prompt']!.replace('---\n', `---\n${model}`),
    });
    const asked: unknown[] = [];
    const { channel } = forkTrainer((request) => {
      asked.push(request);
      return { answer: { text: 'wet', model: 'copilot/little 1', promptTokens: 5, completionTokens: 1 } };
    });
    const file = join(folder, 'far.prompt');
    const access = { settings: {}, prices: {}, keys: {} };
    expect(await channel.call('planHosted', { file, access })).toMatchObject({ address: 'VS Code', rows: 6 });
    expect(asked).toEqual([]);
    await channel.call('measureHosted', { file, runs: join(folder, 'runs'), access: { ...access, consent: true } });
    const [record] = await listRuns(join(folder, 'runs'));
    expect(record).toMatchObject({ status: 'done', result: { n: 6, hosted: { endpoint: 'vscode', requests: 6 } } });
    expect(asked).toHaveLength(6);
    const { code, err } = await run(folder, 'evaluate', 'far.prompt', '--method', 'hard', '--yes');
    expect([code, err]).toEqual([1, expect.stringContaining('can be asked from its window alone') as string]);
  });

  it('does not read data outside the folders that it is confined to', async () => {
    const folder = await workspace(tinyWeather);
    const { channel } = forkTrainer();
    await channel.call('confine', { within: [join(folder, 'elsewhere')] });
    await expect(
      channel.call('predict', { file: join(folder, 'weather.prompt'), split: 'test', row: 0, runs: folder }),
    ).rejects.toMatchObject({ code: 'outside-workspace' });
  });

  it('hands out a text as fast as it is asked for, and leaves off where it is told to', async () => {
    // Long enough for whoever is slow to come in between.
    const free = weather['weather.prompt']!.replace('label(enum): [wet, dry]', 'label: string').replace(
      'output:\n',
      'config: { temperature: 1, maxOutputTokens: 900 }\noutput:\n',
    );
    const one = weather['test.jsonl']!.split('\n').slice(0, 1).join('\n');
    const folder = await workspace({ ...weather, 'weather.prompt': free, 'test.jsonl': one });
    await json(folder, 'evaluate', 'weather.prompt', '--method', 'hard', '--runs', 'runs');
    const [run] = await listRuns(join(folder, 'runs'));
    const { channel } = forkTrainer();
    const input = { text: 'once there was a storm' };
    const { question } = await channel.call('askInput', { folder: join(folder, 'runs', run!.id), input });
    let text = '';
    while (text.length < 40) {
      const { more, answer } = await channel.call('answerSoFar', { question, from: text.length });
      expect(answer).toBeNull();
      text += more;
    }
    await channel.call('stopAnswer', { question });
    const { more, answer } = await channel.call('answerSoFar', { question, from: text.length });
    expect(answer).toMatchObject({ answer: text + more, written: { ending: 'stopped' } });
    expect(answer!.written!.tokens).toBeLessThan(900);
  });

  it('ends when whoever forked it is gone', async () => {
    const { child, exited } = forkTrainer();
    child.disconnect();
    expect(await exited).toBe(0);
  });
});

describe('the trainer of a runs folder', () => {
  it('works off the queue in its order, one run at a time, and says nothing but in the folders', async () => {
    const { file, runs, becomes, queue } = await scene();
    const compared = await enqueueComparison({ file, methods: ['soft', 'hard'], runs });
    const first = await queue();
    await moveInQueue(first, 'first');
    await launchQueueWorker(runs, trainer);
    for (const run of [first, ...compared]) await becomes(run, 'done');
    const ended = await Promise.all([first, ...compared].map(readRun));
    expect(ended.map(({ method }) => method)).toEqual(['soft', 'hard', 'soft']);
    const times = ended.map(({ started, finished }) => [Date.parse(started!), Date.parse(finished!)] as const);
    expect(times[1]![0]).toBeGreaterThanOrEqual(times[0]![1]);
    expect(times[2]![0]).toBeGreaterThanOrEqual(times[1]![1]);
    expect(ended[0]!.result).toMatchObject({ method: 'soft' });
    expect(ended[0]!.versions.onnxruntime).not.toBe('');
  });

  it('stops, sets aside, resumes and drops runs as it is asked by their folders', async () => {
    const { runs, reaches, becomes, queue } = await scene();
    const [stopped, waiting, dropped] = [await queue(long), await queue(), await queue()];
    await withdrawRun(dropped);
    await launchQueueWorker(runs, trainer);
    await reaches(stopped, 3);
    expect((await readRun(waiting)).status).toBe('queued');
    await pauseRun(stopped);
    await becomes(waiting, 'done');
    expect(await readRun(stopped)).toMatchObject({ status: 'queued' });
    await resumeRun(stopped);
    const before = stepsTaken((await readRun(stopped)).progress);
    await reaches(stopped, before + 3);
    await stopRun(stopped);
    await becomes(stopped, 'stopped');
    expect((await readRun(dropped)).status).toBe('stopped');
  });

  it('is one, however many are started', async () => {
    const { runs, reaches, becomes, queue } = await scene();
    const run = await queue(long);
    await Promise.all([1, 2, 3].map(() => launchQueueWorker(runs, trainer)));
    const one = await livingTrainer(runs);
    await reaches(run, 2);
    await launchQueueWorker(runs, trainer);
    expect((await livingTrainer(runs))?.pid).toBe(one?.pid);
    expect((await readRun(run)).process?.pid).toBe(one?.pid);
    expect((await readFile(trainerLogPath(runs), 'utf8')).match(/ends: taken/g)?.length).toBe(3);
    await stopRun(run);
    await becomes(run, 'stopped');
  });

  it('leaves a wrong template as a failed run that says why, and goes on with the next', async () => {
    const { runs, becomes, queue } = await scene();
    const wrong = await queue({ 'tune.data': '{ test: nowhere.jsonl }' });
    const right = await queue();
    await launchQueueWorker(runs, trainer);
    await becomes(right, 'done');
    expect(await readRun(wrong)).toMatchObject({ status: 'failed', error: { code: 'data-missing' } });
  });

  it('works on several runs in a process each where the setting says so, to the numbers of one alone', async () => {
    const { runs, reaches, becomes, queue } = await scene();
    const settings = { version: promptTunerVersion, parallelRuns: 2, threads: 2, whenClosed: 'continue' } as const;
    await writeTrainerSettings(runs, settings);
    const [one, other] = [await queue(long), await queue(long)];
    await launchQueueWorker(runs, trainer);
    await Promise.all([reaches(one, 3), reaches(other, 3)]);
    const workers = await Promise.all([one, other].map(async (each) => (await readRun(each)).process!.pid));
    const own = (await livingTrainer(runs))!.pid;
    expect(new Set([...workers, own]).size).toBe(3);
    // Runs wait again where who shared them out is gone, and their processes end.
    process.kill(own, 'SIGKILL');
    await Promise.all([becomes(one, 'queued'), becomes(other, 'queued')]);
    // Their locks are let go a moment after the record says so.
    for (const each of [one, other]) await vi.waitFor(() => withdrawRun(each), patience);
    const [alone, beside, wrong] = [await queue(), await queue(), await queue({ 'tune.data': '{ test: none.jsonl }' })];
    await launchQueueWorker(runs, trainer);
    await Promise.all([becomes(alone, 'done'), becomes(beside, 'done'), becomes(wrong, 'failed')]);
    expect(await readRun(wrong)).toMatchObject({ error: { code: 'data-missing' } });
    const numbers = await numbersOf(alone);
    expect(await numbersOf(beside)).toEqual(numbers);
    process.kill((await livingTrainer(runs))!.pid, 'SIGTERM');
    await vi.waitFor(async () => expect(await livingTrainer(runs)).toBeUndefined(), patience);
    for (const each of [alone, beside, wrong]) expect(await readdir(each)).not.toContain('stop.json');
    const folder = await workspace(tinyWeather);
    expect((await run(folder, 'train', 'weather.prompt', '--method', 'soft')).code).toBe(0);
    const [single] = await listRuns(join(folder, '.prompt-tuner', 'runs'));
    expect(await numbersOf(join(folder, '.prompt-tuner', 'runs', single!.id))).toEqual(numbers);
  });

  it('puts what it works on back into the queue when no window is open and the setting says so', async () => {
    const { runs, reaches, becomes, queue } = await scene();
    const run = await queue(long);
    await writeTrainerSettings(runs, {
      version: promptTunerVersion,
      parallelRuns: 1,
      threads: 1,
      whenClosed: 'stopAndResume',
    });
    expect(await readTrainerSettings(runs)).toMatchObject({ whenClosed: 'stopAndResume' });
    await launchQueueWorker(runs, trainer);
    await reaches(run, 3);
    // To it a while in which it sleeps is as long as one in which it trains, and costs nothing.
    const { pid } = (await livingTrainer(runs))!;
    process.kill(pid, 'SIGSTOP');
    expect(await isHeartbeatSilent(trainerHeartbeatPath(runs), reloadMilliseconds)).toBe(true);
    process.kill(pid, 'SIGCONT');
    await becomes(run, 'queued');
    await vi.waitFor(async () => expect(await livingTrainer(runs)).toBeUndefined(), patience);
    expect((await listRuns(runs)).map(({ status }) => status)).toEqual(['queued']);
  });
});
