import { copyFile, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openModel } from '../../../src/model/openModel';
import { writeModel } from '../../../src/onnx/writeModel';
import type { RunRecord } from '../../../src/runs/record/record';
import { assembleModel } from '../../support/models/models';
import { json, jsonLines, run, signalAt, weather, workspace } from '../../support/runs/runCli';

/** A workspace whose model holds an operator behind the embeddings that changes no number and has no gradient rule. */
async function opaqueWorkspace(): Promise<string> {
  const folder = await workspace({
    ...weather,
    'weather.prompt': weather['weather.prompt']!.replace('---\n', '---\nmodel: ./opaque\n').replace(
      'tune.learningRate: 0.05',
      'tune.learningRate: 2',
    ),
  });
  const { trainingModel: model, signature, folder: from } = await openModel(assembleModel('reference/stories1'), '/');
  const [output] = signature.embedding.outputs as [string];
  const shrink = {
    op: 'Shrink',
    domain: '',
    name: 'shrink',
    inputs: [output],
    outputs: ['shrunk'],
    attributes: { lambd: { kind: 'float', value: 0 }, bias: { kind: 'float', value: 0 } },
  } as const;
  const nodes = model.graph.nodes.flatMap((node) =>
    node === signature.embedding
      ? [node, shrink]
      : [{ ...node, inputs: node.inputs.map((input) => (input === output ? 'shrunk' : input)) }],
  );
  await mkdir(join(folder, 'opaque'));
  for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json'])
    await copyFile(join(from, name), join(folder, 'opaque', name));
  await writeFile(join(folder, 'opaque', 'model.onnx'), writeModel({ ...model, graph: { ...model.graph, nodes } }));
  return folder;
}

const blackBox = ['--set', 'tune.blackBox=true'];
const recordOf = async (folder: string): Promise<RunRecord> =>
  JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as RunRecord;
const stepsOf = async (folder: string): Promise<readonly unknown[]> =>
  (await readFile(join(folder, 'metrics.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => ({ ...(JSON.parse(line) as object), examplesPerSecond: undefined, memoryBytes: undefined }));

describe('a model that cannot be differentiated', () => {
  it('is offered black-box tuning, which trains, says what it is, and is told apart everywhere', async () => {
    const folder = await opaqueWorkspace();
    expect((await run(folder, 'models', 'inspect', './opaque')).out).toMatch(
      /soft +does not work .*operator Shrink.*has no gradient rule\. .*tune\.blackBox/,
    );
    const refused = await run(folder, 'train', 'weather.prompt', '--method', 'soft');
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(
      'which has no gradient rule. It can still be tuned without gradients: set tune.blackBox to true. ' +
        'Black-box tuning searches a few random directions',
    );
    const trained = await run(folder, 'train', 'weather.prompt', '--method', 'soft', '--json', ...blackBox);
    expect(trained.code).toBe(0);
    const result = jsonLines(trained.out).at(-1)!;
    expect(result).toMatchObject({ status: 'done', method: 'soft', blackBox: true, trainedParameters: 4 * 64 });
    const of = result.folder as string;
    expect((await recordOf(of)).settings.blackBox).toBe(true);
    expect(await readFile(join(of, 'log.txt'), 'utf8')).toContain('Black-box tuning searches a few random directions');
    expect((await run(folder, 'runs', 'show', result.run as string)).out).toMatch(/^method +soft, black box$/m);
    expect((await run(folder, 'runs', 'list')).out).toMatch(/ done +soft, black box /);
    expect(await json(folder, 'evaluate', 'weather.prompt', '--run', result.run as string)).toMatchObject({
      method: 'soft',
      accuracy: result.accuracy,
      loss: result.loss,
    });
  });

  it('is compared with the methods that work: a row for each, and one that says why it failed', async () => {
    const folder = await opaqueWorkspace();
    const whole = await run(
      folder,
      'compare',
      'weather.prompt',
      '--methods',
      'hard,soft,v1,v2',
      '--set',
      'tune.steps=2',
      ...blackBox,
    );
    expect(whole.code).toBe(0);
    for (const method of ['soft', 'v1', 'v2'])
      expect(whole.out).toMatch(new RegExp(`^${method}, black box +\\d\\.\\d{3} `, 'm'));
    const failed = await run(folder, 'compare', 'weather.prompt', '--methods', 'hard,soft', '--json');
    expect(failed.err).toContain('set tune.blackBox to true');
    expect((JSON.parse(failed.out) as { rows: object[] }).rows).toMatchObject([
      { method: 'hard', status: 'done' },
      { method: 'soft', status: 'failed', error: { code: 'no-rule' } },
    ]);
  });

  it('has its search resumed to the numbers of one that ran through', async () => {
    const folder = await opaqueWorkspace();
    const runs = join(folder, '.prompt-tuner', 'runs');
    const args = ['train', 'weather.prompt', '--method', 'soft', '--json', '--set', 'tune.steps=14', ...blackBox];
    expect((await signalAt(folder, args, '"step":4,')).code).toBe(130);
    const [stopped] = await readdir(runs);
    expect((await run(folder, ...args, '--resume', stopped!)).code).toBe(0);
    const calm = jsonLines((await run(folder, ...args)).out).at(-1)!;
    expect(await stepsOf(join(runs, stopped!))).toEqual(await stepsOf(calm.folder as string));
    const { loss, accuracy } = (await recordOf(join(runs, stopped!))).result!;
    expect({ loss, accuracy }).toEqual({ loss: calm.loss, accuracy: calm.accuracy });
  });

  it('has the text of its instruction rewritten without a gradient', async () => {
    const folder = await opaqueWorkspace();
    const template = await readFile(join(folder, 'weather.prompt'), 'utf8');
    await writeFile(
      join(folder, 'weather.prompt'),
      template
        .replace('{{text}}', '{{#instruction}}Say how the weather was.{{/instruction}}\n{{text}}')
        .replace('tune.length: 4', 'tune.length: 4\ntune.searchBudget: 120'),
    );
    const { code, out } = await run(
      folder,
      'train',
      'weather.prompt',
      '--method',
      'v2',
      '--json',
      '--set',
      'tune.steps=2',
      ...blackBox,
    );
    expect(code).toBe(0);
    expect(jsonLines(out).filter(({ kind }) => kind === 'candidate-round').length).toBeGreaterThan(0);
    expect(jsonLines(out).at(-1)).toMatchObject({
      status: 'done',
      rewritten: { original: 'Say how the weather was.' },
    });
  });
});
