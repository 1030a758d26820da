import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { hostedModelOf, localPrefixes } from '../../template/read/hostedModel';

/** Servers that people run, by the address that each has of itself. */
const usualAddresses: readonly (readonly [name: string, title: string, address: string])[] = [
  ['ollama-server', 'Ollama', 'http://localhost:11434/v1'],
  ['lm-studio', 'LM Studio', 'http://localhost:1234/v1'],
  ['vllm', 'vLLM', 'http://localhost:8000/v1'],
  ['llama-server', 'llama.cpp', 'http://localhost:8080/v1'],
];

/** Asks for the address and the name of an endpoint and notes both in the settings. @returns its name */
export async function addEndpoint(): Promise<string | undefined> {
  const title = l10n.t`Add an Endpoint`;
  const usual = usualAddresses.map(([name, label, address]) => ({ label, description: address, name, address }));
  const other = { label: l10n.t`Another address…`, description: '', name: '', address: '' };
  const server = await vscode.window.showQuickPick([...usual, other], {
    title,
    placeHolder: l10n.t`Which server answers there? Any that speaks OpenAI’s API will do`,
  });
  if (!server) return undefined;
  const address = await vscode.window.showInputBox({
    title,
    prompt: l10n.t`Address of its API, most often ending in /v1. No key, user name or password belongs into it.`,
    value: server.address || 'https://',
    ignoreFocusOut: true,
    validateInput: addressProblem,
  });
  if (address === undefined) return undefined;
  const name = await vscode.window.showInputBox({
    title,
    prompt: l10n.t`What templates call it, in front of a colon and the model: NAME:MODEL.`,
    value: server.name,
    ignoreFocusOut: true,
    validateInput: nameProblem,
  });
  if (name === undefined) return undefined;
  const configuration = vscode.workspace.getConfiguration('promptTuner');
  const written = configuration.get<Readonly<Record<string, object>>>('endpoints') ?? {};
  const endpoints = { ...written, [name.trim()]: { ...written[name.trim()], baseURL: address.trim() } };
  await configuration.update('endpoints', endpoints, vscode.ConfigurationTarget.Global);
  return name.trim();
}

export function addressProblem(text: string): string | undefined {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '')
    return l10n.t`Write an address of the web, such as http://localhost:8080/v1.`;
  return url.username || url.password ? l10n.t`Leave user name and password out; a key is asked for later.` : undefined;
}

export function nameProblem(text: string): string | undefined {
  const name = text.trim();
  if (localPrefixes.includes(name)) return l10n.t`“${name}” stands for models of that program on this machine.`;
  return hostedModelOf(`${name}:model`)?.endpoint === name && name !== 'vscode'
    ? undefined
    : l10n.t`A name has small letters, digits, “-”, “_” and “.”, and begins with a letter.`;
}
