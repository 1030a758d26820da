import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { isHubAddress } from '../../model/hub/cache';

const secret = 'promptTuner.hubToken';

/** What is wrong with a token, in a sentence; undefined where nothing is, or nothing is written. */
function tokenProblem(text: string): string | undefined {
  const { HF_ENDPOINT: endpoint } = process.env;
  if (text === '') return undefined;
  if (!/^[\x21-\x7e]+$/.test(text)) return l10n.t`A token has letters, digits and signs, but no spaces.`;
  // A mirror has tokens of its own.
  const isHub = !endpoint || isHubAddress(endpoint);
  return isHub && !/^hf_./.test(text) ? l10n.t`A token begins with hf_.` : undefined;
}

/** Asks for the token of the hub and keeps it in the editor's secret storage; an empty one removes it. */
export async function setHubToken(secrets: vscode.SecretStorage): Promise<boolean> {
  const token = await vscode.window.showInputBox({
    title: l10n.t`Hub Token`,
    prompt: [
      l10n.t`A token from huggingface.co/settings/tokens. It is kept in the secret storage of the editor.`,
      l10n.t`Leave empty to remove the one that is kept.`,
    ].join(' '),
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => tokenProblem(text.trim()),
  });
  if (token === undefined) return false;
  if (token.trim() === '') await secrets.delete(secret);
  else await secrets.store(secret, token.trim());
  void vscode.window.showInformationMessage(
    token.trim() === '' ? l10n.t`The hub token was removed.` : l10n.t`The hub token was saved.`,
  );
  return token.trim() !== '';
}

/** How a command reaches the hub: the token and proxy of the editor, where the environment names none. */
export async function hubEnvironment(
  secrets: vscode.SecretStorage,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Readonly<Record<string, string>>> {
  const token = environment.HF_TOKEN ? undefined : await secrets.get(secret);
  const proxy = vscode.workspace.getConfiguration('http').get('proxy', '');
  const named = environment.HTTPS_PROXY ?? environment.https_proxy;
  const entries: readonly (readonly [string, string])[] = [
    ...(token ? [['HF_TOKEN', token] as const] : []),
    ...(proxy && !named ? [['HTTPS_PROXY', proxy] as const, ['HTTP_PROXY', proxy] as const] : []),
  ];
  return Object.fromEntries(entries);
}

/** Lets the processes that this window starts from now on know which execution provider the person chose. */
export function followProviderSetting(): vscode.Disposable {
  const follow = () => {
    const provider = vscode.workspace.getConfiguration('promptTuner').get('executionProvider', 'auto');
    if (provider === 'auto') delete process.env.PROMPT_TUNER_PROVIDER;
    else process.env.PROMPT_TUNER_PROVIDER = provider;
  };
  follow();
  return vscode.workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration('promptTuner.executionProvider')) follow();
  });
}
