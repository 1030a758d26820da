import * as vscode from 'vscode';
import type { Transport } from '../../channel/messageChannel';
import { pageSentences } from './pageSentences';
import { webviewPage } from './webviewPage';
import { spokenLanguage } from '../../words/formatDates';

/** Scripts run, and nothing but our own built pages loads. */
export function pageOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [pagesFolder(extensionUri)] };
}

const pagesFolder = (extensionUri: vscode.Uri): vscode.Uri => vscode.Uri.joinPath(extensionUri, 'dist', 'webview');

/**
 * Loads one of our pages into a panel, new or found again after a restart.
 * @param name of its script and style sheet
 */
export function showPage(
  panel: vscode.WebviewPanel,
  extensionUri: vscode.Uri,
  { name, title }: { readonly name: string; readonly title: string },
): void {
  const address = (file: string): string =>
    panel.webview.asWebviewUri(vscode.Uri.joinPath(pagesFolder(extensionUri), file)).toString();
  panel.webview.options = pageOptions(extensionUri);
  panel.webview.html = webviewPage({
    title,
    script: address(`${name}.js`),
    style: address(`${name}.css`),
    source: panel.webview.cspSource,
    language: spokenLanguage(),
    sentences: pageSentences(pagesFolder(extensionUri), name),
  });
}

export function productIcon(extensionUri: vscode.Uri): { readonly light: vscode.Uri; readonly dark: vscode.Uri } {
  const icon = (theme: string): vscode.Uri =>
    vscode.Uri.joinPath(extensionUri, 'media', 'icons', `prompt-tuner-${theme}.svg`);
  return { light: icon('light'), dark: icon('dark') };
}

let logRefusal: (line: string) => void = () => undefined;

/** Where refused messages of pages are logged; set once, when the extension starts. */
export function logRefusals(log: (line: string) => void): void {
  logRefusal = log;
}

/** Logs that a page of a type sent what was not expected. */
export function reportRefusal(viewType: string, what: string): void {
  logRefusal(`${viewType}: ${what}`);
}

/** The extension's end of the way to a panel's page. */
export function panelTransport(webview: vscode.Webview): Transport {
  return {
    post: (message) => void webview.postMessage(message),
    onMessage: (listener) => {
      const listening = webview.onDidReceiveMessage(listener);
      return () => listening.dispose();
    },
  };
}
