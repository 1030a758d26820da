import * as vscode from 'vscode';
import { openChannel, silentSide, type Channel } from '../runs/messageChannel';
import { isChoice, panelSide, type ComparisonChoice, type PanelCalls, type PanelEvents } from './comparisonContract';
import { compareRuns } from './comparisonModel';
import { createCurveReader } from './curveReader';
import { templateFamily } from './runText';
import type { RunWatcher, WatchedRun } from './runWatcher';
import { webviewPage } from './webviewPage';

const viewType = 'promptTuner.comparison';

/** What the page asks for that the panel itself cannot do. */
export interface PanelActions {
  openTemplate(run: WatchedRun): void | Promise<void>;
  showLog(run: WatchedRun): void | Promise<void>;
  stop(run: WatchedRun): void | Promise<void>;
  start(command: 'trainSoft' | 'evaluateHard' | 'compare', template: string | undefined): void | Promise<void>;
}

export interface ComparisonPanel extends vscode.Disposable {
  /** Opens the panel, or brings it to the front, on the family of a template. */
  open(template?: string): void;
}

/** The comparison panel: one a window, restored after a restart. */
export function createComparisonPanel(extensionUri: vscode.Uri, watcher: RunWatcher, actions: PanelActions): ComparisonPanel {
  const root = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
  const options: vscode.WebviewOptions = { enableScripts: true, localResourceRoots: [root] };
  let shown: { readonly panel: vscode.WebviewPanel; readonly page: Page } | undefined;

  const adopt = (panel: vscode.WebviewPanel, choice: ComparisonChoice) => {
    panel.webview.options = options;
    const icon = (theme: string) => vscode.Uri.joinPath(extensionUri, 'media', 'icons', `prompt-tuner-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    const page = servePage(panel, { watcher, actions }, choice);
    shown = { panel, page };
    panel.onDidDispose(() => {
      page.dispose();
      if (shown?.panel === panel) shown = undefined;
    });
    panel.webview.html = webviewPage({
      title: 'Comparison',
      script: panel.webview.asWebviewUri(vscode.Uri.joinPath(root, 'comparison.js')).toString(),
      style: panel.webview.asWebviewUri(vscode.Uri.joinPath(root, 'comparison.css')).toString(),
      source: panel.webview.cspSource,
    });
  };

  const serializer = vscode.window.registerWebviewPanelSerializer(viewType, {
    async deserializeWebviewPanel(panel, state: unknown) {
      adopt(panel, isChoice(state) ? state : { family: null, older: false });
    },
  });

  return {
    open(template) {
      const family = template === undefined ? null : templateFamily(template);
      if (shown) {
        shown.panel.reveal();
        if (family !== null) shown.page.choose(family);
        return;
      }
      const panel = vscode.window.createWebviewPanel(viewType, 'Comparison', vscode.ViewColumn.Active, options);
      adopt(panel, { family, older: false });
    },
    dispose() {
      serializer.dispose();
      shown?.panel.dispose();
    },
  };
}

interface Page extends vscode.Disposable {
  choose(family: string): void;
}

interface PageSources {
  readonly watcher: RunWatcher;
  readonly actions: PanelActions;
}

/** Answers the page and keeps it up to date. A hidden page hears nothing, so it gets everything again when it is seen. */
function servePage(panel: vscode.WebviewPanel, { watcher, actions }: PageSources, initial: ComparisonChoice): Page {
  let choice = initial;
  // The page learns of the choice that it was opened with only from our answer.
  let ready = false;
  const curves = createCurveReader();

  const records = () => watcher.runs.map(({ record }) => record);
  const find = (id: string) => watcher.runs.find(({ record }) => record.id === id);
  const withRun = (action: (run: WatchedRun) => void | Promise<void>) => async ({ run }: { readonly run: string }) => {
    const found = find(run);
    if (found) await action(found);
  };

  const sendPoints = async (channel: Channel<object, PanelEvents>) => {
    for (const { run } of compareRuns(records(), choice).rows) {
      const found = find(run);
      const points = found && await curves.read(found);
      if (points) channel.send('points', points);
    }
  };

  let sending: Promise<void> = Promise.resolve();
  const update = () => {
    if (!ready || !panel.visible) return;
    channel.send('state', compareRuns(records(), choice));
    sending = sending.then(() => sendPoints(channel)).catch(() => undefined);
  };
  const updateAfresh = () => {
    sending = sending.then(() => curves.rewind());
    update();
  };

  const channel = openChannel<PanelCalls, PanelEvents, object, object>({
    transport: {
      post: (message) => void panel.webview.postMessage(message),
      onMessage: (listener) => {
        const listening = panel.webview.onDidReceiveMessage(listener);
        return () => listening.dispose();
      },
    },
    local: panelSide,
    handlers: {
      async show(wanted) {
        choice = ready ? wanted : { family: choice.family ?? wanted.family, older: wanted.older };
        ready = true;
        await watcher.refresh();
        updateAfresh();
        return compareRuns(records(), choice);
      },
      openTemplate: withRun((run) => actions.openTemplate(run)),
      showLog: withRun((run) => actions.showLog(run)),
      stop: withRun((run) => actions.stop(run)),
      async start({ command }) {
        const { rows } = compareRuns(records(), choice);
        await actions.start(command, rows[0] && find(rows[0].run)?.record.template.path);
      },
      async copyTable({ markdown }) {
        await vscode.env.clipboard.writeText(markdown);
        vscode.window.setStatusBarMessage('Table copied as Markdown.', 3000);
      },
    },
    remote: silentSide,
    listeners: {},
  });

  const stopWatching = watcher.onChange(update);
  const visibility = panel.onDidChangeViewState(() => panel.visible && updateAfresh());
  return {
    choose(family) {
      choice = { ...choice, family };
      updateAfresh();
    },
    dispose() {
      stopWatching();
      visibility.dispose();
      channel.close('The panel was closed.');
    },
  };
}
