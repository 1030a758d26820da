import { createHash, timingSafeEqual } from 'node:crypto';
import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { isObject, isText } from '../channel/guards';
import { ApiError, asApiError, badField, errorBody } from './apiError';
import type { Fields } from './fields';
import { chat, readChat, streamChat } from './routes/chat';
import { classify } from './routes/classify';
import { complete, readCompletion, streamCompletion } from './routes/completions';
import { sendEvents } from './routes/events';
import type { ServedPrompt } from './servedPrompt';

export interface AppOptions {
  readonly prompts: readonly ServedPrompt[];
  /** What requests must bring; none where it is absent. */
  readonly apiKey?: string;
  /** Names of this server by which requests may call it; any where it is absent. */
  readonly hosts?: readonly string[];
  /** Called for each request, and with what went wrong. */
  log(line: string): void;
}

/** Bytes of a request's body at most. */
const mostBytes = 4 * 2 ** 20;

/** Requests at work or waiting at most. */
const mostOpen = 4096;

/** Of a request whose connection was cut; nginx's number. */
const clientHasGone = 499;

/** The routes of OpenAI's API that a run can answer. */
export function createApp({ prompts, apiKey, hosts, log }: AppOptions): Hono {
  const app = new Hono();
  let open = 0;

  app.use(async (context, next) => {
    const began = performance.now();
    requireHost(context, hosts);
    if (apiKey !== undefined && context.req.path !== '/health') requireKey(context, apiKey);
    if (open >= mostOpen)
      throw new ApiError(429, 'Too many requests are waiting; try again later.', { type: 'rate_limit_error' });
    open++;
    try {
      await next();
    } finally {
      open--;
    }
    const took = Math.round(performance.now() - began);
    log(`${context.req.method} ${context.req.path} ${context.res.status} ${took} ms`);
  });
  app.use(
    bodyLimit({
      maxSize: mostBytes,
      onError: () => {
        throw new ApiError(413, `The body is larger than ${mostBytes} bytes.`);
      },
    }),
  );

  const answer =
    (work: (served: ServedPrompt, fields: Fields, gone: AbortController) => Promise<object | AsyncGenerator<object>>) =>
    async (context: Context): Promise<Response> => {
      const fields = await readBody(context);
      const gone = new AbortController();
      // The request's own signal is aborted when its connection is cut.
      context.req.raw.signal.addEventListener('abort', () => gone.abort(new Error('The client has gone.')));
      const result = await work(promptFor(prompts, fields.model), fields, gone);
      if (!(Symbol.asyncIterator in result)) return context.json(result);
      return sendEvents(context, result, { gone, report: (error) => logError(error, log) });
    };

  app.get('/health', (context) =>
    context.json({ status: 'ok', writing: prompts.reduce((sum, { queue }) => sum + queue.open, 0) }),
  );
  app.get('/v1/models', (context) => context.json({ object: 'list', data: prompts.map(describe) }));
  app.get('/v1/models/:id{.+}', (context) => context.json(describe(promptFor(prompts, context.req.param('id')))));
  app.post(
    '/v1/completions',
    answer(async (served, fields, { signal }) => {
      const request = readCompletion(served, fields);
      return request.isStreamed ? streamCompletion(request, signal) : complete(request, signal);
    }),
  );
  app.post(
    '/v1/chat/completions',
    answer(async (served, fields, { signal }) => {
      const request = readChat(served, fields);
      return request.isStreamed ? streamChat(request, signal) : chat(request, signal);
    }),
  );
  app.post(
    '/v1/classify',
    answer((served, fields, { signal }) => classify(served, fields, signal)),
  );
  app.notFound((context) =>
    context.json(errorBody(new ApiError(404, `There is no ${context.req.method} ${context.req.path}.`)), 404),
  );
  app.onError((error, context) => {
    // Nobody reads what is said to a client that has gone; the log has the status that web servers give it.
    if (context.req.raw.signal.aborted) return new Response(null, { status: clientHasGone });
    const failure = asApiError(error);
    if (failure.status >= 500) logError(error, log);
    return context.json(errorBody(failure), failure.status);
  });
  return app;
}

const logError = (error: unknown, log: AppOptions['log']): void =>
  log(error instanceof Error ? (error.stack ?? error.message) : String(error));

const describe = ({ id, created, used, contextLength }: ServedPrompt): object => ({
  id,
  object: 'model',
  created,
  owned_by: 'prompt-tuner',
  max_model_len: contextLength,
  ...(used.task.labels.length > 0 && { labels: used.task.labels }),
});

/** The only model need not be named. */
function promptFor(prompts: readonly ServedPrompt[], model: unknown): ServedPrompt {
  const found = model === undefined || model === null ? undefined : prompts.find(({ id }) => id === model);
  if (found) return found;
  if ((model === undefined || model === null) && prompts.length === 1) return prompts[0]!;
  if (!isText(model)) throw badField('model', '"model" must name one of those that /v1/models lists.');
  throw new ApiError(404, `The model "${model}" is not served here; /v1/models lists those that are.`, {
    param: 'model',
    code: 'model_not_found',
  });
}

async function readBody(context: Context): Promise<Fields> {
  const text = await context.req.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw new ApiError(400, `The body is not JSON: ${(error as Error).message}.`);
  }
  if (!isObject(body)) throw new ApiError(400, 'The body must be a JSON object.');
  return body;
}

/**
 * A page that somebody visits may send requests to this machine. What it sends carries its own origin, and after a
 * rebinding of its name another host.
 */
function requireHost(context: Context, hosts: readonly string[] | undefined): void {
  if (!hosts) return;
  const nameIn = (address: string): string =>
    address
      .replace(/^[a-z]+:\/\//i, '')
      .replace(/:\d+$/, '')
      .toLowerCase();
  const [host, origin] = [context.req.header('host'), context.req.header('origin')];
  const isForeign = (address: string | undefined): boolean => address !== undefined && !hosts.includes(nameIn(address));
  if (isForeign(host) || isForeign(origin))
    throw new ApiError(403, 'The request comes from another site, or calls this server by another name.');
}

function requireKey(context: Context, apiKey: string): void {
  const given = /^Bearer (.+)$/i.exec(context.req.header('authorization') ?? '')?.[1] ?? '';
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  if (timingSafeEqual(digest(given), digest(apiKey))) return;
  throw new ApiError(401, 'The API key is missing or wrong.', { code: 'invalid_api_key' });
}
