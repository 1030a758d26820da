import * as l10n from '@vscode/l10n';
import { isText, listOf, object } from '../channel/guards';
import { Failure } from '../failure';
import { unreadable, withoutSecrets } from './client';
import { variableOf, type Endpoint } from './endpoint';

const isModelList = object({ data: listOf(object({ id: isText })) });

/** A list is asked for while somebody looks at a menu. */
const patienceSeconds = 8;

/**
 * The models that an endpoint offers, by the names that it gives them; no row is sent.
 * @throws Failure "endpoint-key" where it wants another key, "endpoint-unreachable", "endpoint-timeout",
 *   "endpoint-down", "endpoint-reply" where it answers with something else than a list
 */
export async function listEndpointModels(endpoint: Endpoint): Promise<readonly string[]> {
  const { address, key } = endpoint;
  const reply = await ask(endpoint);
  if (reply.status === 401 || reply.status === 403)
    throw new Failure(
      'endpoint-key',
      key === undefined ? l10n.t`${address} asks for a key.` : l10n.t`${address} refuses the key.`,
      {},
      l10n.t`Set it by the command "Set Key of Endpoint…", or for the command line by \
${variableOf(endpoint.name, 'API_KEY')}.`,
    );
  if (!reply.ok) throw new Failure('endpoint-down', l10n.t`${address} answers with status ${reply.status}.`);
  const said: unknown = await reply.json().catch(() => undefined);
  if (!isModelList(said)) throw unreadable(address, l10n.t`what is no list of models`);
  return [...new Set(said.data.map(({ id }) => id))].sort((a, b) => a.localeCompare(b));
}

async function ask(endpoint: Endpoint): Promise<Response> {
  const { address, query, key } = endpoint;
  const url = new URL(`${address}/models`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  try {
    return await fetch(url, {
      headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
      // A key is sent to its own endpoint alone.
      redirect: 'error',
      signal: AbortSignal.timeout(patienceSeconds * 1000),
    });
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError')
      throw new Failure('endpoint-timeout', l10n.t`${address} has not answered within ${patienceSeconds} s.`);
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const reason = withoutSecrets(cause instanceof Error ? cause.message : String(cause), endpoint);
    throw new Failure(
      'endpoint-unreachable',
      l10n.t`${address} cannot be reached, or breaks off: ${reason}.`,
      {},
      l10n.t`Look whether the server runs and the address is right.`,
    );
  }
}
