import * as vscode from 'vscode';
import { isActive } from '../../runs/store/runStatus';
import { Failure } from '../../failure';
import { openChannel, silentSide } from '../../channel/messageChannel';
import { methodIcon } from '../sidebar/methodIcons';
import type { RunChoice } from '../runs/runChoice';
import { isKeptRunPage, runPageSide, type RunPageCalls, type RunPageEvents } from './contract';
import { runPageState } from './model';
import { createRunPageReader, type RunPageReader } from './reader';
import type { RunWatcher, WatchedRun } from '../runs/runWatcher';
import { pageOptions, panelEnd, showPage } from '../page/pagePanel';

const viewType = 'promptTuner.run';

/** A reading follows the last after this long while the page is seen. */
const readingMilliseconds = 500;

/** The pages of runs, one a run; each is restored after a restart. */
export interface RunPages extends vscode.Disposable {
  open(run: WatchedRun): void;
  /** Whether a person sees the page of a run now. */
  isSeen(run: string): boolean;
}

export function createRunPages(extensionUri: vscode.Uri, watcher: RunWatcher, choice: RunChoice): RunPages {
  const options = pageOptions(extensionUri);
  const shown = new Map<string, vscode.WebviewPanel>();

  const adopt = (panel: vscode.WebviewPanel, run: string) => {
    const page = servePage(panel, run, { watcher, choice, extensionUri });
    shown.set(run, panel);
    panel.onDidDispose(() => {
      page.dispose();
      if (shown.get(run) === panel) shown.delete(run);
    });
    showPage(panel, extensionUri, { name: 'run', title: 'Run' });
  };

  const serializer = vscode.window.registerWebviewPanelSerializer(viewType, {
    async deserializeWebviewPanel(panel, state: unknown) {
      if (isKeptRunPage(state) && !shown.has(state.run)) adopt(panel, state.run);
      else panel.dispose();
    },
  });

  return {
    open(run) {
      const { id, method } = run.record;
      const there = shown.get(id);
      if (there) return there.reveal();
      const panel = vscode.window.createWebviewPanel(
        viewType,
        runPageState(run, choice.chosen).title,
        vscode.ViewColumn.Active,
        options,
      );
      panel.iconPath = methodIcon(method, extensionUri);
      adopt(panel, id);
    },
    isSeen: (run) => shown.get(run)?.visible === true,
    dispose() {
      serializer.dispose();
      for (const panel of [...shown.values()]) panel.dispose();
    },
  };
}

interface PageSources {
  readonly watcher: RunWatcher;
  readonly choice: RunChoice;
  readonly extensionUri: vscode.Uri;
}

/** Answers the page and keeps it up with the folder. A hidden page hears nothing, so it gets everything again when it is seen. */
function servePage(
  panel: vscode.WebviewPanel,
  id: string,
  { watcher, choice, extensionUri }: PageSources,
): vscode.Disposable {
  let reader: RunPageReader | undefined;
  let ready = false;
  let reading: Promise<void> = Promise.resolve();
  let told = '';

  const find = () => watcher.runs.find(({ record }) => record.id === id);

  const tellState = (run: WatchedRun) => {
    const state = runPageState(run, choice.chosen);
    panel.title = state.title;
    panel.iconPath = methodIcon(run.record.method, extensionUri);
    const text = JSON.stringify(state);
    if (text === told) return;
    told = text;
    channel.send('state', state);
  };

  const readNews = async () => {
    const run = find();
    if (!run || !ready || !panel.visible) return;
    tellState(run);
    reader ??= createRunPageReader(run.folder);
    const { points, samples, log } = await reader.read();
    if (points) channel.send('points', points);
    if (samples) channel.send('samples', samples);
    if (log) channel.send('log', log);
  };
  /** One after the other, because each goes on where the last has stopped. */
  const update = () => {
    reading = reading.then(readNews).catch(() => undefined);
  };
  const updateAfresh = () => {
    reading = reading.then(() => {
      told = '';
      reader?.rewind();
    });
    update();
  };

  const channel = openChannel<RunPageCalls, RunPageEvents, object, object>({
    ...panelEnd(panel),
    local: runPageSide,
    handlers: {
      async show() {
        await watcher.refresh();
        const run = find();
        if (!run)
          throw new Failure(
            'run-missing',
            'This run is no longer there.',
            {},
            'It may have been deleted; look in the Runs view.',
          );
        ready = true;
        const state = runPageState(run, choice.chosen);
        updateAfresh();
        return state;
      },
      async act({ action }) {
        const run = find();
        if (run) await vscode.commands.executeCommand(`promptTuner.${action}`, run);
      },
    },
    remote: silentSide,
    listeners: {},
  });

  // The watcher tells of changes of the record; a metric may come without one.
  const timer = setInterval(() => {
    const run = find();
    if (run && isActive(run.record)) update();
  }, readingMilliseconds);
  const stopWatching = [watcher.onChange(update), choice.onChange(update)];
  const visibility = panel.onDidChangeViewState(() => panel.visible && updateAfresh());
  return {
    dispose() {
      clearInterval(timer);
      for (const stop of stopWatching) stop();
      visibility.dispose();
      channel.close('The page was closed.');
    },
  };
}
