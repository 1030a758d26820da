import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { OfferedModel } from '../../editor/language/completion';
import { requireEndpoint } from '../../endpoint/endpoint';
import { endpointsOfAccess } from '../../endpoint/endpointAccess';
import { listEndpointModels } from '../../endpoint/listEndpointModels';
import { Failure } from '../../failure';
import { editorEndpoint } from '../../template/read/hostedModel';
import { accessTo, namedEndpoints } from './endpointSettings';

/** An endpoint with the models that it offers, as templates name them. */
export interface OfferedEndpoint {
  readonly endpoint: string;
  /** Where it is; empty where that is not known. */
  readonly address: string;
  readonly models: readonly string[];
  /** In a sentence, why there are none; absent where there are. */
  readonly problem?: string;
  /** Whether it wants a key that nobody has set. */
  readonly needsKey?: boolean;
}

/**
 * The models of all endpoints that a person has named, of OpenAI's where its key is known, and of VS Code itself. No
 * row is sent, and nobody is asked anything.
 */
export async function offeredEndpoints(secrets: vscode.SecretStorage): Promise<readonly OfferedEndpoint[]> {
  const named = namedEndpoints().filter((name) => name !== editorEndpoint);
  return Promise.all([...named.map((name) => offeredBy(name, secrets)), offeredByEditor()]);
}

async function offeredBy(name: string, secrets: vscode.SecretStorage): Promise<OfferedEndpoint> {
  let address = '';
  try {
    const endpoint = requireEndpoint({ endpoint: name, model: '' }, endpointsOfAccess(await accessTo(name, secrets)));
    ({ address } = endpoint);
    // Without a key OpenAI's endpoint says nothing, and most people have none.
    if (name === 'openai' && endpoint.key === undefined)
      return { endpoint: name, address, models: [], needsKey: true, problem: l10n.t`No key is set.` };
    const models = await listEndpointModels(endpoint);
    return { endpoint: name, address, models: models.map((model) => `${name}:${model}`) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { endpoint: name, address, models: [], problem: error.message, needsKey: error.code === 'endpoint-key' };
  }
}

async function offeredByEditor(): Promise<OfferedEndpoint> {
  const found = await Promise.resolve(vscode.lm.selectChatModels({})).catch(() => []);
  const models = [...new Set(found.map(({ vendor, family }) => `${editorEndpoint}:${vendor}/${family}`))];
  return { endpoint: editorEndpoint, address: 'VS Code', models };
}

/** An answer is kept so long: lists of models change rarely, and somebody types meanwhile. */
const keptMilliseconds = 60_000;

/** The models elsewhere for whoever types a template's `model:`; asked for then, and kept a while. */
export function createOfferedModels(secrets: vscode.SecretStorage): () => Promise<readonly OfferedModel[]> {
  let kept: { readonly at: number; readonly models: Promise<readonly OfferedModel[]> } | undefined;
  return () => {
    if (!kept || Date.now() - kept.at > keptMilliseconds) kept = { at: Date.now(), models: readModels(secrets) };
    return kept.models;
  };
}

async function readModels(secrets: vscode.SecretStorage): Promise<readonly OfferedModel[]> {
  const endpoints = await offeredEndpoints(secrets).catch(() => []);
  return endpoints.flatMap(({ models, address }) =>
    models.map((name) => ({ name, details: l10n.t`runs elsewhere: ${address}` })),
  );
}
