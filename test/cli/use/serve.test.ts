import { fork } from 'node:child_process';
import { connect, createServer, type Socket } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assembleModel } from '../../support/models/models';
import { json, jsonLines, run, start, tinyWeather, type Started } from '../../support/runs/runCli';
import { until } from '../../support/running/until.mjs';

let folder: string;
let server: Served;
let soft: string;

interface Served extends Started {
  readonly address: string;
  readonly client: OpenAI;
}

const story = `---
model: ${assembleModel('reference/stories260k')}
output: { schema: { story: string } }
config: { maxOutputTokens: 24 }
---
Once upon a time {{text}}{{story}}
`;

async function serve(...words: readonly string[]): Promise<Served> {
  const started = start(folder, ['serve', ...words, '--port', '0', '--json']);
  const address = await started.says('"address"').then(() => /"address":"([^"]+)"/.exec(started.out())![1]!);
  return { ...started, address, client: new OpenAI({ baseURL: address, apiKey: 'none', maxRetries: 0 }) };
}

/** Sends a body and reads what comes back. */
async function post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const reply = await fetch(server.address + path, { method: 'POST', body: text, headers });
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-serve-'));
  for (const [name, text] of Object.entries({ ...tinyWeather, 'story.prompt': story }))
    writeFileSync(join(folder, name), text);
  const trained = await run(folder, 'train', 'weather.prompt', '--method', 'soft', '--json');
  soft = String(jsonLines(trained.out).at(-1)!.run);
  server = await serve(soft, 'weather.prompt', 'story.prompt');
});
afterAll(async () => {
  server.child.kill('SIGKILL');
  await server.ended;
  rmSync(folder, { recursive: true, force: true });
});

describe('serve, asked by the openai client', () => {
  it('lists each prompt as a model', async () => {
    const models = await server.client.models.list();
    expect(models.data.map(({ id }) => id)).toEqual([soft, 'weather', 'story']);
    expect(await server.client.models.retrieve('story')).toMatchObject({ id: 'story', object: 'model' });
  });

  it('puts a message into the template and gives the answer that the run gives', async () => {
    const asked = await json<{ readonly answer: string; readonly promptTokens: number; readonly tokens: number }>(
      folder,
      ...['ask', 'story.prompt', '--set', 'text=there'],
    );
    const messages = [{ role: 'user' as const, content: 'there' }];
    const whole = await server.client.chat.completions.create({
      model: 'story',
      messages,
      logprobs: true,
      top_logprobs: 2,
    });
    expect(whole.choices[0]).toMatchObject({ message: { content: asked.answer }, finish_reason: 'length' });
    expect(whole.usage).toMatchObject({ prompt_tokens: asked.promptTokens, completion_tokens: asked.tokens });

    const events = await server.client.chat.completions.create({
      model: 'story',
      messages,
      logprobs: true,
      top_logprobs: 2,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    const tokens: unknown[] = [];
    let usage: unknown;
    for await (const event of events) {
      text += event.choices[0]?.delta.content ?? '';
      tokens.push(...(event.choices[0]?.logprobs?.content ?? []));
      usage = event.usage ?? usage;
    }
    expect(text).toBe(asked.answer);
    expect(tokens).toEqual(whole.choices[0]!.logprobs!.content);
    expect(usage).toEqual(whole.usage);
    expect(tokens).toHaveLength(24);
    const label = await server.client.chat.completions.create({ model: soft, messages });
    expect(label.choices[0]!.message.content).toMatch(/^(?:wet|dry)$/);
  });

  it('says of each token of a prompt and of its answer the same, whoever wrote it', async () => {
    const prompt = 'Once upon a time there was a';
    const ask = { model: 'story', temperature: 0, logprobs: 3 } as const;
    const written = (await server.client.completions.create({ ...ask, prompt, max_tokens: 6 })).choices[0]!;
    const whole = prompt + written.text;
    // What the model wrote token by token it reads at once here.
    const read = (await server.client.completions.create({ ...ask, prompt: whole, max_tokens: 0, echo: true }))
      .choices[0]!;
    expect(read.text).toBe(whole);
    const { tokens, token_logprobs: logprobs, top_logprobs: top, text_offset: offsets } = read.logprobs!;
    expect(tokens!.length).toBe(offsets!.length);
    expect(logprobs!.slice(0, 2)).toEqual([null, expect.any(Number)]);
    expect(logprobs!.slice(-6)).toEqual(
      written.logprobs!.token_logprobs!.map((value) => expect.closeTo(value, 4) as unknown),
    );
    // The likeliest token is what greedy decoding writes.
    for (const [i, token] of tokens!.slice(-6).entries()) {
      const likeliest = Object.entries(top!.slice(-6)[i]!).sort(([, a], [, b]) => b - a)[0]!;
      expect(likeliest[0]).toBe(token);
    }
    const echoed = (await server.client.completions.create({ ...ask, prompt, max_tokens: 6, echo: true })).choices[0]!;
    expect(echoed.text).toBe(whole);
    expect(echoed.logprobs!.tokens).toEqual([...tokens!.slice(0, -6), ...written.logprobs!.tokens!]);
    const streamed: unknown[] = [];
    const events = await server.client.completions.create({ ...ask, prompt, max_tokens: 6, echo: true, stream: true });
    for await (const { choices } of events) streamed.push(...(choices[0]!.logprobs?.token_logprobs ?? []));
    expect(streamed).toEqual(echoed.logprobs!.token_logprobs);
  });

  it('takes the requests of lm-evaluation-harness, and gives in a batch what it gives for each alone', async () => {
    const first = (
      await server.client.completions.create({
        model: 'story',
        prompt: 'Once',
        max_tokens: 12,
        seed: 4,
        temperature: 1,
      })
    ).choices[0]!.text;
    const written = [`Once${first}`, 'There was a big dog', 'Tim'];
    // As `local-completions` sends them: one token is to be written, whose place it leaves out.
    const ask = (prompt: readonly string[]) =>
      post('/completions', {
        model: 'story',
        prompt,
        temperature: 0,
        max_tokens: 1,
        logprobs: 1,
        seed: 1234,
        echo: true,
      });
    interface Choice {
      readonly index: number;
      readonly logprobs: {
        readonly token_logprobs: readonly (number | null)[];
        readonly top_logprobs: readonly (Readonly<Record<string, number>> | null)[];
      };
    }
    const read = async (prompt: readonly string[]): Promise<readonly (readonly (number | null)[])[]> =>
      ((await ask(prompt)).body.choices as readonly Choice[])
        .slice()
        .sort((a, b) => a.index - b.index)
        .map(({ logprobs: { token_logprobs: logprobs, top_logprobs: top } }) => {
          expect(top).toHaveLength(logprobs.length);
          for (const [i, value] of logprobs.entries())
            if (value !== null) expect(Math.max(...Object.values(top[i]!))).toBeGreaterThanOrEqual(value);
          return logprobs.slice(0, -1);
        });
    const together = await read(written);
    for (const [i, text] of written.entries()) {
      const [alone] = await read([text]);
      expect(together[i]![0]).toBeNull();
      expect(together[i]!.slice(1)).toEqual(alone!.slice(1).map((value) => expect.closeTo(value!, 5) as unknown));
    }
  });

  it('puts what was trained in front of a text, so that its likelihood is another', async () => {
    const ask = { prompt: '<3> <4> <5>', max_tokens: 0, echo: true, logprobs: 0, temperature: 0 };
    const [trained, plain] = await Promise.all(
      [soft, 'weather'].map((model) => server.client.completions.create({ ...ask, model })),
    );
    const [behind, alone] = [trained!, plain!].map(({ choices }) => choices[0]!.logprobs!.token_logprobs!);
    expect(alone![0]).toBeNull();
    expect(behind![0]).toBeLessThan(0);
    expect(behind!.slice(1)).not.toEqual(alone!.slice(1));
    // The same as token ids, as lm-evaluation-harness sends them.
    const ids = await post('/completions', { ...ask, model: soft, prompt: [[3, 4, 5]] });
    expect(ids).toMatchObject({ status: 200 });
  });

  it('draws the same text for the same seed, and ends at stop sequences', async () => {
    const ask = { model: 'story', prompt: 'The dog', max_tokens: 16, temperature: 1.3 };
    const draw = async (seed: number) => (await server.client.completions.create({ ...ask, seed })).choices[0]!.text;
    const [first, again, other, together] = await Promise.all([
      draw(1),
      draw(1),
      draw(2),
      server.client.completions
        .create({ ...ask, seed: 1, n: 2 })
        .then(({ choices }) => choices.map(({ text }) => text)),
    ]);
    expect([again, together]).toEqual([first, [first, other]]);
    expect(other).not.toBe(first);
    const greedy = await server.client.completions.create({ ...ask, temperature: 0 });
    const text = greedy.choices[0]!.text;
    const stop = text.trim().split(' ')[2]!;
    const ended = await server.client.completions.create({ ...ask, temperature: 0, stop });
    expect(ended.choices[0]).toMatchObject({ text: text.slice(0, text.indexOf(stop)), finish_reason: 'stop' });
  });

  it('answers a thousand requests at once, each with its own answer', async () => {
    const inputs = Array.from({ length: 50 }, (_, i) => `${'<7> '.repeat(i % 5)}<${20 + i}>`);
    const classify = async (input: string | readonly string[]) => {
      const { status, body } = await post('/classify', { model: soft, input });
      expect(status).toBe(200);
      return (body.data as readonly { probs: readonly number[] }[]).map(({ probs }) => probs);
    };
    const expected = await classify(inputs);
    const prompts = Array.from({ length: 10 }, (_, i) => `Once there was number ${i}`);
    const texts = await Promise.all(
      prompts.map((prompt) =>
        server.client.completions.create({ model: 'story', prompt, max_tokens: 3, temperature: 0 }),
      ),
    );
    const answers = await Promise.all(
      Array.from({ length: 1000 }, async (_, i) => {
        if (i % 5 > 0) return (await classify(inputs[i % 50]!))[0];
        const prompt = prompts[(i / 5) % 10]!;
        const made = await server.client.completions.create({ model: 'story', prompt, max_tokens: 3, temperature: 0 });
        return made.choices[0]!.text;
      }),
    );
    expect(answers).toHaveLength(1000);
    for (const [i, answer] of answers.entries())
      if (i % 5 === 0) expect(answer).toBe(texts[(i / 5) % 10]!.choices[0]!.text);
      else expect(answer).toEqual(expected[i % 50]!.map((value) => expect.closeTo(value, 5) as unknown));
  });
});

describe('serve, asked badly', () => {
  it.each([
    ['/completions', '{"model": "story", "prompt": ', 400, /The body is not JSON/],
    ['/completions', '[1]', 400, /must be a JSON object/],
    ['/completions', { model: 'gone', prompt: 'x' }, 404, /"gone" is not served here/],
    ['/completions', { model: 7, prompt: 'x' }, 400, /"model" must name/],
    ['/completions', { model: 'story' }, 400, /"prompt" must be a text/],
    ['/completions', { model: 'story', prompt: [] }, 400, /"prompt" must be a text/],
    ['/completions', { model: 'story', prompt: [[99999]] }, 400, /no token 99999/],
    [
      '/completions',
      { model: 'story', prompt: 'x', temperature: -1 },
      400,
      /"temperature" must be a number from 0 to 2/,
    ],
    ['/completions', { model: 'story', prompt: 'x', max_tokens: 1.5 }, 400, /"max_tokens" must be a whole number/],
    ['/completions', { model: 'story', prompt: 'x', stream: 'yes' }, 400, /"stream" must be true or false/],
    [
      '/completions',
      { model: 'story', prompt: 'x', frequency_penalty: 1 },
      400,
      /"frequency_penalty" is not supported/,
    ],
    ['/completions', { model: 'story', prompt: 'dog '.repeat(2000) }, 400, /the model's context holds/],
    ['/chat/completions', { model: 'story', messages: [] }, 400, /"messages" must be a list/],
    [
      '/chat/completions',
      { model: 'story', messages: [{ role: 'system', content: 'x' }] },
      400,
      /one message of the user/,
    ],
    [
      '/chat/completions',
      { model: 'weather', messages: [{ role: 'user', content: 'x' }], logprobs: true },
      400,
      /classify/,
    ],
    ['/chat/completions', { model: 'story', messages: [{ role: 'user', content: 'a '.repeat(2000) }] }, 400, /tokens/],
    ['/classify', { model: 'story', input: 'x' }, 400, /chooses no label/],
    ['/classify', { model: 'weather', input: [{ txt: 'x' }] }, 400, /reads no "txt"; it reads text/],
    ['/classify', { model: 'weather', input: [] }, 400, /"input" must hold/],
    ['/classify', `{"model": "weather", "input": "${'x'.repeat(5 * 2 ** 20)}"}`, 413, /larger than/],
    ['/../../etc/passwd', {}, 404, /There is no POST \/etc\/passwd/],
  ])('%s answers %s with %i and a sentence in the form of the API', async (path, body, status, sentence) => {
    const reply = await post(path, body);
    expect(reply.status).toBe(status);
    expect(reply.body).toEqual({
      error: {
        message: expect.stringMatching(sentence) as string,
        type: 'invalid_request_error',
        param: (reply.body.error as { readonly param: unknown }).param,
        code: (reply.body.error as { readonly code: unknown }).code,
      },
    });
    expect(JSON.stringify(reply.body)).not.toContain(folder);
  });

  it('ignores fields that it does not know', async () => {
    const reply = await post('/completions', { model: 'story', prompt: 'x', max_tokens: 1, user: 'me', metadata: {} });
    expect(reply.status).toBe(200);
  });

  it('refuses what a foreign page sends, and calls by another name', async () => {
    const foreign = await post('/classify', { model: 'weather', input: 'x' }, { origin: 'http://example.com' });
    expect(foreign.status).toBe(403);
    const own = await post('/classify', { model: 'weather', input: 'x' }, { origin: 'http://localhost:3000' });
    expect(own.status).toBe(200);
  });

  it('lets go of a text whose reader has gone, and answers others meanwhile and afterwards', async () => {
    const endless = {
      model: 'story',
      prompt: 'Once',
      max_tokens: 400,
      temperature: 1.5,
      seed: 3,
      stream: true as const,
    };
    const readers = await Promise.all([1, 2, 3].map(() => server.client.completions.create(endless)));
    for (const reader of readers) {
      for await (const event of reader) if (event.choices[0]!.text !== '') break;
      reader.controller.abort();
    }
    const after = await server.client.completions.create({ ...endless, max_tokens: 2, stream: false });
    expect(after.choices[0]!.finish_reason).toBe('length');
    await until('every text let go', async () => {
      const health = (await (await fetch(server.address.replace('/v1', '/health'))).json()) as { writing: number };
      return health.writing === 0;
    });
  });

  it('ends the work for a client that has gone before its whole answer is there, and calls that no error', async () => {
    const said = server.says('POST /v1/completions 499');
    const gone = new AbortController();
    const body = JSON.stringify({ model: 'story', prompt: 'Once', n: 4, max_tokens: 400, temperature: 1.5, seed: 5 });
    const reply = fetch(`${server.address}/completions`, { method: 'POST', body, signal: gone.signal });
    reply.catch(() => undefined);
    const writing = async (): Promise<number> =>
      ((await (await fetch(server.address.replace('/v1', '/health'))).json()) as { writing: number }).writing;
    await until('the texts to be written', async () => (await writing()) === 4);
    gone.abort();
    await expect(reply).rejects.toThrow();
    await until('every text let go', async () => (await writing()) === 0);
    await said;
    const { body: next } = await post('/completions', { model: 'story', prompt: 'Once', max_tokens: 1 });
    expect(next.object).toBe('text_completion');
  });

  it('waits for a slow reader without keeping others waiting', async () => {
    const { hostname, port } = new URL(server.address);
    const body = JSON.stringify({
      model: 'story',
      prompt: 'Once',
      max_tokens: 60,
      temperature: 0,
      logprobs: 20,
      stream: true,
    });
    const socket: Socket = connect(Number(port), hostname);
    socket.pause();
    socket.write(
      'POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n' +
        `Content-Length: ${body.length}\r\n\r\n${body}`,
    );
    const other = await server.client.completions.create({ model: 'story', prompt: 'The', max_tokens: 2 });
    expect(other.choices[0]!.finish_reason).toBe('length');
    let text = '';
    for await (const piece of socket) text += String(piece);
    expect(text).toContain('data: [DONE]');
    expect(text.match(/"finish_reason"/g)!.length).toBeGreaterThanOrEqual(60);
  });
});

describe('serve as a process', () => {
  it('says in one sentence that its port is in use', async () => {
    const taken = createServer();
    const port = await new Promise<number>((resolve) =>
      taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { readonly port: number }).port)),
    );
    const { code, err } = await run(folder, 'serve', 'weather.prompt', '--port', String(port));
    taken.close();
    expect({ code, err }).toEqual({
      code: 1,
      err: `Port ${port} is in use. Give another with --port, or 0 for any. [address-unusable]\n`,
    });
    const none = await run(folder, 'serve', 'weather.prompt', '--port', '80000');
    expect(none).toMatchObject({ code: 2, err: expect.stringContaining('from 0 to 65535') as string });
  });

  it('asks for its key, and answers what is under way before it ends', async () => {
    const own = await serve('story.prompt', '--api-key', 'secret');
    await expect(own.client.models.list()).rejects.toMatchObject({ status: 401 });
    const client = new OpenAI({ baseURL: own.address, apiKey: 'secret', maxRetries: 0 });
    const ask = { model: 'story', prompt: 'Once', max_tokens: 80, temperature: 0 };
    const whole = await client.completions.create(ask);
    const events = await client.completions.create({ ...ask, stream: true });
    let text = '';
    for await (const event of events) {
      if (text === '') own.child.kill('SIGINT');
      text += event.choices[0]!.text;
    }
    expect(text).toBe(whole.choices[0]!.text);
    expect(await own.ended).toMatchObject({ code: 0, err: expect.stringContaining('Ending;') as string });
  });

  it('ends with the process that has started it as a part of itself', async () => {
    const child = fork(resolve('dist/cli.js'), ['serve', 'weather.prompt', '--port', '0', '--json'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
    });
    const ended = new Promise<number | null>((end) => child.on('exit', end));
    await new Promise((said) => child.stdout!.once('data', said));
    child.disconnect();
    expect(await ended).toBe(0);
  });

  it('warns where others can reach it', async () => {
    const open = await serve('weather.prompt', '--host', '0.0.0.0');
    open.child.kill('SIGINT');
    expect((await open.ended).err).toContain(
      '0.0.0.0 may be reached from other machines; without --api-key by anybody',
    );
  });
});
