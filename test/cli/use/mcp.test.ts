import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ListRootsRequestSchema, type JSONRPCMessage, type Progress } from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { livingTrainer } from '../../../src/runs/queue/trainerFolder';
import { stepsTaken } from '../../../src/runs/record/runStage';
import { readRun } from '../../../src/runs/store/runFolder';
import { listRuns } from '../../../src/runs/store/scanRuns';
import { run, tinyWeather, weather, workspace } from '../../support/runs/runCli';
import { patience } from '../../support/running/patience';

/** Longer than any test waits. */
const long = { steps: 1_000_000, evalEvery: 1_000_000 };

/** A client of the server in a folder, which it names as its root where `root` is given. */
async function connect(args: readonly string[], root?: string) {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [resolve('dist/cli.js'), 'mcp', ...args],
    env: { ...(process.env as Record<string, string>) },
    stderr: 'pipe',
  });
  let complaints = '';
  transport.stderr!.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const client = new Client({ name: 'test', version: '1' }, { capabilities: root === undefined ? {} : { roots: {} } });
  if (root !== undefined)
    client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: [{ uri: pathToFileURL(root).href }] }));
  const strange: string[] = [];
  client.onerror = ({ message }) => strange.push(message);
  await client.connect(transport);
  onTestFinished(() => client.close());
  /** What a tool says, and whether it refused. */
  const call = async (
    name: string,
    given: Readonly<Record<string, unknown>>,
    options: { readonly signal?: AbortSignal; readonly onprogress?: (progress: Progress) => void } = {},
  ) => {
    const answer = await client.callTool({ name, arguments: given }, undefined, {
      ...options,
      timeout: patience.timeout,
    });
    const [first] = answer.content as readonly { readonly text: string }[];
    return { text: first!.text, refused: answer.isError === true };
  };
  return { client, transport, call, strange, complaints: () => complaints };
}

/** The weather task, and a worker that ends with the test. */
async function scene(files = tinyWeather) {
  const folder = await workspace(files);
  const runs = join(folder, '.prompt-tuner/runs');
  onTestFinished(async () => {
    const living = await livingTrainer(runs);
    if (living) process.kill(living.pid, 'SIGKILL');
  });
  return { folder, runs, only: async () => join(runs, (await listRuns(runs))[0]!.id) };
}

describe('prompt-tuner mcp', () => {
  it('trains in the queue of the root, tells how far it is, and answers in the words of the terminal', async () => {
    const { folder, runs } = await scene();
    const { client, call, strange } = await connect(['--allow-outside'], folder);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      ...['checkTemplate', 'listRuns', 'startRuns', 'compareRuns', 'readResults', 'stopRuns'],
    ]);
    expect(tools.filter(({ annotations }) => annotations?.readOnlyHint).map(({ name }) => name)).toEqual([
      ...['checkTemplate', 'listRuns', 'compareRuns', 'readResults'],
    ]);

    const checked = await call('checkTemplate', { template: 'weather.prompt' });
    const inTerminal = (await run(folder, 'check', 'weather.prompt')).out.trim();
    expect(inTerminal).not.toBe('');
    expect(checked).toMatchObject({ text: expect.stringContaining(inTerminal), refused: false });

    const heard: Progress[] = [];
    const started = await call(
      'startRuns',
      { template: 'weather.prompt', methods: ['soft', 'hard'], settings: { steps: 3, 'tune.seed': 7 }, wait: true },
      { onprogress: (progress) => heard.push(progress) },
    );
    expect(started.refused, started.text).toBe(false);
    const progress = heard.map((each) => each.progress);
    expect(progress.length).toBeGreaterThan(0);
    expect(progress).toEqual([...new Set(progress)].sort((a, b) => a - b));
    expect(heard.every(({ total }) => total === 2)).toBe(true);

    const records = await listRuns(runs);
    expect(records.map(({ method, status }) => [method, status]).sort()).toEqual([
      ['hard', 'done'],
      ['soft', 'done'],
    ]);
    const soft = records.find(({ method }) => method === 'soft')!;
    expect(soft.settings).toMatchObject({ steps: 3, seed: 7 });

    const shown = (...args: string[]) => run(folder, ...args).then(({ out }) => out.trim());
    expect((await call('listRuns', {})).text).toBe(await shown('runs', 'list'));
    expect((await call('readResults', { run: soft.id })).text).toBe(await shown('runs', 'show', soft.id));
    const wrong = (await call('readResults', { run: soft.id, part: 'failures' })).text.split('\n');
    const lines = (await readFile(join(runs, soft.id, 'predictions.jsonl'), 'utf8')).trim().split('\n');
    const missed = lines
      .map((line) => JSON.parse(line) as { row: number; expected: string; predicted: string })
      .filter(({ expected, predicted }) => expected !== predicted);
    expect(wrong.slice(1).map((line) => (JSON.parse(line) as { row: number }).row)).toEqual(
      missed.map(({ row }) => row),
    );
    expect(wrong[0]).toBe(`${missed.length} wrong of ${lines.length} answers, judged by accuracy, on test.`);
    const compared = (await call('compareRuns', { template: 'weather.prompt' })).text;
    expect(compared).toContain(`weather: ${lines.length} rows of test`);
    expect(compared).toContain('hard');
    // Standard output held nothing that is no message.
    expect(strange).toEqual([]);
  });

  it('refuses by a sentence what it does not know or may not read, and works on', async () => {
    const { folder } = await scene({ ...tinyWeather, 'broken.prompt': '---\ntune.steps: many\n---\n{{text}\n' });
    const elsewhere = await workspace(tinyWeather);
    const { client, transport, call, strange, complaints } = await connect(['--folder', folder, '--allow-outside']);
    await transport.send('neither' as unknown as JSONRPCMessage);
    await vi.waitFor(() => expect(complaints()).toContain('A message was passed over'), patience);
    await transport.send({ jsonrpc: '2.0', id: 99, method: 'tools/call', params: { name: 7 } });
    await vi.waitFor(() => expect(strange.join()).toContain('"id":99'), patience);
    await expect(client.callTool({ name: 'trainEverything', arguments: {} })).rejects.toThrow(
      'There is no tool "trainEverything". The tools are checkTemplate, listRuns,',
    );
    const refusals = [
      ['checkTemplate', {}, 'The input "template" is missing. Give a text as "template". [tool-input]'],
      ['checkTemplate', { template: 'a', file: 'b' }, 'There is no input "file".'],
      ['startRuns', { template: 'weather.prompt', methods: ['magic'] }, 'each one of hard, soft, v1, v2'],
      ['startRuns', { template: 'weather.prompt', methods: ['soft'], settings: { speed: 9 } }, 'tune.speed'],
      ['startRuns', { template: 'broken.prompt', methods: ['soft'] }, 'The template has '],
      ['checkTemplate', { template: join(elsewhere, 'weather.prompt') }, 'lies outside the workspace. Name a .prompt'],
      ['checkTemplate', { template: '../weather.prompt' }, '[outside-workspace]'],
      ['checkTemplate', { template: 'sunshine.prompt' }, 'There is no template "sunshine.prompt".'],
      ['readResults', { run: 'nobody' }, 'There is no run "nobody". Call listRuns for the ids'],
      ['readResults', { run: elsewhere }, '[run-missing]'],
      ['compareRuns', {}, 'Give "template" or "runs".'],
      ['compareRuns', { template: 'weather.prompt' }, 'None of the runs has results. Call startRuns'],
    ] as const;
    for (const [name, given, sentence] of refusals) {
      const { text, refused } = await call(name, given);
      expect({ text, refused }).toEqual({ text: expect.stringContaining(sentence) as string, refused: true });
      expect(text).not.toContain('\n');
    }
  });

  it('refuses a folder that is not there, before anybody asks', async () => {
    const folder = await workspace({});
    const { code, out, err } = await run(folder, 'mcp', '--folder', 'elsewhere');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain("argument 'elsewhere' is invalid. There is no such folder.");
  });

  it('stops what a cancelled call has started, and keeps its checkpoint', async () => {
    const { folder, only } = await scene();
    const { call } = await connect(['--folder', folder, '--allow-outside']);
    const cancelling = new AbortController();
    const waiting = call(
      'startRuns',
      { template: 'weather.prompt', methods: ['soft'], settings: long, wait: true },
      {
        signal: cancelling.signal,
        onprogress: ({ message }) => /training [1-9]/.test(message ?? '') && cancelling.abort(),
      },
    );
    await expect(waiting).rejects.toThrow();
    await vi.waitFor(async () => expect((await readRun(await only())).status).toBe('stopped'), patience);
    expect(stepsTaken((await readRun(await only())).progress)).toBeGreaterThan(0);
    const again = await call('stopRuns', { runs: [(await readRun(await only())).id] });
    expect(again.text).toContain('is stopped: there is nothing to stop.');
  });

  it('reads nothing outside the folder on behalf of a template, unless it is allowed to', async () => {
    const { folder, runs } = await scene({
      ...tinyWeather,
      'far.prompt': weather['weather.prompt']!.replace('train.jsonl', '/etc/passwd.jsonl'),
    });
    const { call } = await connect(['--folder', folder]);
    const { text } = await call('checkTemplate', { template: 'far.prompt' });
    expect(text).toMatch(/The data file lies outside the workspace.*\[outside-workspace\]/);
    const { refused } = await call('startRuns', { template: 'far.prompt', methods: ['hard'] });
    expect([refused, await listRuns(runs)]).toEqual([true, []]);
  });

  it('ends with its client, and lets what was queued train on', async () => {
    const { folder, only } = await scene();
    const { client, transport, call } = await connect(['--folder', folder, '--allow-outside']);
    const { pid } = transport;
    await call('startRuns', { template: 'weather.prompt', methods: ['soft'], settings: long });
    await client.close();
    await vi.waitFor(() => expect(() => process.kill(pid!, 0)).toThrow(), patience);
    const steps = async () => stepsTaken((await readRun(await only())).progress);
    const before = await steps();
    await vi.waitFor(async () => expect(await steps()).toBeGreaterThan(before), patience);
    expect((await readRun(await only())).status).toBe('running');
  });
});
