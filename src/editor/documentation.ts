import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { documentationPage } from '../template/check/catalogue';
import type { Command } from './registerCommands';

/** Pages of the package, below its root, by what they are called. */
const pages = (): readonly (readonly [string, string])[] => [
  [l10n.t`Methods`, 'docs/methods.md'],
  [l10n.t`Templates`, 'docs/templates.md'],
  [l10n.t`Metrics`, 'docs/metrics.md'],
  [l10n.t`Models`, 'docs/models.md'],
  [l10n.t`Statistics`, 'docs/statistics.md'],
  [l10n.t`Commands`, 'docs/commands.md'],
  [l10n.t`Troubleshooting`, documentationPage],
];

/**
 * Opens the documentation, which lies in the package, so that it works without a network: the paragraph on a code, or a
 * page that is chosen.
 * @param extensionUri root of the extension
 */
export function documentationCommand(extensionUri: vscode.Uri): Command {
  const open = (path: string, fragment = '') =>
    showPage(vscode.Uri.joinPath(extensionUri, ...path.split('/')).with({ fragment }));
  return {
    id: 'openDocumentation',
    needsTrust: false,
    run: async (code: unknown) => {
      if (typeof code === 'string') return open(documentationPage, code);
      const items = pages().map(([label, path]) => ({ label, path }));
      const chosen = await vscode.window.showQuickPick(items, {
        placeHolder: l10n.t`Open a page of the documentation`,
      });
      return chosen && open(chosen.path);
    },
  };
}

/** Where the code of a finding leads: VS Code follows commands there, and would open a file as plain text. */
export function documentationLink(code: string): vscode.Uri {
  return vscode.Uri.parse(`command:promptTuner.openDocumentation?${encodeURIComponent(JSON.stringify([code]))}`);
}

/** What shows Markdown; it comes with VS Code, and a person can switch it off. */
const markdown = 'vscode.markdown-language-features';

/** The page as Markdown is shown, at its heading; as a text where nothing shows Markdown. */
async function showPage(page: vscode.Uri): Promise<void> {
  if (vscode.extensions.getExtension(markdown)) await vscode.commands.executeCommand('markdown.showPreview', page);
  else await vscode.window.showTextDocument(page.with({ fragment: '' }));
}
