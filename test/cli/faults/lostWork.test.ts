import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EvaluationResult, RunRecord } from '../../../src/runs/record/record';
import { assembleModel } from '../../support/models/models';
import {
  json,
  jsonLines,
  run,
  sharedWorkspace,
  tinyModel,
  tinyWeather as weather,
  workspace,
  type SharedWorkspace,
} from '../../support/runs/runCli';

const train = ['train', 'weather.prompt', '--method', 'soft', '--json'] as const;

/** The only run of a folder. */
async function onlyRun(folder: string): Promise<RunRecord> {
  const [only, ...others] = await json<readonly RunRecord[]>(folder, 'runs', 'list');
  expect(others).toEqual([]);
  return only!;
}

const oddRow = '{"text":"hail on the roof","label":"icy"}\n';

describe('rows that cannot be used', () => {
  it.each(['train', 'dev', 'test'] as const)('stop a training before its first step: %s', async (split) => {
    const file = `${split}.jsonl`;
    const folder = await workspace({ ...weather, [file]: weather[file]! + oddRow });
    const { code, out, err } = await run(folder, ...train);
    const line = weather[file]!.trim().split('\n').length + 1;
    expect(code).toBe(1);
    expect(err).toMatch(new RegExp(`${file}:${line}: The label "icy" is not one of wet, dry.* \\[label-unknown\\]`));
    expect(jsonLines(out).filter(({ kind }) => kind === 'step' || kind === 'sweep')).toEqual([]);
    const { status, progress, id } = await onlyRun(folder);
    expect([status, progress.step]).toEqual(['failed', 0]);
    // The same run goes on with the mended file.
    await writeFile(join(folder, file), weather[file]!);
    const resumed = await run(folder, ...train, '--resume', id);
    expect(resumed.code).toBe(0);
    expect(await onlyRun(folder)).toMatchObject({ id, status: 'done', result: { split: 'test' } });
  });
});

let trained: SharedWorkspace;
beforeAll(async () => {
  trained = await sharedWorkspace(weather, async (folder) => expect((await run(folder, ...train)).code).toBe(0));
});
afterAll(() => trained.remove());

describe('a run that was trained and could not be measured', () => {
  beforeEach(() => trained.restore());

  /** A finished training whose test rows went bad behind the look at them, as a disk may lose a file. */
  async function unmeasured(): Promise<{ readonly folder: string; readonly id: string }> {
    const { folder } = trained;
    const { id } = await onlyRun(folder);
    const file = join(folder, '.prompt-tuner', 'runs', id, 'run.json');
    const record = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    const { result, ...rest } = record;
    expect(result).toBeDefined();
    await writeFile(
      file,
      JSON.stringify({ ...rest, status: 'failed', error: { code: 'data-changed', message: 'The file was changed.' } }),
    );
    await writeFile(join(folder, 'test.jsonl'), weather['test.jsonl']!.replaceAll('last week', 'last year'));
    return { folder, id };
  }

  it('says so', async () => {
    const { folder, id } = await unmeasured();
    expect((await run(folder, 'runs', 'show', id)).out).toMatch(/^stage +trained, not measured$/m);
  });

  it('gets its result from evaluate, on the data as they are now', async () => {
    const { folder, id } = await unmeasured();
    const measured = await json<EvaluationResult>(folder, 'evaluate', 'weather.prompt', '--run', id);
    const completed = await onlyRun(folder);
    expect(completed).toMatchObject({ id, status: 'done', result: { n: measured.n, accuracy: measured.accuracy } });
    expect(completed.error).toBeUndefined();
    expect(completed.data.test!.sha256).toBe(measured.provenance!.sha256);
    expect(measured.provenance!.selection).toEqual(completed.selection);
    expect(measured.provenance!.shared).toEqual({ train: 0, dev: 0 });
    const again = await json<EvaluationResult>(folder, 'evaluate', 'weather.prompt', '--run', id);
    expect([again.accuracy, again.loss]).toEqual([measured.accuracy, measured.loss]);
  });

  it('gets it from --resume too, without another step', async () => {
    const { folder, id } = await unmeasured();
    const { code, out } = await run(folder, ...train, '--resume', id);
    expect(code).toBe(0);
    expect(jsonLines(out).filter(({ kind }) => kind === 'step')).toEqual([]);
    expect(await onlyRun(folder)).toMatchObject({ id, status: 'done', result: { split: 'test' } });
  });

  it('keeps its training when measuring fails once more', async () => {
    const { folder, id } = await unmeasured();
    await writeFile(join(folder, 'test.jsonl'), weather['test.jsonl']! + oddRow);
    const { code, err } = await run(folder, 'evaluate', 'weather.prompt', '--run', id);
    expect(code).toBe(1);
    expect(err).toContain('[label-unknown]');
    const failed = await onlyRun(folder);
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'label-unknown' } });
    expect(failed.selection).toBeDefined();
    await writeFile(join(folder, 'test.jsonl'), weather['test.jsonl']!);
    await json(folder, 'evaluate', 'weather.prompt', '--run', id);
    expect((await onlyRun(folder)).status).toBe('done');
  });
});

describe('a run that is measured with another template or model', () => {
  beforeEach(() => trained.restore());

  const changed = (from: string, to: string) => weather['weather.prompt']!.replace(from, to);
  const changes = [
    ['the text', changed('The weather was', 'The day was')],
    ['the words in tune.labels', changed('dry: " <12>"', 'dry: " <13>"')],
    ['the answer field or its labels', changed('[wet, dry]', '[dry, wet]')],
    ['the weights|the model', changed(tinyModel, assembleModel('architectures/mistral'))],
    ['tune.maxLength or tune.truncate', changed('tune.length', 'tune.truncate: end\ntune.length')],
  ] as const;

  it('is refused by name, and measured where that is meant', async () => {
    const { folder } = trained;
    const { id } = await onlyRun(folder);
    for (const [name, text] of changes) {
      expect(text).not.toBe(weather['weather.prompt']);
      await writeFile(join(folder, 'weather.prompt'), text);
      const { code, err } = await run(folder, 'evaluate', 'weather.prompt', '--run', id);
      expect([name, code]).toEqual([name, 1]);
      expect(err).toMatch(new RegExp(`(${name}).* not as in the training.*--force.*\\[evaluate-changed\\]`));
      const forced = await json<EvaluationResult>(folder, 'evaluate', 'weather.prompt', '--run', id, '--force');
      expect(forced.provenance!.forced!.join()).toMatch(new RegExp(name));
    }
  });

  it('is measured as it was where nothing that is asked has changed', async () => {
    const folder = await workspace(weather);
    await run(folder, ...train, '--set', 'tune.labels={ wet: " <21>", dry: " <22>" }');
    const { id, result } = await onlyRun(folder);
    // Line ends, comments and what only training reads.
    const text = changed('tune.steps: 6', '# fewer steps\ntune.steps: 3').replaceAll('\n', '\r\n');
    await writeFile(join(folder, 'weather.prompt'), text);
    const again = await json<EvaluationResult>(folder, 'evaluate', 'weather.prompt', '--run', id);
    expect([again.accuracy, again.loss]).toEqual([result!.accuracy, result!.loss]);
    expect(again.provenance!.forced).toBeUndefined();
  });

  it('says that it does not know what rows share with data that have changed since', async () => {
    const { folder } = trained;
    const { id } = await onlyRun(folder);
    await writeFile(join(folder, 'train.jsonl'), weather['train.jsonl']!.replace('rain', 'hail'));
    const { provenance } = await json<EvaluationResult>(folder, 'evaluate', 'weather.prompt', '--run', id);
    expect(provenance!.shared).toEqual({ train: null, dev: 0 });
    const { out } = await run(folder, 'evaluate', 'weather.prompt', '--run', id);
    expect(out).toContain('whether it was trained with them is not known');
  });
});

describe('rows that are too long', () => {
  it('are cut where the template says so, and the numbers say how many', async () => {
    const long = `{"text":"${'rain '.repeat(3000)}","label":"wet"}\n`;
    const folder = await workspace({
      ...weather,
      'train.jsonl': weather['train.jsonl']! + long,
      'test.jsonl': weather['test.jsonl']! + long.repeat(2),
    });
    const refused = await run(folder, ...train);
    expect([refused.code, refused.err.includes('[prompt-too-long]')]).toEqual([1, true]);
    const { code, out } = await run(folder, ...train, '--set', 'tune.truncate=middle');
    expect(code).toBe(0);
    const { provenance, run: id } = jsonLines(out).at(-1) as unknown as EvaluationResult;
    expect(provenance).toMatchObject({ shortened: 2, selection: { shortenedRows: 1 } });
    const { data } = (await json<{ readonly record: RunRecord }>(folder, 'runs', 'show', id!)).record;
    expect([data.train!.shortened, data.dev!.shortened, data.test!.shortened]).toEqual([1, undefined, 2]);
    const { out: report } = await run(folder, 'report', id!, '--format', 'markdown');
    expect(report).toContain('2 of 8 rows were shortened to fit');
    expect(report).toContain('Trained on 9 rows of train, 1 shortened');
  });
});

describe('a template without dev or test', () => {
  it('has numbers that say so', async () => {
    const text = weather['weather.prompt']!.replace(
      'train: train.jsonl, dev: dev.jsonl, test: test.jsonl',
      'train: train.jsonl',
    );
    const folder = await workspace({ ...weather, 'weather.prompt': text });
    const { out } = await run(folder, 'train', 'weather.prompt', '--method', 'soft');
    expect(out).toMatch(/^accuracy {2}\d\.\d+ {2}8 rows of train, which were trained on$/m);
    expect(out).toMatch(/^chosen {4}trained on 8 rows of train, learning rate as set, last step kept$/m);
    const { id, result } = await onlyRun(folder);
    expect(result!.accuracyInterval).toBeUndefined();
    const { out: report } = await run(folder, 'report', id, '--format', 'markdown');
    expect(report).toContain('measured on the rows of train');
    expect(report).not.toMatch(/Training saw only|chose the learning rate|read once/);
  });
});
