import * as l10n from '@vscode/l10n';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HubApiError, listFiles, modelInfo } from '@huggingface/hub';
import type { Dispatcher } from 'undici';
import { Failure } from '../../failure';
import { fromHome } from '../../files/homePath';
import { hubHome, isHubAddress, type HubReference } from './cache';
import { Passing, retryAfter } from './retry';
import type { HubFile } from './variants';

type Environment = Readonly<Record<string, string | undefined>>;
export type Fetch = typeof fetch;

/** The hub as this process reaches it. */
export interface Hub {
  readonly url: string;
  readonly token: string | undefined;
  readonly fetch: Fetch;
  close(): Promise<void>;
}

/** Seconds without a byte after which a connection counts as dead, unless `HF_HUB_DOWNLOAD_TIMEOUT` says otherwise. */
const patience = 30;

/**
 * Connects as the hub's own tools do: `HF_ENDPOINT` for a mirror, `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` for a
 * proxy, `HF_TOKEN` or the token file for models that ask for one.
 * @throws Failure "hub-address", "hub-token" for what cannot be meant
 */
export async function connectToHub(environment: Environment = process.env): Promise<Hub> {
  const timeout = 1000 * (Number(environment.HF_HUB_DOWNLOAD_TIMEOUT) || patience);
  const proxy = (name: string): string | undefined => environment[name] ?? environment[name.toLowerCase()];
  const url = (environment.HF_ENDPOINT || 'https://huggingface.co').replace(/\/+$/, '');
  requireAddress('HF_ENDPOINT', url);
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY']) if (proxy(name)) requireAddress(name, proxy(name)!);
  // Read only by who asks the hub: it is larger than all of what most commands need.
  const { EnvHttpProxyAgent, fetch: undiciFetch } = await import('./proxiedFetch');
  const agent: Dispatcher = new EnvHttpProxyAgent({
    httpProxy: proxy('HTTP_PROXY'),
    httpsProxy: proxy('HTTPS_PROXY'),
    noProxy: proxy('NO_PROXY'),
    headersTimeout: timeout,
    bodyTimeout: timeout,
    connect: { timeout },
  });
  return {
    url,
    token: await findToken(environment),
    fetch: ((address: string, options: object) =>
      undiciFetch(address, { ...options, dispatcher: agent })) as unknown as Fetch,
    close: () => agent.destroy(),
  };
}

function requireAddress(name: string, address: string): void {
  if (/^https?:\/\//i.test(address) && URL.canParse(address)) return;
  throw new Failure(
    'hub-address',
    l10n.t`${name} is "${address}", which is no address.`,
    {},
    l10n.t`Write it with http:// or https:// in front, or unset it.`,
  );
}

async function findToken(environment: Environment): Promise<string | undefined> {
  const given = environment.HF_TOKEN ?? environment.HUGGING_FACE_HUB_TOKEN;
  const kept =
    given ??
    (await readFile(fromHome(environment.HF_TOKEN_PATH ?? join(hubHome(environment), 'token')), 'utf8').catch(
      () => '',
    ));
  const token = kept.trim();
  // A mirror has tokens of its own; the hub's all begin alike.
  const isHub = !environment.HF_ENDPOINT || isHubAddress(environment.HF_ENDPOINT);
  if (token && !(isHub ? /^hf_[\x21-\x7e]+$/ : /^[\x21-\x7e]+$/).test(token))
    throw new Failure(
      'hub-token',
      isHub
        ? l10n.t`The hub token does not look like one: it must begin with hf_.`
        : l10n.t`The hub token holds white space or letters that no token has.`,
      {},
      l10n.t`Make one at huggingface.co/settings/tokens and set it as HF_TOKEN, or with the command Set Hub Token.`,
    );
  return token || undefined;
}

/** What the hub says of a model at one commit. */
export interface HubListing {
  readonly commit: string;
  readonly files: readonly HubFile[];
  readonly licence: string | undefined;
}

/**
 * @throws Failure "hub-not-found", "hub-gated", "hub-token", "hub-busy", "hub-down", "hub-unreachable", "hub-stalled"
 */
export async function listModel(
  hub: Hub,
  { id, revision }: HubReference,
  retry: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<HubListing> {
  const common = { hubUrl: hub.url, fetch: patiently(hub, id) };
  const about = await retry(() =>
    explained(id, () => modelInfo({ ...common, name: id, revision, additionalFields: ['sha', 'cardData'] })),
  );
  const files = await retry(() =>
    explained(id, async () => {
      const found: HubFile[] = [];
      for await (const { type, path, size, oid, lfs } of listFiles({
        ...common,
        repo: id,
        revision: about.sha,
        recursive: true,
      })) {
        if (type === 'file' && isInside(path))
          found.push({ path, size: lfs?.size ?? size, hash: lfs?.oid ?? oid ?? '', hashKind: lfs ? 'sha256' : 'git' });
      }
      return found;
    }),
  );
  return {
    commit: about.sha,
    files: files.filter(({ hash }) => /^[0-9a-f]{40,64}$/.test(hash)),
    licence: licenceOf(about.cardData),
  };
}

/** The library's errors forget how long the hub wants us to wait. */
function patiently({ fetch: plain, token }: Hub, id: string): Fetch {
  return async (...request) => {
    const response = await plain(request[0], withToken(request[1], token));
    if (response.status === 429 || response.status === 503)
      throw new Passing(refusal(id, { status: response.status }), retryAfter(response.headers.get('retry-after')));
    return response;
  };
}

/** The library takes no token but the hub's own, so that of a mirror is put into the request here. */
function withToken(request: RequestInit | undefined, token: string | undefined): RequestInit | undefined {
  if (token === undefined) return request;
  const headers = new Headers(request?.headers);
  headers.set('authorization', `Bearer ${token}`);
  return { ...request, headers: Object.fromEntries(headers) };
}

/** A repository's paths become paths of ours, so none may lead out of its folder. */
const isInside = (path: string): boolean =>
  !path.startsWith('/') && !path.includes('\\') && path.split('/').every((part) => part !== '..' && part !== '');

function licenceOf(card: object | undefined): string | undefined {
  const licence = card && 'license' in card ? card.license : undefined;
  return typeof licence === 'string' ? licence : undefined;
}

async function explained<T>(id: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HubApiError)
      throw refusal(id, { status: error.statusCode, reason: error.message.split('. URL: ')[0] });
    throw connectionFailure(error);
  }
}

/** What the hub's refusal means for a person. @param code the header `X-Error-Code` */
export function refusal(
  id: string,
  { status, reason = '', code = '' }: { readonly status: number; readonly reason?: string; readonly code?: string },
): Failure {
  if (code === 'GatedRepo' || /gated|access to (this )?model|authorized list/i.test(reason) || status === 403) {
    return new Failure(
      'hub-gated',
      l10n.t`The model "${id}" is only for people who have accepted its terms.`,
      {},
      l10n.t`Accept them at huggingface.co/${id}, then set a token as HF_TOKEN, or with the command Set Hub Token.`,
    );
  }
  if (status === 401 && !/not found|invalid username/i.test(reason) && code !== 'RepoNotFound') {
    return new Failure(
      'hub-token',
      l10n.t`The hub does not accept the token for "${id}", or wants one.`,
      {},
      l10n.t`Make one at huggingface.co/settings/tokens and set it as HF_TOKEN, or with the command Set Hub Token.`,
    );
  }
  if (status === 404 || status === 401) {
    return new Failure(
      'hub-not-found',
      /revision/i.test(reason + code)
        ? l10n.t`The model "${id}" has no such revision on the hub.`
        : l10n.t`There is no model "${id}" on the hub.`,
      {},
      l10n.t`Check how it is written; a private model needs a token as well.`,
    );
  }
  if (status === 429)
    return new Failure(
      'hub-busy',
      l10n.t`The hub asks to wait: too many requests came from here.`,
      {},
      l10n.t`Try again in a few minutes; a token raises the limit.`,
    );
  if (status >= 500)
    return new Failure(
      'hub-down',
      l10n.t`The hub answers with an error of its own (${status}).`,
      {},
      l10n.t`Try again later; what was downloaded is kept.`,
    );
  return new Failure(
    'hub-refused',
    l10n.t`The hub refused the request (${status}).`,
    {},
    l10n.t`Check the address in HF_ENDPOINT, where it is set.`,
  );
}

/** What an error of the connection means for a person. */
export function connectionFailure(error: unknown): unknown {
  if (error instanceof Failure || (error as Error).name === 'AbortError') return error;
  const cause = (error as { cause?: NodeJS.ErrnoException }).cause ?? (error as NodeJS.ErrnoException);
  const code = cause.code ?? '';
  if (/TIMEOUT/.test(code))
    return new Failure(
      'hub-stalled',
      l10n.t`The hub stopped sending.`,
      {},
      l10n.t`Try again: what was downloaded is kept. HF_HUB_DOWNLOAD_TIMEOUT gives it more seconds.`,
    );
  if (/^(E|UND_ERR)|CERT|SSL|TLS/.test(code))
    return new Failure(
      'hub-unreachable',
      l10n.t`The hub cannot be reached (${code}).`,
      {},
      l10n.t`Check the connection, and HTTPS_PROXY where a proxy stands between.`,
    );
  if (error instanceof TypeError && error.message === 'fetch failed')
    return new Failure(
      'hub-unreachable',
      l10n.t`The hub cannot be reached (${cause.message}).`,
      {},
      l10n.t`Check the address in HF_ENDPOINT, and the connection.`,
    );
  return error;
}
