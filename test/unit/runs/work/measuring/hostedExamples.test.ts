import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planHosted } from '../../../../../src/runs/work/measuring/evaluateHosted';
import { readRun } from '../../../../../src/runs/store/runFolder';
import { chatReply, startEndpoint } from '../../../../support/standIns/endpointServer';
import { dayTemplate, hostedFolder, labelOfRequest } from '../../../../support/runs/hostedRun';

const train = [
  ['sleet', 'cold'],
  ['blaze', 'warm'],
  ['ice', 'cold'],
  ['glow', 'warm'],
] as const;

/** A template whose model runs elsewhere and that shows examples of four rows of train. */
async function withExamples(examples: string, more = '') {
  const files = await hostedFolder(
    dayTemplate(`tune.data: { train: train.jsonl, test: rows.jsonl }\ntune.examples: ${examples}\n${more}`).replace(
      'tune.data: { test: rows.jsonl }\n',
      '',
    ),
  );
  const lines = train.map(([text, label]) => `${JSON.stringify({ text, label })}\n`);
  await writeFile(join(files.folder, 'train.jsonl'), lines.join(''));
  return files;
}

type Messages = readonly { readonly role: string; readonly content: string }[];
const lastOf = (body: Readonly<Record<string, unknown>>) => (body.messages as Messages).at(-1)!.content;

describe('a hard prompt with examples on a model that runs elsewhere', () => {
  it('shows the same drawn rows as turns of the chat in every request, counted before, kept with the run', async () => {
    const server = await startEndpoint(({ body }) => {
      const label = labelOfRequest({ messages: lastOf(body) });
      return chatReply(label, { [label]: 0.9 });
    });
    const files = await withExamples('2');
    const outcome = await files.measure({ baseURL: server.address });
    expect(outcome.result).toMatchObject({ n: 4, accuracy: 1 });
    const asked = server.seen.map(({ body }) => body.messages as Messages);
    expect(asked.map((messages) => messages.map(({ role }) => role))).toEqual(
      asked.map(() => ['user', 'assistant', 'user', 'assistant', 'user']),
    );
    expect(new Set(asked.map((messages) => JSON.stringify(messages.slice(0, -1)))).size).toBe(1);
    const { examples } = await readRun(outcome.folder!);
    expect(examples).toMatchObject({ choose: 'random', count: 2 });
    expect(asked[0]!.slice(0, 4).map(({ content }) => content)).toEqual(
      examples!.rows.flatMap(({ row }) => [`Day: ${train[row]![0]}\nWeather:`, train[row]![1]]),
    );
    const endpoints = { settingsOf: () => ({ baseURL: server.address }), priceOf: () => undefined };
    const plain = { ...endpoints, keyOf: () => undefined, consent: false };
    const file = join(files.folder, 'day.prompt');
    const [shown, bare] = [
      await planHosted(file, {}, { endpoints: plain }),
      await planHosted(file, { 'tune.examples': 'none' }, { endpoints: plain }),
    ];
    expect(shown!.inputTokens).toBeGreaterThan(1.5 * bare!.inputTokens);
    expect(await readFile(file, 'utf8')).toContain('tune.examples: 2');
  });

  it('shows them as text where the prompt is one', async () => {
    const server = await startEndpoint(() => ({ status: 404, body: {} }));
    const files = await withExamples('2', 'tune.format: text\n');
    await files.measure({ baseURL: server.address }).catch(() => undefined);
    const [prompt] = [server.seen[0]!.body.prompt].flat() as string[];
    expect(prompt).toMatch(/^(Day: (sleet|blaze|ice|glow)\nWeather: (cold|warm)\n+){2}Day: sun\nWeather:/);
  });

  it.each([
    ['{ count: 2, choose: search }', 'tune.examples with choose: search tries thousands of prompts by their losses'],
    ['{ count: 2, choose: similar }', 'tune.examples with choose: similar compares rows by embeddings'],
    ['9', 'tune.examples asks for 9 examples; train has 4 rows'],
  ])('refuses %s by one sentence before anything is sent', async (examples, message) => {
    const server = await startEndpoint(() => chatReply('warm'));
    const files = await withExamples(examples);
    await expect(files.measure({ baseURL: server.address })).rejects.toThrow(message);
    expect(server.seen).toEqual([]);
  });

  it('names the way that is left where a search is refused: rows that the seed draws', async () => {
    const files = await withExamples('{ count: 2, choose: search }');
    const failure: unknown = await files.measure({ baseURL: 'http://127.0.0.1:9/v1' }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ remedy: expect.stringMatching(/^Write choose: random, /) as unknown });
  });
});
