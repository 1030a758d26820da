import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAnsweredRun } from '../../../src/comparison/analysis/readAnsweredRun';
import { compareTasks } from '../../../src/comparison/compareTasks';
import { chatReply, refusal, startEndpoint, type SeenRequest } from '../../support/standIns/endpointServer';
import { dayTemplate, hostedFolder, labelOfRequest } from '../../support/runs/hostedRun';

/** Answers with the label, and with the likeliest tokens where they are asked for. */
const knowing = ({ body }: SeenRequest) => {
  const label = labelOfRequest(body);
  return chatReply(label, body.logprobs ? { [label]: 0.6, [label === 'warm' ? 'col' : 'war']: 0.3 } : undefined);
};

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

describe('a hard prompt on an endpoint', () => {
  it('is decided by the first tokens where the endpoint names them, with probabilities of the labels', async () => {
    const server = await startEndpoint(knowing);
    const { measure } = await hostedFolder();
    const { result, predictions } = await measure({ baseURL: server.address });
    expect(result).toMatchObject({ n: 4, accuracy: 1, macroF1: 1 });
    expect(result.loss).toBeNaN();
    expect(result.hosted).toMatchObject({
      endpoint: 'openai',
      address: server.address,
      model: 'little',
      answeredBy: ['little-1'],
      fingerprints: ['fp_1'],
      requests: 4,
      failed: 0,
      decided: { tokens: 4 },
      tokens: { prompt: 44, completion: 8 },
    });
    expect(predictions[0]!.probabilities!.warm).toBeCloseTo(0.6 / 0.9, 12);
    expect(predictions[0]!.labelMass).toBeCloseTo(0.9, 12);
    expect(server.seen[0]).toMatchObject({
      path: '/v1/chat/completions',
      body: { model: 'little', temperature: 0, messages: [{ role: 'user', content: 'Day: sun\nWeather:' }] },
    });
  });

  it('is asked for an answer held to the labels where log-probabilities are refused, and says so', async () => {
    const server = await startEndpoint((request) => {
      if (request.body.logprobs) return refusal(400, 'logprobs are not supported');
      return chatReply(JSON.stringify({ label: labelOfRequest(request.body) }));
    });
    const { measure } = await hostedFolder();
    const { result, predictions } = await measure({ baseURL: server.address });
    expect(result).toMatchObject({ accuracy: 1, hosted: { decided: { schema: 4 } } });
    expect(predictions[0]!.probabilities).toBeUndefined();
    // The way is found out by the first row alone.
    expect(server.seen.filter(({ body }) => body.logprobs)).toHaveLength(1);
  });

  it('is read from the text where the endpoint offers neither; what names no label counts as wrong', async () => {
    const server = await startEndpoint(({ body }) => {
      if (body.response_format) return refusal(400, 'unknown field response_format');
      const label = labelOfRequest(body);
      return chatReply(JSON.stringify(body).includes('frost') ? 'warm or cold' : `It is “${label}”.`);
    });
    const { measure } = await hostedFolder();
    const { result, predictions } = await measure({ baseURL: server.address });
    expect(result).toMatchObject({ accuracy: 0.75, hosted: { decided: { text: 4 }, unlisted: 1 } });
    expect(predictions[2]!.predicted).toBe('warm or cold');
  });

  it('sends max_completion_tokens to models that know no max_tokens', async () => {
    const server = await startEndpoint((request) =>
      request.body.max_tokens === undefined
        ? knowing(request)
        : refusal(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."),
    );
    const { measure } = await hostedFolder();
    expect((await measure({ baseURL: server.address })).result.accuracy).toBe(1);
    expect(server.seen.filter(({ body }) => 'max_tokens' in body)).toHaveLength(1);
  });

  it('writes texts as config says, and judges them by the metrics of the template', async () => {
    const server = await startEndpoint(() => chatReply(' a warm day ', undefined, { finish_reason: 'length' }));
    const template = dayTemplate(
      'tune.metrics: [contains]\n' +
        'config: { temperature: 0.5, topP: 0.9, maxOutputTokens: 7, stopSequences: ["."], seed: 4 }\n',
    ).replace('label(enum): [warm, cold]', 'label: string');
    const { measure } = await hostedFolder(template);
    const { result, predictions } = await measure({ baseURL: server.address });
    expect(server.seen[0]!.body).toMatchObject({
      temperature: 0.5,
      top_p: 0.9,
      max_tokens: 7,
      stop: ['.'],
      seed: 4,
    });
    expect(result.metrics).toMatchObject({ contains: { value: 0.5 } });
    expect(predictions[0]).toMatchObject({ predicted: 'a warm day', truncated: true });
  });
});

describe('an endpoint that does not answer well', () => {
  it('is asked again when it limits, after the time it asks for', async () => {
    const limited = new Set<string>();
    const server = await startEndpoint((request) => {
      const asked = JSON.stringify(request.body);
      if (limited.has(asked)) return knowing(request);
      limited.add(asked);
      return { ...refusal(429, 'slow down'), headers: { 'retry-after-ms': '1' } };
    });
    const { measure } = await hostedFolder();
    const { result } = await measure({ baseURL: server.address });
    expect(result).toMatchObject({ n: 4, accuracy: 1, hosted: { failed: 0 } });
    expect(server.seen).toHaveLength(8);
  });

  it('leaves out rows without an answer, counts them, and says so beside the number', async () => {
    const server = await startEndpoint((request) =>
      JSON.stringify(request.body).includes('frost') ? { instead: 'breakOff' } : knowing(request),
    );
    const { measure, folder } = await hostedFolder();
    const { result, predictions } = await measure({ baseURL: server.address, retries: 0 });
    expect(result).toMatchObject({ n: 3, accuracy: 1, hosted: { rows: 4, failed: 1 } });
    expect(predictions.map(({ row }) => row)).toEqual([0, 1, 3]);
    const [run] = (await readdir(join(folder, 'runs'))).filter((name) => !name.startsWith('.'));
    const log = await readFile(join(folder, 'runs', run!, 'log.txt'), 'utf8');
    expect(log).toContain('1 row of test got no answer');
    const [compared] = compareTasks([await readAnsweredRun(join(folder, 'runs', run!))]);
    expect(compared!.notes).toContain('hard on openai:little: 1 of 4 got no answer and are left out.');
    expect(compared!.notes).toContain('Labels decided by the log-probabilities of the first token.');
    expect(compared!.notes).not.toContain('Nothing measured was left out.');
    // Time and memory of a process here say nothing of it.
    expect(compared!.notes.join()).toContain('What memory it takes there is not known.');
    expect(compared!.notes.join()).not.toContain('Peak memory');
  });

  it.each([
    ['a page of HTML', { body: '<html>hello</html>' }, 'answers with a page of HTML'],
    ['no choices', { body: { ok: true } }, 'a reply without choices'],
    ['choices of another shape', { body: { choices: [{ text: 'warm' }] } }, 'choices of another shape'],
    ['several answers', { body: { choices: [] } }, '0 answers where 1 were asked for'],
    [
      'a refused key',
      refusal(401, 'Incorrect API key provided: sk-planted'),
      'refuses the key: Incorrect API key provided: ….',
    ],
    ['an unknown model', refusal(404, 'The model does not exist'), 'status 404: The model does not exist.'],
    ['an empty account', refusal(429, 'You exceeded it', { code: 'insufficient_quota' }), 'no quota left'],
    ['a long wait', { ...refusal(429, 'later'), headers: { 'retry-after': '7200' } }, 'asks to wait 2 h'],
    ['an error of its own', refusal(500, 'broken'), 'answers with status 500: broken.'],
    ['a filter', chatReply('', undefined, { finish_reason: 'content_filter' }), 'withholds the answer (its filter)'],
    ['silence', { instead: 'silence' as const }, 'has not answered within 0.05 s'],
    ['a break', { instead: 'breakOff' as const }, 'cannot be reached, or breaks off'],
  ])('ends the run by one sentence: %s', async (name, answer, sentence) => {
    const server = await startEndpoint(() => answer);
    const { measure, folder } = await hostedFolder();
    const settings = { baseURL: server.address, retries: 0, ...(name === 'silence' && { timeoutSeconds: 0.05 }) };
    await expect(measure(settings, { keyOf: () => 'sk-planted' })).rejects.toThrow(sentence);
    for (const file of await filesBelow(folder)) expect(await readFile(file, 'utf8')).not.toContain('sk-planted');
  });
});

describe('what is sent', () => {
  it('holds the key in the header alone, and no header without one', async () => {
    const server = await startEndpoint(knowing);
    const { measure, folder } = await hostedFolder();
    await measure({ baseURL: `${server.address}?secret=sk-query` }, { keyOf: () => 'sk-planted' });
    expect(server.seen[0]!.headers.authorization).toBe('Bearer sk-planted');
    expect(server.seen[0]!.path).toBe('/v1/chat/completions?secret=sk-query');
    const files = await filesBelow(folder);
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) expect(await readFile(file, 'utf8')).not.toMatch(/sk-planted|sk-query/);
    await measure({ baseURL: server.address }, { fresh: true });
    expect(server.seen.at(-1)!.headers.authorization).toBeUndefined();
  });

  it('is nothing before somebody has agreed', async () => {
    const server = await startEndpoint(knowing);
    const { measure } = await hostedFolder();
    await expect(measure({ baseURL: server.address }, { consent: false })).rejects.toMatchObject({
      code: 'endpoint-consent',
    });
    expect(server.seen).toHaveLength(0);
  });

  it('is what is missing alone, where answers are kept', async () => {
    const server = await startEndpoint(knowing);
    const { measure } = await hostedFolder();
    const stopping = new AbortController();
    const stopped = await startEndpoint((request, n) => {
      if (n === 2) stopping.abort();
      return n >= 2 ? { instead: 'silence' } : knowing(request);
    });
    const settings = { baseURL: stopped.address, concurrency: 1 };
    await expect(measure(settings, {}, stopping.signal)).rejects.toMatchObject({ code: 'run-stopped' });
    expect(stopped.seen).toHaveLength(3);
    await expect(measure({ ...settings, retries: 0, timeoutSeconds: 0.05 })).resolves.toMatchObject({
      result: { n: 2, hosted: { cached: 2, failed: 2 } },
    });
    const whole = await measure({ baseURL: server.address });
    expect(whole.result.hosted).toMatchObject({ cached: 0, requests: 4 });
    const again = await measure({ baseURL: server.address });
    expect(again.result.hosted).toMatchObject({ cached: 4, requests: 0 });
    expect(again.predictions.map(({ predicted }) => predicted)).toEqual(
      whole.predictions.map(({ predicted }) => predicted),
    );
    expect(server.seen).toHaveLength(4);
  });

  it('is under way in as many requests as are set', async () => {
    const waiting: (() => void)[] = [];
    let isFirst = true;
    const server = await startEndpoint(async (request) => {
      if (isFirst) isFirst = false;
      else {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          // The other one is under way too before either is answered.
          if (waiting.length === 2 || server.seen.length === 4) for (const go of waiting.splice(0)) go();
        });
      }
      return knowing(request);
    });
    const { measure } = await hostedFolder();
    await measure({ baseURL: server.address, concurrency: 2 });
    expect(server.most()).toBe(2);
  });
});

describe('what cannot be done there', () => {
  it.each([
    [
      'virtual tokens',
      dayTemplate().replace('Day:', '{{soft 4}}Day:'),
      'Virtual tokens ({{soft}}) need a model that runs here',
    ],
    ['a length in tokens', dayTemplate('tune.maxLength: 100\n'), 'tune.maxLength has no meaning'],
    ['an address that is none', dayTemplate(), 'is no address of the web'],
    [
      'an endpoint without an address',
      dayTemplate().replace('openai:', 'mine:'),
      'No address is known for the endpoint "mine"',
    ],
    ["the editor's own models", dayTemplate().replace('openai:', 'vscode:'), 'can be asked from its window alone'],
    [
      'an answer that the template begins',
      dayTemplate().replace('Weather:', '{{role "model"}}Weather:'),
      "begins the model's answer itself",
    ],
  ])('is refused by one sentence: %s', async (name, template, sentence) => {
    const { measure } = await hostedFolder(template);
    const settings = name === 'an address that is none' ? { baseURL: 'nowhere' } : {};
    await expect(measure(settings)).rejects.toThrow(sentence);
  });
});
