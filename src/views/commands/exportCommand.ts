import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { Failure } from '../../failure';
import type { WatchedRun } from '../runs/runWatcher';

const formats = [
  {
    label: 'PEFT Adapter',
    description: 'adapter_config.json and adapter_model.safetensors',
    detail: 'Opens in Python with PEFT; what PEFT cannot express lies beside it.',
    format: 'peft',
  },
  {
    label: 'ONNX Model',
    description: 'model.onnx with the prompt inside',
    detail: 'Runs wherever ONNX Runtime does.',
    format: 'onnx',
  },
] as const;

/**
 * Writes a run's trained prompt for use elsewhere, in a process of its own, because a model may be large.
 * @param cli the command line's bundle; the editor calls nothing that a person could not call by hand
 */
export async function exportRun(
  { folder, record }: WatchedRun,
  { cli, environment }: { readonly cli: string; readonly environment: NodeJS.ProcessEnv },
): Promise<void> {
  const chosen = await vscode.window.showQuickPick(formats, { title: 'Export', placeHolder: 'As what?' });
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
    () => runCli(cli, words, environment),
  );
  const reveal = 'Reveal';
  void vscode.window
    .showInformationMessage(`Exported to ${target.fsPath}; its README says how to use it.`, reveal)
    .then((answer) => answer && vscode.commands.executeCommand('revealFileInOS', target));
}

function runCli(cli: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [cli, ...words], { env, maxBuffer: 1e7 }, (error, _, stderr) => {
      if (error) reject(new Failure('export-failed', stderr.trim() || error.message));
      else resolve();
    });
  });
}
