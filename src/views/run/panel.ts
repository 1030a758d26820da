import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { isActive } from '../../runs/store/runStatus';
import { Failure } from '../../failure';
import type { Handlers } from '../../channel/messageChannel';
import { methodIcon } from '../sidebar/methodIcons';
import type { RunChoice } from '../runs/runChoice';
import { isKeptRunPage, runPageSide, type PagePart, type RunPageState } from './contract';
import { runPageState } from './model';
import { createRunPageReader, type RunPageReader } from './reader';
import type { RunWatcher, WatchedRun } from '../runs/runWatcher';
import { frontHandlers } from '../front/handlers';
import type { TextMeasurements } from '../front/textMeasurements';
import { createPagePanel, type PageHost, type ServedPage } from '../page/createPagePanel';
import { readInTurn } from '../page/readInTurn';

/** A reading follows the last after this long while the page is seen. */
const readingMilliseconds = 500;

/** The pages of runs, one a run; each is restored after a restart. */
export interface RunPages extends vscode.Disposable {
  /** @param part what is brought into view */
  open(run: WatchedRun, part?: PagePart): void;
  /** Whether a person sees the page of a run now. */
  isSeen(run: string): boolean;
}

export interface RunPageParts {
  readonly watcher: RunWatcher;
  readonly choice: RunChoice;
  readonly measurements: TextMeasurements;
}

/** What a page is opened with. */
interface Opening {
  readonly run: string;
  readonly part?: PagePart;
}

export function createRunPages(extensionUri: vscode.Uri, parts: RunPageParts): RunPages {
  const panel = createPagePanel<typeof runPageSide, Opening>(extensionUri, {
    viewType: 'promptTuner.run',
    name: 'run',
    title: l10n.t`Run`,
    side: runPageSide,
    keyOf: ({ run }) => run,
    column: 'active',
    restore: (kept) => (isKeptRunPage(kept) ? { run: kept.run } : undefined),
    serve: (host, opening) => serveRunPage(host, opening, { ...parts, extensionUri }),
  });
  return {
    open: ({ record }, part) => panel.open({ run: record.id, part }),
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
  { run: id, part: openedOn }: Opening,
  { watcher, choice, measurements, extensionUri }: PageSources,
): ServedPage<typeof runPageSide, Opening> {
  let reader: RunPageReader | undefined;
  let ready = false;
  let sent = '';
  let wanted = openedOn;

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
  const sendMeasuring = () => {
    if (!ready || !host.isVisible()) return;
    host.send(
      'measuring',
      measurements.underWay.filter(({ run }) => run === id),
    );
  };
  /** A page that was hidden is loaded again, and asks then. */
  const goToWanted = () => {
    if (!ready || !host.isVisible() || !wanted) return;
    host.send('goTo', wanted);
    wanted = undefined;
  };
  const { next: update, afresh } = readInTurn(readNews);
  const updateAfresh = () =>
    afresh(() => {
      sent = '';
      reader?.rewind();
    });

  const handlers: Handlers<(typeof runPageSide)['calls']> = {
    async show() {
      await watcher.refresh();
      const run = requireRun();
      ready = true;
      const state = pageState(run);
      updateAfresh();
      sendMeasuring();
      goToWanted();
      return state;
    },
    async act({ action }) {
      const run = find();
      if (run) await vscode.commands.executeCommand(`promptTuner.${action}`, run);
    },
    ...frontHandlers(requireRun, measurements),
  };

  // The watcher tells of changes of the record; a metric may come without one.
  const timer = setInterval(() => {
    const run = find();
    if (run && isActive(run.record)) update();
  }, readingMilliseconds);
  const stopWatching = [watcher.onChange(update), choice.onChange(update), measurements.onChange(sendMeasuring)];
  const known = find();
  if (known) showTab(known, pageState(known));
  return {
    handlers,
    reopen({ part }) {
      wanted = part;
      goToWanted();
    },
    seen() {
      updateAfresh();
      sendMeasuring();
    },
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
