import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { chatReply, startEndpoint } from '../../support/standIns/endpointServer';
import { json, run, start, storiesWeather, weather, workspace } from '../../support/runs/runCli';
import { until } from '../../support/running/until.mjs';

interface Kept {
  readonly row: number;
  readonly predicted: string;
  readonly probabilities: Readonly<Record<string, number>>;
  readonly labelMass: number;
}

interface Measured {
  readonly run: string;
  readonly accuracy: number;
  readonly loss: number;
  readonly tokenLoss: number;
  readonly labelMass: number;
  readonly hosted?: { readonly decided: Readonly<Record<string, number>> };
}

const predictionsOf = async (folder: string, id: string): Promise<readonly Kept[]> =>
  (await readFile(join(folder, '.prompt-tuner/runs', id, 'predictions.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Kept);

it('measures a prompt through an endpoint as it is measured here: labels, probabilities, losses', async () => {
  const folder = await workspace({
    ...storiesWeather,
    'weather.hosted.prompt': storiesWeather['weather.prompt']!.replace(
      /model: .*/,
      'model: here-too:weather\ntune.format: text',
    ),
  });
  const server = start(folder, ['serve', 'weather.prompt', '--port', '0', '--json']);
  try {
    await server.says('"address"');
    const address = /"address":"([^"]+)"/.exec(server.out())![1]!;
    const here = await json<Measured>(folder, 'evaluate', 'weather.prompt', '--method', 'hard');
    const words = ['evaluate', 'weather.hosted.prompt', '--method', 'hard', '--base-url', address];
    const refused = await run(folder, ...words);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.err).toContain(`6 rows of test (${join(folder, 'test.jsonl')}) will be sent to ${address}`);
    expect(refused.err).toMatch(/price unknown\.[\s\S]*Give --yes to agree[^\n]*\[endpoint-consent\]/);
    const there = await json<Measured>(folder, ...words, '--yes');
    expect(there.hosted).toMatchObject({ decided: { echo: 6 }, endpoint: 'here-too', failed: 0 });
    for (const name of ['accuracy', 'loss', 'tokenLoss', 'labelMass'] as const)
      expect(there[name]).toBeCloseTo(here[name], 5);
    const [local, hosted] = await Promise.all([here, there].map((one) => predictionsOf(folder, one.run)));
    expect(hosted!.map(({ predicted }) => predicted)).toEqual(local!.map(({ predicted }) => predicted));
    hosted!.forEach(({ probabilities, labelMass }, row) => {
      expect(probabilities.wet).toBeCloseTo(local![row]!.probabilities.wet!, 5);
      expect(labelMass).toBeCloseTo(local![row]!.labelMass, 5);
    });
    const compared = await run(folder, 'report', here.run, there.run, '--format', 'markdown');
    expect(compared.out).toMatch(/hard on here-too:weather/);
    const runs = await readdir(join(folder, '.prompt-tuner/runs'));
    expect(runs.filter((name) => !name.startsWith('.'))).toHaveLength(2);
  } finally {
    server.child.kill('SIGKILL');
    await server.ended;
  }
});

it('refuses trainings on such a model at the line that names it, before anything is sent', async () => {
  const folder = await workspace({
    ...storiesWeather,
    'weather.prompt': storiesWeather['weather.prompt']!.replace(/model: .*/, 'model: openai:gpt'),
  });
  for (const words of [
    ['train', 'weather.prompt', '--method', 'v2'],
    ['compare', 'weather.prompt', '--methods', 'hard,soft', '--yes'],
    ['predict', 'weather.prompt', 'test.jsonl'],
  ]) {
    const { code, err } = await run(folder, ...words);
    expect(code).toBe(1);
    expect(err).toMatch(/weather\.prompt:2:8: .*a model that runs here|runs elsewhere/);
    expect(err).toContain('[endpoint-method]');
  }
});

it('asks only what is missing after it was killed in the middle, and comes to the same numbers', async () => {
  const folder = await workspace({
    ...weather,
    'far.prompt': weather['weather.prompt']!.replace('---\n', '---\nmodel: far-away:little\n'),
  });
  let isSlow = true;
  const endpoint = await startEndpoint(({ body }, n) =>
    isSlow && n >= 3 ? { instead: 'silence' } : chatReply(JSON.stringify(body).includes('rain') ? 'wet' : 'dry'),
  );
  const words = ['evaluate', 'far.prompt', '--method', 'hard', '--yes', '--base-url', endpoint.address];
  const killed = start(folder, words);
  await until('some rows to be asked', () => endpoint.seen.length > 3);
  killed.child.kill('SIGKILL');
  await killed.ended;
  isSlow = false;
  const rows = weather['test.jsonl']!.trim().split('\n').length;
  const before = endpoint.seen.length;
  const again = await json<Measured>(folder, ...words);
  const missing = endpoint.seen.length - before;
  expect(missing).toBeGreaterThan(0);
  expect(missing).toBeLessThan(rows);
  const fresh = await json<Measured>(folder, ...words, '--fresh');
  expect(endpoint.seen.length - before - missing).toBeGreaterThanOrEqual(rows);
  expect(again.accuracy).toBe(fresh.accuracy);
});

it('says in one sentence what is wrong with data before it asks, and of what numbers say nothing', async () => {
  const folder = await workspace({
    ...weather,
    'far.prompt': weather['weather.prompt']!.replace('---\n', '---\nmodel: far-away:org/little:7b\n'),
    'one.jsonl': weather['test.jsonl']!.split('\n')
      .filter((line) => line.includes('"wet"'))
      .join('\n'),
    'empty.jsonl': '',
  });
  const endpoint = await startEndpoint(() => chatReply('wet'));
  const measure = (file: string) =>
    run(
      folder,
      ...['evaluate', 'far.prompt', '--method', 'hard', '--yes', '--base-url', `${endpoint.address}/`],
      ...['--set', `tune.data.test=${file}`],
    );
  const empty = await measure('empty.jsonl');
  expect(empty).toMatchObject({ code: 1, out: '' });
  expect(empty.err).toMatch(/^[^\n]*empty\.jsonl: The file has no rows\. Add [^\n]*\[data-empty\]\n$/);
  expect(endpoint.seen).toEqual([]);
  const one = await measure('one.jsonl');
  expect(one.code).toBe(0);
  expect(one.err).toContain('No row of test that was measured has the label "dry": the numbers say nothing of it.');
  expect(endpoint.seen.at(-1)!.body.model).toBe('org/little:7b');
});

it('hands nothing to Slurm that asks a model elsewhere, whatever was agreed to', async () => {
  const instruction = 'tune.instruction: text\ntune.propose: ask.prompt\n';
  const folder = await workspace({
    ...storiesWeather,
    'weather.prompt': storiesWeather['weather.prompt']!.replace('---\n', `---\n${instruction}`),
    'far.prompt': storiesWeather['weather.prompt']!.replace(/model: .*/, 'model: mine:big'),
    'ask.prompt': '---\nmodel: mine:big\n---\n{{role "user"}}Mend it: {{current}}',
  });
  for (const [words, message] of [
    [['train', 'weather.prompt', '--method', 'v2', '--yes'], 'ask.prompt in tune.propose asks "mine:big"'],
    [['compare', 'weather.prompt', '--methods', 'hard,v2', '--yes'], 'ask.prompt in tune.propose asks "mine:big"'],
    [['compare', 'far.prompt', '--methods', 'hard', '--yes'], '"mine:big" runs elsewhere: Slurm would only wait'],
  ] as const) {
    const { code, err } = await run(folder, ...words, '--on', 'slurm');
    expect(code).toBe(1);
    expect(err).toContain(message);
    expect(err).toContain('[endpoint-consent]');
  }
  expect(await readdir(folder)).not.toContain('.prompt-tuner');
});

it('lets a model elsewhere write instructions for trainings in processes of their own, once agreed to', async () => {
  const endpoint = await startEndpoint(() => chatReply('Say how the day was.'));
  const folder = await workspace({
    ...storiesWeather,
    'weather.prompt': storiesWeather['weather.prompt']!.replace(
      '---\n',
      '---\ntune.instruction: text\ntune.propose: ask.prompt\ntune.searchBudget: 300\n',
    ).replace('{{text}}', '{{#instruction}}Tell how it was.{{/instruction}} {{text}}'),
    'ask.prompt': '---\nmodel: mine:big\n---\n{{role "user"}}Mend it: {{current}}',
  });
  const words = ['compare', 'weather.prompt', '--methods', 'soft,v2', '--jobs', '2', '--base-url', endpoint.address];
  const refused = await run(folder, ...words);
  expect(refused.err).toContain('[endpoint-consent]');
  expect(endpoint.seen).toEqual([]);
  const agreed = await run(folder, ...words, '--yes');
  expect({ code: agreed.code, seen: endpoint.seen.length > 0 }).toEqual({ code: 0, seen: true });
  expect(endpoint.seen[0]!.body.model).toBe('big');
});
