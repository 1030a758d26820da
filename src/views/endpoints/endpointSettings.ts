import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { isEndpointSettings, isPrice, variableOf } from '../../endpoint/endpoint';
import type { EndpointAccess } from '../../endpoint/endpointAccess';
import type { Guard } from '../../channel/guards';
import { tableOf } from '../../channel/guards';
import { Failure } from '../../failure';

/** The name under which the editor's secret storage keeps the key of an endpoint. */
export const secretOf = (endpoint: string): string => `promptTuner.endpointKey.${endpoint}`;

/**
 * What is known of an endpoint: its settings and prices, and its key, from the secret storage or the environment.
 * @throws Failure "endpoint-settings" for a setting of another form
 */
export async function accessTo(endpoint: string, secrets: vscode.SecretStorage): Promise<EndpointAccess> {
  const configuration = vscode.workspace.getConfiguration('promptTuner');
  const settings = tableSetting(configuration.get('endpoints'), 'endpoints', isEndpointSettings);
  const prices = tableSetting(configuration.get('prices'), 'prices', isPrice);
  const address = process.env[variableOf(endpoint, 'BASE_URL')];
  const own = settings[endpoint];
  const key = (await secrets.get(secretOf(endpoint))) ?? process.env[variableOf(endpoint, 'API_KEY')]?.trim();
  return {
    settings: own?.baseURL || !address ? settings : { ...settings, [endpoint]: { ...own, baseURL: address } },
    prices,
    keys: key ? { [endpoint]: key } : {},
  };
}

/** The endpoints that a person has named, and OpenAI's. */
export function namedEndpoints(): readonly string[] {
  const written: unknown = vscode.workspace.getConfiguration('promptTuner').get('endpoints');
  const named = typeof written === 'object' && written !== null ? Object.keys(written) : [];
  return [...new Set(['openai', ...named])];
}

function tableSetting<T>(value: unknown, name: string, guard: Guard<T>): Readonly<Record<string, T>> {
  if (value === undefined || value === null) return {};
  // What the editor hands out is its own object, not ours.
  const plain: unknown = JSON.parse(JSON.stringify(value));
  if (tableOf(guard)(plain)) return plain;
  throw new Failure(
    'endpoint-settings',
    l10n.t`The setting promptTuner.${name} has a value of another form.`,
    {},
    l10n.t`Open the settings; the description shows the form.`,
  );
}
