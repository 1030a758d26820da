import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { exportFits, type ExportFit } from '../../adapters/exportFits';
import { Failure } from '../../failure';
import type { RunRecord } from '../../runs/record/record';
import { childEnvironment } from '../process/launchQueueWorker';
import type { WatchedRun } from '../runs/runWatcher';

const formats = {
  peft: {
    label: 'PEFT Adapter',
    description: 'adapter_config.json and adapter_model.safetensors',
    detail: 'Opens in Python with PEFT.',
  },
  onnx: {
    label: 'ONNX Model',
    description: 'model.onnx with the prompt inside',
    detail: 'Runs wherever ONNX Runtime does.',
  },
} as const;

/** The formats, the one that fits the model first, each with what it needs. */
export async function formatChoices(model: RunRecord['model']): Promise<readonly FormatChoice[]> {
  return (await exportFits(model)).map(({ format, needs, fits }) => {
    const { label, description, detail } = formats[format];
    return { format, label: fits ? label : `$(warning) ${label}`, description, detail: `${detail} ${needs}` };
  });
}

interface FormatChoice extends vscode.QuickPickItem {
  readonly format: ExportFit['format'];
}

/**
 * Writes a run's trained prompt for use elsewhere, in a process of its own, because a model may be large.
 * @param program the command line's bundle; the editor calls nothing that a person could not call by hand
 * @throws Failure "export-failed"
 */
export async function exportRun({ folder, record }: WatchedRun, program: string): Promise<void> {
  const chosen = await vscode.window.showQuickPick(formatChoices(record.model), {
    title: 'Export',
    placeHolder: 'As what?',
  });
  if (!chosen) return;
  const target = await vscode.window.showSaveDialog({
    title: 'Folder to write, new or empty',
    saveLabel: 'Export Here',
    defaultUri: vscode.Uri.file(join(dirname(record.template.path), `${record.id}-${chosen.format}`)),
  });
  if (!target) return;
  const words = [
    'export',
    folder,
    '--format',
    chosen.format,
    '--to',
    target.fsPath,
    '--runs',
    dirname(folder),
    '--json',
  ];
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Exporting ${record.id}` },
    () => runExport(program, words),
  );
  const reveal = 'Reveal';
  void vscode.window
    .showInformationMessage(`Exported to ${target.fsPath}; use.py in it uses it, and its README says how.`, reveal)
    .then((answer) => answer && vscode.commands.executeCommand('revealFileInOS', target));
}

function runExport(program: string, words: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { env: childEnvironment(process.env), maxBuffer: 1e7 };
    execFile(process.execPath, [program, ...words], options, (error, _, stderr) => {
      if (error) reject(new Failure('export-failed', stderr.trim() || error.message));
      else resolve();
    });
  });
}
