import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { formatOfSource } from '../../data/table/tableFormat';
import { Failure } from '../../failure';
import type { Handlers, RequestOf } from '../../channel/messageChannel';
import { whenTrusted } from '../../editor/trust';
import { comparisonTable } from '../../comparison/exportTable';
import { setLabels } from '../../runs/store/runLabels';
import type { ComparisonCalls, ComparisonChoice, comparisonSide, StartedCommand } from './contract';
import { answeredComparison, answersForPage, showComparison, subjectOf, type ShownComparison } from './model';
import { createCurveReader } from './curveReader';
import type { RunChoice } from '../runs/runChoice';
import type { RunWatcher, WatchedRun } from '../runs/runWatcher';
import { createQuestions } from './questions';
import { diffTemplates, showText } from './templateDiff';
import type { InspectorProcess } from '../process/inspectorProcess';
import { frontHandlers } from '../front/handlers';
import type { TextMeasurements } from '../front/textMeasurements';
import type { PageHost, ServedPage } from '../page/createPagePanel';
import { readInTurn } from '../page/readInTurn';

/** What the page asks for that the panel itself cannot do. */
export interface PanelActions {
  openTemplate(run: WatchedRun): void | Promise<void>;
  showLog(run: WatchedRun): void | Promise<void>;
  stop(run: WatchedRun): void | Promise<void>;
  resume(run: WatchedRun): void | Promise<void>;
  trainMoreSeeds(run: WatchedRun, count: number): void | Promise<void>;
  applyInstruction(run: WatchedRun): void | Promise<void>;
  /** Opens the run's page at the texts that its search has kept. */
  openFront(run: WatchedRun): void | Promise<void>;
  start(command: StartedCommand, template: string | undefined): void | Promise<void>;
}

export interface PageSources {
  readonly watcher: RunWatcher;
  readonly actions: PanelActions;
  /** Reads answers and vectors, and asks the model. */
  readonly inspector: Pick<InspectorProcess, 'work'>;
  /** What is being measured of the texts that searches have kept. */
  readonly measurements: TextMeasurements;
  /** The runs chosen in the tree. */
  readonly choice: RunChoice;
}

/** Answers the page and keeps it up to date. */
export function serveComparison(
  host: PageHost<typeof comparisonSide>,
  { watcher, actions, inspector, measurements, choice: runChoice }: PageSources,
  initial: ComparisonChoice,
): ServedPage<typeof comparisonSide, ComparisonChoice> {
  let choice = initial;
  let ready = false;
  let sent = '';
  const curves = createCurveReader();
  const questions = createQuestions(inspector, (run) => required(run).folder);

  const find = (id: string) => watcher.runs.find(({ record }) => record.id === id);
  const shown = (): ShownComparison =>
    showComparison(
      watcher.runs.map(({ record }) => record),
      choice,
      {
        chosen: runChoice.chosen,
        trusted: vscode.workspace.isTrusted,
        changesOf: (run) => find(run)?.changed ?? [],
      },
    );
  const required = (id: string): WatchedRun => {
    const found = find(id);
    if (!found) throw new Failure('run-missing', l10n.t`The run ${id} is gone.`, {}, l10n.t`Refresh the runs.`);
    return found;
  };
  const withRun =
    (action: (run: WatchedRun) => void | Promise<void>) =>
    async ({ run }: { readonly run: string }) => {
      const found = find(run);
      if (found) await action(found);
    };
  const shownAs = (token: string): ShownComparison => {
    const now = shown();
    if (now.state.token === token) return now;
    throw new Failure('outdated', l10n.t`The comparison has changed meanwhile.`, {}, l10n.t`Wait for the new one.`);
  };
  /** What the answers of the present state are read from. */
  const subject = (token: string) => subjectOf(shownAs(token), (run) => find(run)?.folder);

  const sendPoints = async () => {
    for (const { run } of shown().state.studies.flatMap(({ runs }) => runs)) {
      const found = find(run);
      const points = found && (await curves.read(found));
      if (points) host.send('points', points);
    }
  };

  const points = readInTurn(sendPoints);
  const update = () => {
    if (!ready || !host.isVisible()) return;
    const { state } = shown();
    const now = JSON.stringify(state);
    if (now !== sent) host.send('state', state);
    sent = now;
    points.next();
  };
  const sendMeasuring = () => {
    if (ready && host.isVisible()) host.send('measuring', measurements.underWay);
  };
  const updateAfresh = () => {
    sent = '';
    sendMeasuring();
    points.afresh(() => curves.rewind());
    update();
  };
  const relabel = async (runs: readonly string[], label: Parameters<typeof setLabels>[1]) => {
    for (const run of runs) await setLabels(required(run).folder, label);
    await watcher.refresh();
    update();
  };

  const handlers: Handlers<ComparisonCalls> = {
    async show({ first = false, ...wanted }) {
      if (first) questions.leave();
      choice = first ? openedOn(choice.family ?? wanted.family, wanted) : wanted;
      ready = true;
      await watcher.refresh();
      updateAfresh();
      return shown().state;
    },
    async analyse({ token }) {
      const analysis = await inspector.work('analyse', subject(token));
      // Names may have changed while the answers were read.
      return answersForPage(shownAs(token), analysis);
    },
    rows: ({ token, from }) => inspector.work('rows', { ...subject(token), from }),
    rowDetail: ({ token, row }) => inspector.work('rowDetail', { ...subject(token), row }),
    async showRow({ token, row }) {
      const measured = shownAs(token)
        .comparison.studies.flatMap(({ runs }) => runs)
        .find(({ result }) => result);
      const split = measured?.result?.split;
      const file = split && measured?.data[split]?.path;
      if (!file)
        throw new Failure(
          'data-missing',
          l10n.t`The runs do not say which file their rows came from.`,
          {},
          l10n.t`Measure them again.`,
        );
      const { line } = await inspector.work('rowLine', {
        file,
        how: formatOfSource(measured.settings.data[split] ?? ''),
        row,
      });
      const position = new vscode.Position(line - 1, 0);
      await vscode.window.showTextDocument(vscode.Uri.file(file), {
        selection: new vscode.Range(position, position),
        viewColumn: vscode.ViewColumn.Beside,
        preview: true,
      });
    },
    inspectPrompt: whenTrusted(
      l10n.t`The model is not opened in Restricted Mode.`,
      ({ run }: RequestOf<ComparisonCalls, 'inspectPrompt'>) =>
        inspector.work('inspectPrompt', { folder: required(run).folder }),
    ),
    ...questions.handlers,
    openTemplate: withRun((run) => actions.openTemplate(run)),
    showText: withRun(showText),
    showLog: withRun((run) => actions.showLog(run)),
    stop: withRun((run) => actions.stop(run)),
    resume: withRun((run) => actions.resume(run)),
    trainMoreSeeds: ({ run, count }) => actions.trainMoreSeeds(required(run), count),
    rename: ({ runs, name }) => relabel(runs, { name }),
    star: ({ runs, starred }) => relabel(runs, { starred }),
    diffTemplates: ({ left, right }) => diffTemplates(required(left), required(right)),
    applyInstruction: withRun((run) => actions.applyInstruction(run)),
    openFront: withRun((run) => actions.openFront(run)),
    ...frontHandlers(required, measurements),
    async start({ command }) {
      const [first] = shown().comparison.studies;
      await actions.start(command, first?.runs[0].template.path);
    },
    async exportReport(request) {
      await vscode.commands.executeCommand('promptTuner.exportReport', request);
    },
    async copyText({ text, what }) {
      await vscode.env.clipboard.writeText(text);
      vscode.window.setStatusBarMessage(l10n.t`${what} copied.`, 3000);
    },
    async exportTable({ format }) {
      const { state, comparison } = shown();
      const analysis = state.token === null ? undefined : await inspector.work('analyse', subject(state.token));
      const whole = analysis ? answeredComparison(shownAs(analysis.token), analysis) : comparison;
      await openDocument({ language: format, content: comparisonTable([whole], format) });
    },
    async exportRows({ token, rows, format }) {
      const { studies } = shownAs(token).comparison;
      const asked = subject(token);
      const names = asked.studies.map(({ key }) => studies.find((study) => study.key === key)?.name ?? key);
      const { text } = await inspector.work('exportAnswers', { ...asked, rows, names, format });
      await openDocument({ language: format, content: text });
    },
    openDocument,
  };

  const stopWatching = [watcher.onChange(update), runChoice.onChange(update), measurements.onChange(sendMeasuring)];
  const trust = vscode.workspace.onDidGrantWorkspaceTrust(update);
  return {
    handlers,
    reopen({ family }) {
      if (family === null) return;
      choice = openedOn(family, choice);
      updateAfresh();
    },
    seen: updateAfresh,
    hidden: () => questions.leave(),
    dispose() {
      questions.leave();
      for (const stop of stopWatching) stop();
      trust.dispose();
    },
  };
}

/** The choice on a family; the baseline of another one means nothing there. */
function openedOn(family: string | null, choice: ComparisonChoice): ComparisonChoice {
  return family === choice.family ? choice : { ...choice, family, baseline: null };
}

async function openDocument(document: { readonly language: string; readonly content: string }): Promise<void> {
  const opened = await vscode.workspace.openTextDocument(document);
  await vscode.window.showTextDocument(opened, { viewColumn: vscode.ViewColumn.Beside, preview: false });
}
