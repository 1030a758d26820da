import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { isFlag, isText, listOf, object, optional, type Infer } from '../../channel/guards';
import type { Command } from '../../editor/registerCommands';
import { Failure } from '../../failure';
import { counted } from '../../words/formatNumbers';
import { clauses } from '../../words/listed';
import { runCli } from '../process/cliProcess';
import { runFor } from '../runs/runSelection';
import type { RunWatcher, WatchedRun } from '../runs/runWatcher';
import { workspaceRunsFolders } from '../runs/templateChoice';

export interface ShareParts {
  readonly watcher: Pick<RunWatcher, 'runs' | 'refresh'>;
  /** The command line program, which packs and unpacks outside the extension host. */
  readonly program: string;
  /** Opens the page of a run. */
  openPage(run: WatchedRun): void;
}

/** What comes with the command; what is left out is asked for. */
const isGivenShare = object({ to: isText, withPredictions: isFlag });
type GivenShare = Infer<typeof isGivenShare>;

/** *Share Run…*, *Import Run…* and *Model Card*. */
export function shareCommands(parts: ShareParts): readonly Command[] {
  return [
    {
      id: 'shareRun',
      needsTrust: true,
      run: (selected: unknown, given: unknown) => shareRun(parts, selected, isGivenShare(given) ? given : undefined),
    },
    { id: 'importRun', needsTrust: true, run: (selected: unknown) => importRun(parts, selected) },
    { id: 'modelCard', needsTrust: false, run: (selected: unknown) => showCard(parts, selected) },
  ];
}

async function shareRun(
  { watcher, program }: ShareParts,
  selected: unknown,
  given: GivenShare | undefined,
): Promise<void> {
  const run = await runFor('shareRun', selected, { runs: watcher.runs, work: l10n.t`share` });
  if (!run) return;
  const asked = given ?? (await askHow(run));
  if (!asked) return;
  const words = [
    'share',
    run.folder,
    '--to',
    asked.to,
    '--force',
    ...(asked.withPredictions ? ['--with-predictions'] : []),
  ];
  await withCancel(l10n.t`Sharing ${run.record.id}`, (signal) => runCli(program, words, { environment: {}, signal }));
  const reveal = l10n.t`Reveal`;
  const name = basename(asked.to);
  const message = l10n.t`Shared as ${name}, ${rowsIn(run, asked)}. Import Run… opens it where the model and the data \
are.`;
  void vscode.window
    .showInformationMessage(message, reveal)
    .then((answer) => answer && vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(asked.to)));
}

/** Rows of train that the prompt of a run shows as examples, whatever else of them is left out. */
const shownRows = ({ record: { examples } }: WatchedRun): string | undefined =>
  examples && examples.rows.length > 0
    ? l10n.t`with the ${counted(examples.rows.length, 'row')} of train that its prompt shows as examples`
    : undefined;

function rowsIn(run: WatchedRun, { withPredictions }: GivenShare): string {
  const others = shownRows(run);
  if (!withPredictions) return others ?? l10n.t`without rows`;
  return clauses([l10n.t`with the rows that were answered`, others]);
}

/** Whether rows go with it, which may be private, and where it goes. */
async function askHow(run: WatchedRun): Promise<GivenShare | undefined> {
  const { folder, record } = run;
  const examples = shownRows(run);
  const settings = l10n.t`Settings, results, the steps of the training and what was learned.`;
  const answered = existsSync(join(folder, 'predictions.jsonl'));
  const without = {
    label: examples ? l10n.t`Without the Rows That Were Answered` : l10n.t`Without Rows`,
    detail: examples ? l10n.t`${settings} It goes ${examples}: they may be private.` : settings,
    withPredictions: false,
  };
  const withRows = {
    label: l10n.t`With the Rows That Were Answered`,
    detail: l10n.t`Also each row of the result with its answer: rows may be private.`,
    withPredictions: true,
  };
  const chosen = await vscode.window.showQuickPick(answered ? [without, withRows] : [without], {
    title: l10n.t`Share Run`,
    placeHolder: l10n.t`What goes into the file? Paths, names and tokens of this machine never do.`,
  });
  if (!chosen) return undefined;
  const target = await vscode.window.showSaveDialog({
    title: l10n.t`Share Run: file to write`,
    saveLabel: l10n.t`Share Run`,
    defaultUri: vscode.Uri.file(join(dirname(record.template.path), `${record.id}.zip`)),
    filters: { [l10n.t`Shared Run`]: ['zip'] },
  });
  return target && { to: target.fsPath, withPredictions: chosen.withPredictions };
}

const isImported = object({
  run: isText,
  folder: isText,
  missing: listOf(object({ what: isText, name: isText, remedy: isText })),
  template: optional(isText),
});

async function importRun({ watcher, program, openPage }: ShareParts, selected: unknown): Promise<void> {
  const file = selected instanceof vscode.Uri ? selected.fsPath : await askForFile();
  if (file === undefined) return;
  const runs = await askForRuns();
  if (runs === undefined) return;
  const words = ['import', file, '--runs', runs];
  const imported = await withCancel(l10n.t`Importing ${basename(file)}`, (signal) =>
    runCli(program, words, { environment: {}, signal }),
  );
  if (!isImported(imported)) throw new Failure('bad-reply', l10n.t`The import ended without a result.`);
  await watcher.refresh();
  const run = watcher.runs.find(({ record }) => record.id === imported.run);
  if (run) openPage(run);
  const { missing } = imported;
  if (missing.length === 0) return void vscode.window.showInformationMessage(l10n.t`Imported ${imported.run}.`);
  const names = clauses(missing.map(({ what, name }) => l10n.t`the ${what} ${name}`));
  void vscode.window.showWarningMessage(
    l10n.t`Imported ${imported.run}. Not found here: ${names}. ${missing[0]!.remedy}`,
  );
}

async function askForFile(): Promise<string | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: l10n.t`Import Run: a file that Share Run… has written`,
    openLabel: l10n.t`Import`,
    canSelectMany: false,
    filters: { [l10n.t`Shared Run`]: ['zip'], [l10n.t`All Files`]: ['*'] },
  });
  return chosen?.[0]?.fsPath;
}

/** The runs folder of the folder that is open, or of the one that a person chooses. */
async function askForRuns(): Promise<string | undefined> {
  const folders = workspaceRunsFolders();
  if (folders.length === 0)
    throw new Failure(
      'run-missing',
      l10n.t`No folder is open that the run could be put into.`,
      {},
      l10n.t`Open a folder first.`,
    );
  if (folders.length === 1) return folders[0];
  const items = folders.map((folder) => ({ label: dirname(dirname(folder)), folder }));
  return (
    await vscode.window.showQuickPick(items, { title: l10n.t`Import Run`, placeHolder: l10n.t`Into which folder?` })
  )?.folder;
}

/** Shows progress that can be cancelled; cancelling is no error, and leaves nothing behind. */
async function withCancel(title: string, work: (signal: AbortSignal) => Promise<unknown>): Promise<unknown> {
  const stop = new AbortController();
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    (_, token) => {
      token.onCancellationRequested(() => stop.abort());
      return work(stop.signal);
    },
  );
}

const isCard = object({ card: isText });

/** Opens the model card of a run as a document, to be looked through and saved where it is wanted. */
async function showCard({ watcher, program }: ShareParts, selected: unknown): Promise<void> {
  const run = await runFor('modelCard', selected, { runs: watcher.runs, work: l10n.t`describe in a card` });
  if (!run) return;
  const made = await runCli(program, ['card', run.folder], { environment: {} });
  if (!isCard(made)) throw new Failure('bad-reply', l10n.t`The card could not be made.`);
  const document = await vscode.workspace.openTextDocument({ language: 'markdown', content: made.card });
  await vscode.window.showTextDocument(document);
}
