import * as l10n from '@vscode/l10n';
import type OpenAI from 'openai';
import type { APIError } from 'openai';
import { Failure } from '../failure';
import { variableOf, type Endpoint } from './endpoint';
import { errorIn, fetchThere } from './fetchThere';
import { PassingRefusal, waitOfHeaders } from './asking/retry';

/** Where a request goes; the body is JSON. */
export interface EndpointRequest {
  readonly path: 'chat/completions' | 'completions';
  readonly body: Readonly<Record<string, unknown>>;
}

/** Asks an endpoint once. */
export interface EndpointClient {
  /**
   * The reply, of which nothing is known but that it is there.
   * @throws PassingRefusal where asking again may help; Failure "endpoint-…"; the signal's reason
   */
  ask(request: EndpointRequest, signal?: AbortSignal): Promise<unknown>;
}

/** Letters of what an endpoint says that a sentence repeats. */
const longestSaid = 300;

/** Opens the client of OpenAI for an endpoint; nothing is sent. */
export async function openClient(endpoint: Endpoint): Promise<EndpointClient> {
  const { OpenAI: Client } = await import('openai');
  const { address, query, key, timeoutSeconds } = endpoint;
  const client = new Client({
    baseURL: address,
    defaultQuery: query,
    // The client wants one; without a key of ours, none is sent.
    apiKey: key ?? 'none',
    ...(key === undefined && { defaultHeaders: { Authorization: null } }),
    ...(endpoint.name !== 'openai' && { organization: null, project: null }),
    adminAPIKey: null,
    webhookSecret: null,
    timeout: timeoutSeconds * 1000,
    maxRetries: 0,
    logLevel: 'off',
    fetch: fetchThere,
  });
  return {
    async ask({ path, body }, signal) {
      // The client never lets go of a signal, and a run asks thousands of times.
      const stopping = new AbortController();
      const stop = (): void => stopping.abort(signal?.reason);
      signal?.throwIfAborted();
      signal?.addEventListener('abort', stop);
      try {
        const reply: unknown = await client.post(`/${path}`, { body, signal: stopping.signal });
        const failed = errorIn(reply);
        if (failed) throw Client.APIError.generate(failed.status, failed.body, undefined, new Headers());
        return reply;
      } catch (error) {
        signal?.throwIfAborted();
        throw refusalOf(error, endpoint, Client);
      } finally {
        signal?.removeEventListener('abort', stop);
      }
    },
  };
}

/** What an error of the client means, without anything secret in it. */
function refusalOf(error: unknown, endpoint: Endpoint, Client: typeof OpenAI): unknown {
  const { address, timeoutSeconds } = endpoint;
  if (error instanceof Client.APIConnectionTimeoutError)
    return new PassingRefusal(
      new Failure(
        'endpoint-timeout',
        l10n.t`${address} has not answered within ${timeoutSeconds} s.`,
        {},
        l10n.t`Raise timeoutSeconds in promptTuner.endpoints, or look whether the model is loaded there.`,
      ),
      false,
    );
  if (error instanceof Client.APIConnectionError)
    return new PassingRefusal(
      new Failure(
        'endpoint-unreachable',
        l10n.t`${address} cannot be reached, or breaks off: ${withoutSecrets(reasonOf(error), endpoint)}.`,
        {},
        l10n.t`Look whether the server runs and the address is right.`,
      ),
      false,
    );
  if (error instanceof Client.APIError && error.status !== undefined)
    return refusalOfStatus(error as APIError<number, Headers>, endpoint);
  // The body was announced as JSON and is none.
  return error instanceof SyntaxError ? unreadable(address, l10n.t`what is no JSON`) : error;
}

/** A reply that cannot be read. @param what it is, as the end of "answers with …" */
export const unreadable = (address: string, what: string): Failure =>
  new Failure(
    'endpoint-reply',
    l10n.t`${address} answers with ${what}, as no OpenAI-compatible endpoint does.`,
    {},
    l10n.t`Look whether the address ends as that of the API does, most often in /v1.`,
  );

function refusalOfStatus(error: APIError<number, Headers>, endpoint: Endpoint): Error {
  const { status, headers, code } = error;
  const { address, name, key } = endpoint;
  const said = saidBy(error, endpoint);
  if (status === 401 || status === 403)
    return new Failure(
      'endpoint-key',
      key === undefined ? l10n.t`${address} asks for a key${said}.` : l10n.t`${address} refuses the key${said}.`,
      {},
      l10n.t`Set it by the command "Set Key of Endpoint…", or for the command line by \
${variableOf(name, 'API_KEY')}.`,
    );
  const isSpent = code === 'insufficient_quota' || status === 402;
  if (isSpent) return new Failure('endpoint-key', l10n.t`${address} has no quota left for this key${said}.`);
  if (status === 429 || status === 408 || status === 409 || status >= 500) {
    const isLimit = status === 429 || status === 503;
    const failure = new Failure(
      isLimit ? 'endpoint-busy' : 'endpoint-down',
      l10n.t`${address} answers with status ${status}${said}.`,
      {},
      isLimit
        ? l10n.t`Lower concurrency or requestsPerMinute in promptTuner.endpoints.`
        : l10n.t`Try it again later: what was answered is kept.`,
    );
    return new PassingRefusal(failure, isLimit, waitOfHeaders(headers));
  }
  return new EndpointRefusal(
    status,
    l10n.t`${address} refuses the request with status ${status}${said}.`,
    said === '' ? l10n.t`Look whether the address ends as that of the API does, most often in /v1.` : undefined,
  );
}

/** A refusal that asking again does not change: a model or a field that the endpoint does not know, a text too long. */
export class EndpointRefusal extends Failure {
  constructor(
    readonly status: number,
    message: string,
    remedy: string = l10n.t`Correct what it names, or choose another model.`,
  ) {
    super('endpoint-refused', message, {}, remedy);
  }
}

function saidBy(error: APIError, endpoint: Endpoint): string {
  const body: unknown = error.error;
  const message =
    typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string'
      ? body.message
      : typeof body === 'string'
        ? body
        : '';
  const line = withoutSecrets(message, endpoint).replace(/\s+/g, ' ').trim().replace(/\.$/, '');
  if (line === '' || line.startsWith('<')) return '';
  return `: ${line.length > longestSaid ? `${line.slice(0, longestSaid)}…` : line}`;
}

/** The innermost cause says most. */
const reasonOf = (error: Error): string => (error.cause instanceof Error ? reasonOf(error.cause) : error.message);

/** A text from outside without the key and without what stands behind the `?` of the address. */
export function withoutSecrets(text: string, { key, query }: Pick<Endpoint, 'key' | 'query'>): string {
  return [key, ...Object.values(query)]
    .filter((secret) => secret !== undefined && secret !== '')
    .reduce<string>((clean, secret) => clean.replaceAll(secret!, '…'), text);
}
