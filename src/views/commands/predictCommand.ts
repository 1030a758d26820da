import { existsSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { isNumber, isText, object, oneOf, optional, type Infer } from '../../channel/guards';
import { dataExtensions } from '../../data/format';
import type { Command } from '../../editor/registerCommands';
import { Failure } from '../../failure';
import { counted, roughDuration } from '../../words/formatNumbers';
import { runCli } from '../process/cliProcess';
import { trainerSettings } from '../process/trainerSettings';
import { runFor } from '../runs/runSelection';
import type { RunWatcher, WatchedRun } from '../runs/runWatcher';

export interface PredictParts {
  readonly watcher: Pick<RunWatcher, 'runs'>;
  /** The command line program, which answers rows outside the extension host. */
  readonly program: string;
}

/** *Predict Rows…*: answers the rows of a file with a run; either is asked for where it is not given. */
export function predictCommand(parts: PredictParts): Command {
  return { id: 'predictRows', needsTrust: true, run: (selected: unknown) => predictRows(parts, selected) };
}

async function predictRows({ watcher, program }: PredictParts, selected: unknown): Promise<void> {
  const given = selected instanceof vscode.Uri ? selected.fsPath : undefined;
  const work = { runs: watcher.runs, work: l10n.t`predict rows with` };
  const run = await runFor('predictRows', given === undefined ? selected : undefined, work);
  if (!run) return;
  const rows = given ?? (await askForRows(run));
  if (rows === undefined) return;
  const output = outputBeside(rows, run.record.id);
  const isThere = existsSync(output);
  if (isThere && !(await replaces(output))) return;
  await predictTo({ run, rows, output, program, replaces: isThere });
}

/** The output beside its input, named after the run. */
export function outputBeside(rows: string, run: string): string {
  const extension = extname(rows);
  return join(dirname(rows), `${basename(rows, extension)}.${run}${extension}`);
}

async function askForRows({ record }: WatchedRun): Promise<string | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: l10n.t`Predict Rows: a table or JSON file`,
    openLabel: l10n.t`Predict`,
    canSelectMany: false,
    defaultUri: vscode.Uri.file(dirname(record.template.path)),
    filters: {
      [l10n.t`Rows`]: dataExtensions.map((extension) => extension.slice(1)),
      [l10n.t`All Files`]: ['*'],
    },
  });
  return chosen?.[0]?.fsPath;
}

/** Opens what is there where it is not to be replaced. */
async function replaces(output: string): Promise<boolean> {
  const [open, again] = [l10n.t`Open`, l10n.t`Predict Again`];
  const answer = await vscode.window.showInformationMessage(
    l10n.t`${basename(output)} has the predictions of these rows by this run.`,
    open,
    again,
  );
  if (answer === open) await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(output));
  return answer === again;
}

interface Prediction {
  readonly run: WatchedRun;
  readonly rows: string;
  readonly output: string;
  readonly program: string;
  readonly replaces: boolean;
}

async function predictTo(prediction: Prediction): Promise<void> {
  const { rows, output } = prediction;
  try {
    const result = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: l10n.t`Predicting the rows of ${basename(rows)}`,
        cancellable: true,
      },
      (progress, token) => answer(prediction, progress, token),
    );
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(output));
    void vscode.window.showInformationMessage(resultText(result, basename(output)));
  } catch (error) {
    const code = error instanceof Failure ? error.code : undefined;
    if (code === 'cancelled')
      return void vscode.window.showInformationMessage(l10n.t`Stopped. Predict Rows… goes on behind the last row.`);
    if (code !== 'output-changed') throw error;
    const again = l10n.t`Begin Again`;
    const answered = await vscode.window.showWarningMessage(
      l10n.t`${basename(rows)} or the run is no longer what was begun with.`,
      again,
    );
    if (answered === again) await predictTo({ ...prediction, replaces: true });
  }
}

async function answer(
  { run, rows, output, program, replaces: force }: Prediction,
  progress: vscode.Progress<{ readonly message?: string; readonly increment?: number }>,
  token: vscode.CancellationToken,
): Promise<PredictedRows> {
  const stop = new AbortController();
  token.onCancellationRequested(() => stop.abort());
  let shown = 0;
  const words = ['predict', run.folder, rows, '--to', output, ...(force ? ['--force'] : [])];
  const result = await runCli(program, words, {
    environment: { PROMPT_TUNER_THREADS: String(trainerSettings().threads) },
    signal: stop.signal,
    onEvent(value) {
      if (!isProgress(value)) return;
      const percent = 100 * (value.share ?? 0);
      progress.report({ message: progressText(value), increment: Math.max(0, percent - shown) });
      shown = Math.max(shown, percent);
    },
  });
  if (!isResult(result)) throw new Failure('bad-reply', l10n.t`The prediction ended without a result.`);
  return result;
}

const isProgress = object({
  kind: oneOf('progress'),
  rows: isNumber,
  share: optional(isNumber),
  secondsLeft: optional(isNumber),
});

const isResult = object({
  kind: oneOf('result'),
  rows: isNumber,
  errors: isNumber,
  truncated: isNumber,
  output: isText,
});
type PredictedRows = Infer<typeof isResult>;

/** How far a prediction is: `1,024 rows, 3 min left`. */
export const progressText = ({ rows, secondsLeft }: Infer<typeof isProgress>): string =>
  secondsLeft === undefined
    ? counted(rows, 'row')
    : l10n.t`${counted(rows, 'row')}, ${roughDuration(secondsLeft)} left`;

/** What became of the rows, in a sentence or two. */
export function resultText({ rows, errors, truncated }: PredictedRows, output: string): string {
  return [
    l10n.t`${counted(rows, 'row')} predicted in ${output}.`,
    ...(errors > 0 ? [l10n.t`${counted(errors, 'row')} without a prediction: see the column "error".`] : []),
    ...(truncated > 0 ? [l10n.t`${counted(truncated, 'answer')} cut off by the budget of tokens.`] : []),
  ].join(' ');
}
