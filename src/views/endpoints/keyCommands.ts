import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Command } from '../../editor/registerCommands';
import { namedEndpoints, secretOf } from './endpointSettings';

/** *Set Key of Endpoint…* and *Forget Key of Endpoint…*: keys stand in the editor's secret storage alone. */
export function keyCommands(secrets: vscode.SecretStorage): readonly Command[] {
  return [
    {
      id: 'setEndpointKey',
      needsTrust: false,
      run: async (named: unknown) => {
        const endpoint = await chooseEndpoint(named, namedEndpoints(), l10n.t`Set the key of which endpoint?`);
        if (endpoint !== undefined) await setKey(secrets, endpoint);
      },
    },
    {
      id: 'forgetEndpointKey',
      needsTrust: false,
      run: async (named: unknown) => {
        const kept: string[] = [];
        for (const name of namedEndpoints()) if (await secrets.get(secretOf(name))) kept.push(name);
        if (kept.length === 0) {
          void vscode.window.showInformationMessage(l10n.t`No key of an endpoint is kept.`);
          return;
        }
        const endpoint = await chooseEndpoint(named, kept, l10n.t`Forget the key of which endpoint?`);
        if (endpoint === undefined) return;
        await secrets.delete(secretOf(endpoint));
        void vscode.window.showInformationMessage(l10n.t`The key of the endpoint “${endpoint}” was removed.`);
      },
    },
  ];
}

async function chooseEndpoint(
  named: unknown,
  names: readonly string[],
  placeHolder: string,
): Promise<string | undefined> {
  if (typeof named === 'string') return named;
  return names.length === 1 ? names[0] : vscode.window.showQuickPick(names, { placeHolder });
}

async function setKey(secrets: vscode.SecretStorage, endpoint: string): Promise<void> {
  const key = await vscode.window.showInputBox({
    title: l10n.t`Key of the Endpoint “${endpoint}”`,
    prompt: l10n.t`It is kept in the secret storage of the editor, and sent to this endpoint alone.`,
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) =>
      /^[\x21-\x7e]*$/.test(text.trim()) ? undefined : l10n.t`A key has letters, digits and signs, but no spaces.`,
  });
  if (!key?.trim()) return;
  await secrets.store(secretOf(endpoint), key.trim());
  void vscode.window.showInformationMessage(l10n.t`The key of the endpoint “${endpoint}” was saved.`);
}
