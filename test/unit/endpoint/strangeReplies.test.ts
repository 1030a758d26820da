import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chatReply, startEndpoint, type Answer, type SeenRequest } from '../../support/standIns/endpointServer';
import { dayTemplate, hostedFolder, labelOfRequest } from '../../support/runs/hostedRun';

const settings = { retries: 0 };

/** Measures four rows at an endpoint that answers so. */
async function measured(answer: (label: string, request: SeenRequest) => Answer, template = dayTemplate()) {
  const server = await startEndpoint((request) => answer(labelOfRequest(request.body), request));
  const { measure, folder } = await hostedFolder(template);
  const outcome = measure({ ...settings, baseURL: server.address });
  // Whoever awaits it hears of a failure; a test that looks at the server first must not end of it.
  outcome.catch(() => undefined);
  return { outcome, server, folder };
}

const withTop = (content: string, top: readonly object[]): Answer =>
  chatReply(content, undefined, { logprobs: { content: [{ token: content, logprob: 0, top_logprobs: top }] } });

describe('a reply of an unusual form', () => {
  it.each([
    [
      'in parts',
      (label: string) => chatReply(null, undefined, { message: { content: [{ type: 'text', text: label }] } }),
    ],
    [
      'with fields of a proxy',
      (label: string) =>
        chatReply(label, undefined, {
          native_finish_reason: 'STOP',
          error: null,
          message: { content: label, reasoning: null, tool_calls: null, annotations: [], provider_specific_fields: {} },
        }),
    ],
    ['behind a thought', (label: string) => chatReply(`<think>cold? or warm?</think>\n\n${label}`)],
    ['without tokens', (label: string) => chatReply(label, undefined, { logprobs: { content: null } })],
  ])('is read all the same (%s)', async (_, answer) => {
    const { outcome } = await measured(answer);
    expect((await outcome).result).toMatchObject({ n: 4, accuracy: 1 });
  });

  it('counts no tokens where the endpoint writes null for them, and says so by no number', async () => {
    const { outcome } = await measured((label) => {
      const { body } = chatReply(label);
      return { body: { ...(body as object), usage: { prompt_tokens: null, completion_tokens: null } } };
    });
    const { result } = await outcome;
    expect(result).toMatchObject({ accuracy: 1 });
    expect(result.hosted!.tokens.prompt).toBeNaN();
  });

  it('keeps the log-probabilities that are there beside those that are null', async () => {
    const { outcome } = await measured((label) =>
      withTop(label, [
        { token: label, logprob: -0.1 },
        { token: 'x', logprob: null },
      ]),
    );
    expect((await outcome).result.hosted).toMatchObject({ decided: { tokens: 4 } });
  });

  it('decides by the text where its first token only seems to begin a label', async () => {
    const template = dayTemplate().replace('[warm, cold]', '[warm, cold, awful]');
    const { outcome } = await measured(
      (label) =>
        withTop(`A ${label} day`, [
          { token: 'A', logprob: -0.01 },
          { token: 'warm', logprob: -6 },
        ]),
      template,
    );
    const { result } = await outcome;
    expect(result).toMatchObject({ accuracy: 1, hosted: { decided: { text: 4 } } });
  });

  it('is no answer where a model that thinks first has used up its tokens', async () => {
    const thinking = { finish_reason: 'length' };
    for (const content of ['<think>\nThe day', '', null]) {
      const { outcome } = await measured(() => chatReply(content, undefined, thinking));
      await expect(outcome).rejects.toMatchObject({
        code: 'endpoint-withheld',
        message: expect.stringContaining('uses up the tokens of the answer before it says anything') as unknown,
      });
    }
  });
});

describe('an error in another form than that of OpenAI', () => {
  const modelMissing = { object: 'error', message: 'The model `x` does not exist.', code: 404 };
  const detail = [{ loc: ['body', 'messages'], msg: 'field required' }];
  it.each([
    ['vLLM', { status: 404, body: modelMissing }, 'refuses the request with status 404: The model `x` does not exist.'],
    ['FastAPI', { status: 422, body: { detail } }, 'refuses the request with status 422: messages: field required.'],
    ['a text', { status: 400, body: { error: 'too long' } }, 'refuses the request with status 400: too long.'],
    [
      'well, yet none',
      { body: { error: { message: 'overloaded', code: 529 } } },
      'answers with status 529: overloaded.',
    ],
    ['a page', { status: 404, body: '<html>Not here</html>' }, 'refuses the request with status 404.'],
  ])('is said in its own words (%s)', async (_, answer, message) => {
    const { outcome } = await measured(() => answer);
    await expect(outcome).rejects.toThrow(message);
  });

  it('leads to the address where a page answers that nothing is there', async () => {
    const { outcome } = await measured(() => ({ status: 404, body: '<html>Not here</html>' }));
    await expect(outcome).rejects.toMatchObject({ remedy: expect.stringContaining('most often in /v1') as unknown });
  });
});

describe('an endpoint that sends requests on', () => {
  it.each([302, 307, 308])('is not followed: nobody has agreed to that address (%d)', async (status) => {
    const other = await startEndpoint(() => chatReply('warm'));
    const { outcome, server } = await measured(() => ({
      status,
      headers: { location: `${other.address}/x` },
      body: '',
    }));
    await expect(outcome).rejects.toThrow(`it sends requests on to ${new URL(other.address).origin}`);
    expect(other.seen).toEqual([]);
    expect(server.seen.length).toBeGreaterThan(0);
  });
});

describe('an address and a key', () => {
  it.each(['', '/', '//', '/chat/completions', '/completions/'])('may end in "%s"', async (end) => {
    const server = await startEndpoint(({ body }) => chatReply(labelOfRequest(body)));
    const { measure } = await hostedFolder();
    const { result } = await measure({ baseURL: `${server.address}${end}` });
    expect(result.hosted).toMatchObject({ address: server.address, failed: 0 });
    expect(server.seen[0]!.path).toBe('/v1/chat/completions');
  });

  it.each(['schlüssel✓', 'good\nx', 'good one', '\u200bgood'])('is no key of an endpoint: %j', async (key) => {
    const server = await startEndpoint(() => chatReply('warm'));
    const { measure, folder } = await hostedFolder();
    const outcome = measure({ baseURL: server.address }, { keyOf: () => key });
    await expect(outcome).rejects.toMatchObject({ code: 'endpoint-key', location: { line: 2 } });
    expect(server.seen).toEqual([]);
    const files = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const file of files.filter((entry) => entry.isFile()))
      expect(await readFile(join(file.parentPath, file.name), 'utf8')).not.toContain(key);
  });

  it.each(['qwen2.5:7b', 'meta-llama/Llama-3.1-8B', 'org/big-1:free', 'ft:gpt:acme::abc', '模型/千问'])(
    'is asked for the model by its whole name: %s',
    async (name) => {
      const server = await startEndpoint(({ body }) => chatReply(labelOfRequest(body)));
      const { measure } = await hostedFolder(dayTemplate().replace('openai:little', `openai:${name}`));
      const asked: string[] = [];
      const priceOf = (model: string) => {
        asked.push(model);
        return { input: 1_000_000, output: 0 };
      };
      const { result } = await measure({ baseURL: server.address }, { priceOf });
      expect(server.seen.every(({ body }) => body.model === name)).toBe(true);
      expect(result.hosted).toMatchObject({ model: name, price: 44 });
      expect(new Set(asked)).toEqual(new Set([`openai:${name}`]));
    },
  );
});
