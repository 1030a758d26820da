import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { isActive } from '../../runs/store/runStatus';
import { Failure } from '../../failure';
import type { Handlers } from '../../channel/messageChannel';
import { methodIcon } from '../sidebar/methodIcons';
import type { RunChoice } from '../runs/runChoice';
import { isKeptRunPage, runPageSide, type RunPageState } from './contract';
import { runPageState } from './model';
import { createRunPageReader, type RunPageReader } from './reader';
import type { RunWatcher, WatchedRun } from '../runs/runWatcher';
import type { InspectorProcess } from '../process/inspectorProcess';
import { frontHandlers } from './frontHandlers';
import { createPagePanel, type PageHost, type ServedPage } from '../page/createPagePanel';

/** A reading follows the last after this long while the page is seen. */
const readingMilliseconds = 500;

/** The pages of runs, one a run; each is restored after a restart. */
export interface RunPages extends vscode.Disposable {
  open(run: WatchedRun): void;
  /** Whether a person sees the page of a run now. */
  isSeen(run: string): boolean;
}

export interface RunPageParts {
  readonly watcher: RunWatcher;
  readonly choice: RunChoice;
  readonly inspector: Pick<InspectorProcess, 'work'>;
}

export function createRunPages(extensionUri: vscode.Uri, { watcher, choice, inspector }: RunPageParts): RunPages {
  const panel = createPagePanel<typeof runPageSide, string>(extensionUri, {
    viewType: 'promptTuner.run',
    name: 'run',
    title: l10n.t`Run`,
    side: runPageSide,
    keyOf: (run) => run,
    column: 'active',
    restore: (kept) => (isKeptRunPage(kept) ? kept.run : undefined),
    serve: (host, run) => serveRunPage(host, run, { watcher, choice, inspector, extensionUri }),
  });
  return {
    open: ({ record }) => panel.open(record.id),
    isSeen: panel.isSeen,
    dispose: panel.dispose,
  };
}

interface PageSources extends RunPageParts {
  readonly extensionUri: vscode.Uri;
}

/** Answers the page and keeps it up with the folder. */
function serveRunPage(
  host: PageHost<typeof runPageSide>,
  id: string,
  { watcher, choice, inspector, extensionUri }: PageSources,
): ServedPage<typeof runPageSide, string> {
  let reader: RunPageReader | undefined;
  let ready = false;
  let reading: Promise<void> = Promise.resolve();
  let sent = '';

  const find = () => watcher.runs.find(({ record }) => record.id === id);

  const requireRun = (): WatchedRun => {
    const run = find();
    if (!run) throw runMissing();
    return run;
  };

  const pageState = (run: WatchedRun) =>
    runPageState(
      run,
      choice.chosen,
      watcher.runs.map(({ record }) => record),
    );
  const showTab = (run: WatchedRun, { title }: RunPageState) =>
    host.show({ title, icon: methodIcon(run.record.method, extensionUri) });
  const sendState = (run: WatchedRun) => {
    const state = pageState(run);
    showTab(run, state);
    const text = JSON.stringify(state);
    if (text === sent) return;
    sent = text;
    host.send('state', state);
  };

  const readNews = async () => {
    const run = find();
    if (!run) return;
    // A tab shows its title while its page is behind another.
    if (!ready || !host.isVisible()) return showTab(run, pageState(run));
    sendState(run);
    reader ??= createRunPageReader(run.folder);
    const { points, samples, answers, fields, log } = await reader.read(run.record);
    if (points) host.send('points', points);
    if (samples) host.send('samples', samples);
    if (answers) host.send('answers', answers);
    if (fields) host.send('fields', fields);
    if (log) host.send('log', log);
  };
  /** One after the other, because each goes on where the last has stopped. */
  const update = () => {
    reading = reading.then(readNews).catch(() => undefined);
  };
  const updateAfresh = () => {
    reading = reading.then(() => {
      sent = '';
      reader?.rewind();
    });
    update();
  };

  const handlers: Handlers<(typeof runPageSide)['calls']> = {
    async show() {
      await watcher.refresh();
      const run = requireRun();
      ready = true;
      const state = pageState(run);
      updateAfresh();
      return state;
    },
    async act({ action }) {
      const run = find();
      if (run) await vscode.commands.executeCommand(`promptTuner.${action}`, run);
    },
    ...frontHandlers(requireRun, { watcher, inspector }),
  };

  // The watcher tells of changes of the record; a metric may come without one.
  const timer = setInterval(() => {
    const run = find();
    if (run && isActive(run.record)) update();
  }, readingMilliseconds);
  const stopWatching = [watcher.onChange(update), choice.onChange(update)];
  const known = find();
  if (known) showTab(known, pageState(known));
  return {
    handlers,
    seen: updateAfresh,
    dispose() {
      clearInterval(timer);
      for (const stop of stopWatching) stop();
    },
  };
}

const runMissing = (): Failure =>
  new Failure(
    'run-missing',
    l10n.t`This run is no longer there.`,
    {},
    l10n.t`It may have been deleted; look in the Runs view.`,
  );
