import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fakeHub, theCommit, type FakeHub } from '../../support/hub/fakeHub';
import { lines } from '../../support/text/lines';
import { assembleModel } from '../../support/models/models';
import { homeIn } from '../../support/models/modelStores';
import { json, jsonLines, run, runProcess, start, workspace } from '../../support/runs/runCli';

const embedded = resolve('media/models/prompt-tuner-base');
const llama = assembleModel('architectures/llama');
const id = 'someone/small';

/** The embedded model, as if it lay on the hub. */
async function hubWithModel(): Promise<FakeHub> {
  const names = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'generation_config.json', 'README.md'];
  const files = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(embedded, name))] as const)),
  );
  const hub = await fakeHub({
    [id]: { files: { ...files, 'onnx/model.onnx': await readFile(join(embedded, 'model.onnx')) }, licence: 'cc0-1.0' },
  });
  const home = await mkdtemp(join(tmpdir(), 'prompt-tuner-hub-'));
  const before = { ...process.env };
  Object.assign(process.env, { ...homeIn(home), HF_HOME: home, PROMPT_TUNER_HOME: home, HF_ENDPOINT: hub.url });
  delete process.env.HF_HUB_CACHE;
  onTestFinished(async () => {
    process.env = before;
    await rm(home, { recursive: true, force: true });
  });
  return hub;
}

const template = lines(
  '---',
  `model: ${id}`,
  'input:',
  '  schema: { text: string }',
  'output:',
  '  schema:',
  '    label(enum): [good, bad]',
  'tune.data: { test: rows.jsonl }',
  '---',
  '{{text}} It was{{label}}',
);

describe('models add', () => {
  it('downloads a model of the hub, which a template can then name, offline too', async () => {
    const hub = await hubWithModel();
    const folder = await workspace({
      't.prompt': template,
      'rows.jsonl': '{"text":"Fine.","label":"good"}\n{"text":"Awful.","label":"bad"}\n',
    });
    const missing = await run(folder, 'evaluate', 't.prompt', '--method', 'hard');
    expect(missing.code).toBe(1);
    expect(missing.err).toContain(`prompt-tuner models add ${id}`);
    const { code, out } = await run(folder, 'models', 'add', id, '--json');
    expect(code).toBe(0);
    const lines = jsonLines(out);
    expect(lines[0]).toMatchObject({ kind: 'plan', variant: 'fp32' });
    expect(lines.at(-1)).toMatchObject({ id, commit: theCommit, licence: 'cc0-1.0' });
    process.env.HF_HUB_OFFLINE = '1';
    const asked = hub.asked.length;
    expect(await json<object>(folder, 'evaluate', 't.prompt', '--method', 'hard')).toMatchObject({ n: 2 });
    const list = await json<
      readonly {
        readonly id: string;
        readonly bytes: number;
        readonly licence: string;
        readonly methods: readonly object[];
      }[]
    >(folder, 'models', 'list');
    expect(list.map((model) => model.id)).toEqual(['builtin', id]);
    expect(list[1]).toMatchObject({
      source: 'hub',
      licence: 'cc0-1.0',
      contextLength: 1024,
      methods: expect.arrayContaining([{ method: 'v2', works: true }]),
    });
    expect(list[1]!.bytes).toBeGreaterThan((await stat(join(embedded, 'model.onnx'))).size);
    expect(hub.asked).toHaveLength(asked);
  });

  it('is fetched once by two processes at once', async () => {
    const hub = await hubWithModel();
    const folder = await workspace({});
    const both = await Promise.all([1, 2].map(() => runProcess(folder, 'models', 'add', id)));
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(hub.asked.filter((path) => path.endsWith('/onnx/model.onnx'))).toHaveLength(1);
  });

  it('is interrupted by Ctrl-C and goes on later with what it has', async () => {
    const hub = await hubWithModel();
    const folder = await workspace({});
    hub.mischief = ({ path, count }, response, content) => {
      if (!path.endsWith('/onnx/model.onnx') || count > 1) return undefined;
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 5_000_000));
      return true;
    };
    const { child, ended, says } = start(folder, ['models', 'add', id]);
    await says('30 %');
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    expect((await run(folder, 'models', 'add', id)).code).toBe(0);
    expect(Number(/\d+/.exec(hub.ranges.at(-1)!)![0])).toBeGreaterThan(1_000_000);
    const blobs = await readdir(join(process.env.HF_HOME!, 'hub', 'models--someone--small', 'blobs'));
    expect(blobs.filter((name) => name.includes('incomplete'))).toEqual([]);
  });

  it('notes a folder, and a GGUF file by itself, which are then listed', async () => {
    await hubWithModel();
    const folder = await workspace({});
    expect(await json<object>(folder, 'models', 'add', llama)).toMatchObject({ id: llama, folder: llama });
    expect(await json<object>(folder, 'models', 'add', join(llama, 'model.gguf'))).toMatchObject({ folder: llama });
    await json<object>(folder, 'models', 'add', embedded);
    expect(
      (await json<readonly { readonly id: string; readonly source: string }[]>(folder, 'models', 'list')).map(
        ({ id: listed, source }) => [source, listed],
      ),
    ).toEqual([
      ['embedded', 'builtin'],
      ['folder', llama],
      ['folder', join(llama, 'model.gguf')],
    ]);
    const wrong = await run(folder, 'models', 'add', './nowhere');
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('[model-missing]')]);
  });

  it('says in one sentence what the hub said, with an exit code', async () => {
    const hub = await hubWithModel();
    const folder = await workspace({});
    const unknown = await run(folder, 'models', 'add', 'no/where');
    expect([unknown.code, unknown.err]).toEqual([
      1,
      expect.stringContaining('There is no model "no/where" on the hub.'),
    ]);
    hub.mischief = (_, response) => {
      response.writeHead(429, { 'retry-after': '9999' }).end();
      return true;
    };
    const busy = await run(folder, 'models', 'add', id);
    expect([busy.code, busy.err.trim().split('\n').at(-1)]).toEqual([3, expect.stringContaining('[hub-busy]')]);
  });
});

describe('models inspect', () => {
  it('says sizes, tokenizer and methods, and with --measure how fast a step is', async () => {
    const folder = await workspace({});
    const inspection = await json<Record<string, unknown>>(folder, 'models', 'inspect', '--measure');
    expect(inspection).toMatchObject({
      licence: 'cc0-1.0',
      parameters: 6843648,
      keyValueCache: 'exported',
      operatorsWithoutRule: [],
      tokenizer: { kind: 'BPE', tokens: 8192, special: { eos: '<|endoftext|>' } },
      methods: ['hard', 'soft', 'v1', 'v2'].map((method) => ({ method, works: true })),
      speed: {
        provider: 'cpu',
        batch: 4,
        tokens: 64,
        forwardTokensPerSecond: expect.any(Number),
        stepTokensPerSecond: expect.any(Number),
        stepOverForward: expect.any(Number),
      },
    });
  });
});

/** The weights of a safetensors file in two, with the index that names both. */
async function shard(file: string, folder: string): Promise<void> {
  const bytes = await readFile(file);
  const start = 8 + Number(bytes.readBigUInt64LE());
  const entries = Object.entries(
    JSON.parse(bytes.subarray(8, start).toString()) as Record<
      string,
      { readonly data_offsets: readonly [number, number] }
    >,
  ).filter(([name]) => name !== '__metadata__');
  const parts = [entries.slice(0, 7), entries.slice(7)];
  const names = parts.map((_, i) => `model-0000${i + 1}-of-00002.safetensors`);
  for (const [i, part] of parts.entries()) {
    let end = 0;
    const head = Object.fromEntries(
      part.map(
        ([
          name,
          {
            data_offsets: [from, to],
            ...rest
          },
        ]) => [name, { ...rest, data_offsets: [end, (end += to - from)] }],
      ),
    );
    const text = Buffer.from(JSON.stringify(head));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    await writeFile(
      join(folder, names[i]!),
      Buffer.concat([
        length,
        text,
        ...part.map(
          ([
            ,
            {
              data_offsets: [from, to],
            },
          ]) => bytes.subarray(start + from, start + to),
        ),
      ]),
    );
  }
  await writeFile(
    join(folder, 'model.safetensors.index.json'),
    JSON.stringify({
      weight_map: Object.fromEntries(parts.flatMap((part, i) => part.map(([name]) => [name, names[i]]))),
    }),
  );
}

describe('a checkpoint in shards', () => {
  it('is trained through with the same losses as the graph that was exported from it', async () => {
    const folder = await workspace({
      't.prompt': lines(
        '---',
        'model: ./sharded',
        'output:',
        '  schema:',
        '    label(enum): [up, down]',
        'tune.labels: { up: " <11>", down: " <12>" }',
        'tune.data: { train: rows.jsonl, dev: rows.jsonl, test: rows.jsonl }',
        'tune.length: 3',
        'tune.steps: 4',
        'tune.evalEvery: 2',
        'tune.batchSize: 4',
        'tune.learningRate: 0.05',
        'tune.instruction: fixed',
        '---',
        '<7> {{text}} <9>{{label}}',
        '',
      ),
      'rows.jsonl': ['<20> <21>', '<33>', '<5> <6> <8>', '<40> <41>']
        .map((text, i) => `${JSON.stringify({ text, label: i % 2 ? 'up' : 'down' })}\n`)
        .join(''),
    });
    await mkdir(join(folder, 'sharded'));
    for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json'])
      await copyFile(join(llama, name), join(folder, 'sharded', name));
    await shard(join(llama, 'model.safetensors'), join(folder, 'sharded'));
    await writeFile(
      join(folder, 'exported.prompt'),
      (await readFile(join(folder, 't.prompt'), 'utf8')).replace('./sharded', join(llama, 'model.onnx')),
    );
    for (const method of ['soft', 'v2']) {
      const losses: number[][] = [];
      for (const file of ['t.prompt', 'exported.prompt']) {
        const { code, out, err } = await run(folder, 'train', file, '--method', method, '--json');
        expect([code, err.includes('Failed')], err).toEqual([0, false]);
        losses.push(
          jsonLines(out).flatMap((line) =>
            typeof line === 'object' && line !== null && 'kind' in line && line.kind === 'step' && 'loss' in line
              ? [line.loss as number]
              : [],
          ),
        );
      }
      expect(losses[0]!.length).toBeGreaterThan(3);
      expect(losses[0]).toEqual(losses[1]!.map((loss) => expect.closeTo(loss, 3)));
    }
    const listed = await json<readonly { readonly folder: string }[]>(folder, 'models', 'list');
    expect(listed.map((model) => model.folder)).toEqual(expect.arrayContaining([join(folder, 'sharded'), llama]));
    expect(await json<object>(folder, 'models', 'inspect', './sharded')).toMatchObject({
      kind: 'safetensors',
      keyValueCache: 'exported',
      trainable: true,
    });
  });
});

describe('a masked model', () => {
  it('is shown with its masks, compared over all methods, and exported', async () => {
    const folder = await workspace({
      'film.prompt': lines(
        '---',
        `model: ${assembleModel('masked/bert')}`,
        'output:',
        '  schema:',
        '    mood(enum): [good, bad]',
        'tune.labels: { good: [good, "very fine"], bad: bad }',
        'tune.data: { train: rows.jsonl, dev: rows.jsonl, test: rows.jsonl }',
        'tune.length: 3',
        'tune.steps: 4',
        'tune.evalEvery: 2',
        'tune.learningRate: 0.05',
        '---',
        '{{#instruction}}truly told{{/instruction}} review : {{text}} it was {{mood}} . truly told',
        '',
      ),
      'rows.jsonl': ['warm film fun', 'dull plot', 'fun cast', 'slow film']
        .map((text, i) => `${JSON.stringify({ text, mood: i % 2 ? 'bad' : 'good' })}\n`)
        .join(''),
    });
    expect((await json<{ readonly text: string }>(folder, 'render', 'film.prompt', '--row', '1')).text).toBe(
      'truly told review : dull plot it was [MASK][MASK] . truly told',
    );
    const { rows } = await json<{
      readonly rows: readonly {
        readonly method: string;
        readonly result: { readonly n: number; readonly trainedParameters: number };
      }[];
    }>(folder, 'compare', 'film.prompt', '--methods', 'hard,soft,v1,v2');
    // Two layers of keys and values 16 wide for three positions, and the two words of the instruction.
    expect(rows.map(({ method, result }) => [method, result.n, result.trainedParameters])).toEqual([
      ['hard', 4, 0],
      ['soft', 4, 48],
      ['v1', 4, 48],
      ['v2', 4, 3 * 4 * 16 + 2 * 16],
    ]);
    const runs = await json<readonly { readonly id: string; readonly method: string }[]>(folder, 'runs', 'list');
    const trained = runs.find(({ method }) => method === 'v2')!.id;
    expect(
      (await json<{ readonly files: readonly string[] }>(folder, 'export', trained, '--format', 'onnx', '--to', 'out'))
        .files,
    ).toContain('model.onnx');
    expect((await run(folder, 'export', trained, '--format', 'peft', '--to', 'peft')).err).toMatch(
      /PEFT has no kind of prompt for a masked language model\. Export it with --format onnx\. \[masked-model\]/,
    );
  });
});

describe('an execution provider that the machine lacks', () => {
  it('is named with the reason, and the graphs run on the processor', async () => {
    const folder = await workspace({
      't.prompt': template.replace(id, 'builtin'),
      'rows.jsonl': '{"text":"Fine.","label":"good"}\n',
    });
    const { code, err } = await run(
      folder,
      'evaluate',
      't.prompt',
      '--method',
      'hard',
      '--provider',
      process.platform === 'darwin' ? 'dml' : 'coreml',
    );
    expect(code).toBe(0);
    expect(err).toMatch(/was asked for and cannot be used: .* The graphs run on the processor \(CPU\)\./);
    const runs = await readdir(join(folder, '.prompt-tuner', 'runs'));
    const record = JSON.parse(await readFile(join(folder, '.prompt-tuner', 'runs', runs[0]!, 'run.json'), 'utf8')) as {
      readonly versions: object;
    };
    expect(record.versions).toMatchObject({ provider: 'cpu', providerNote: expect.stringContaining('cannot be used') });
    expect((await run(folder, 'evaluate', 't.prompt', '--method', 'hard', '--provider', 'abacus')).code).toBe(2);
  });
});
