import * as l10n from '@vscode/l10n';
import { counted } from '../../words/formatNumbers';
import { execFile } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { templateName, templateFamily } from '../../template/read/templateName';
import { Failure } from '../../failure';
import { reportedRuns } from '../../comparison/reportedRuns';
import { isText, listOf, object, optional, type Infer } from '../../channel/guards';
import { childEnvironment } from '../../runs/queue/launchQueueWorker';
import { runOf, runsOfStudy } from '../runs/runSelection';
import type { RunWatcher, WatchedRun } from '../runs/runWatcher';

/** What the report needs of the rest. */
export interface ReportSources {
  readonly watcher: RunWatcher;
  /** The command line program, which reads and computes outside the extension host. */
  readonly program: string;
}

/** A report of many runs on large data takes seconds; one that takes longer hangs. */
const mostMilliseconds = 120_000;

/** Runs by id, where they are known; with the file that the report is written to, no person is asked. */
const isReportRequest = object({
  runs: listOf(isText),
  to: optional(isText),
  /** Run that the others are compared with; left out, the report chooses. */
  baseline: optional(isText),
});
export type ReportRequest = Infer<typeof isReportRequest>;

/**
 * Writes the report on the runs chosen, or on all runs of a template, to a file that a person names, and offers to open
 * it.
 * @param selected a run of the tree, a {@link ReportRequest}, ids of runs, or nothing
 * @param more all runs chosen in the tree, or their ids
 * @returns the file; undefined when the question was dismissed
 * @throws Failure "report-failed"
 */
export async function exportReport(
  { watcher, program }: ReportSources,
  selected: unknown,
  more: unknown,
): Promise<string | undefined> {
  const request = isReportRequest(selected) ? selected : undefined;
  const named = request && watcher.runs.filter(({ record }) => request.runs.includes(record.id));
  const content = (runs: readonly WatchedRun[]): ReportOn => ({
    folders: runs.map(({ folder }) => folder),
    ...(request?.baseline !== undefined && { baseline: request.baseline }),
  });
  if (named && request.to !== undefined) {
    await writeReport(program, content(named), request.to);
    return request.to;
  }
  const runs = named ?? chosenRuns(watcher.runs, selected, more) ?? (await pickFamily(watcher.runs));
  if (!runs || runs.length === 0) return undefined;
  const template = runs[0]!.record.template.path;
  const file = await vscode.window.showSaveDialog({
    title: l10n.t`Export Report`,
    saveLabel: l10n.t`Export`,
    defaultUri: vscode.Uri.file(join(dirname(template), `${templateName(template).split('.')[0]}-report.html`)),
    filters: { 'Web page': ['html'] },
  });
  if (!file) return undefined;
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: l10n.t`Exporting the report` },
    () => writeReport(program, content(runs), file.fsPath),
  );
  void vscode.window
    .showInformationMessage(l10n.t`The report is in ${file.fsPath}.`, l10n.t`Open`)
    .then((answer) => (answer === undefined ? undefined : vscode.env.openExternal(file)));
  return file.fsPath;
}

interface ReportOn {
  readonly folders: readonly string[];
  readonly baseline?: string;
}

/** Lets the command line program write the report. */
async function writeReport(program: string, { folders, baseline }: ReportOn, to: string): Promise<void> {
  const against = folders.find((folder) => basename(folder) === baseline);
  try {
    await promisify(execFile)(
      process.execPath,
      [program, 'report', ...folders, '--to', to, ...(against === undefined ? [] : ['--baseline', against])],
      { env: childEnvironment(process.env), timeout: mostMilliseconds, windowsHide: true },
    );
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n').at(-1) : '';
    throw new Failure('report-failed', said || l10n.t`The report could not be written.`, { file: to });
  }
}

function chosenRuns(runs: readonly WatchedRun[], selected: unknown, more: unknown): readonly WatchedRun[] | undefined {
  const named: readonly unknown[] =
    Array.isArray(more) && more.length > 0 ? more : Array.isArray(selected) ? selected : [];
  const chosen = named.flatMap((one) =>
    runs.filter((run) => run === one || run.record.id === one || runOf(one)?.record.id === run.record.id),
  );
  if (chosen.length > 1 || (chosen.length === 1 && Array.isArray(selected))) return chosen;
  const ofStudy = runsOfStudy(selected);
  if (ofStudy.length > 0) return ofStudy;
  const clicked = runOf(selected);
  if (!clicked) return undefined;
  return ofFamily(runs, templateFamily(clicked.record.template.path), clicked);
}

/** What a report on a template and its variants is about. */
function ofFamily(runs: readonly WatchedRun[], family: string, wanted?: WatchedRun): readonly WatchedRun[] {
  const reported = reportedRuns(
    runs.map(({ record }) => record),
    family,
    wanted?.record,
  );
  return runs.filter(({ record }) => reported.includes(record));
}

/** The runs of a template and its variants; the person picks one where several have results. */
async function pickFamily(runs: readonly WatchedRun[]): Promise<readonly WatchedRun[] | undefined> {
  const measured = runs.filter(({ record }) => record.result);
  const families = [...new Set(measured.map(({ record }) => templateFamily(record.template.path)))];
  if (families.length === 0) {
    void vscode.window.showInformationMessage(l10n.t`No run has results yet.`);
    return undefined;
  }
  if (families.length === 1) return ofFamily(runs, families[0]!);
  const items = families.map((family) => ({
    label: templateName(family),
    description: counted(ofFamily(runs, family).length, 'run'),
    detail: dirname(family),
    family,
  }));
  const picked = await vscode.window.showQuickPick(items, { placeHolder: l10n.t`Which prompt is the report about?` });
  return picked && ofFamily(runs, picked.family);
}
