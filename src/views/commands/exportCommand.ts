import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { Failure } from '../../failure';
import type { RunRecord } from '../../runs/record/record';
import { exportChoices, type ExportChoice } from '../../use/export/exportChoices';
import { childEnvironment } from '../../runs/queue/launchQueueWorker';
import type { WatchedRun } from '../runs/runWatcher';

const formats = {
  peft: {
    label: () => l10n.t`PEFT Adapter`,
    description: () => l10n.t`adapter_config.json and adapter_model.safetensors`,
    detail: () => l10n.t`Opens in Python with PEFT.`,
  },
  onnx: {
    label: () => l10n.t`ONNX Model`,
    description: () => l10n.t`model.onnx with the prompt inside`,
    detail: () => l10n.t`Runs wherever ONNX Runtime does.`,
  },
  'transformers.js': {
    label: () => l10n.t`transformers.js Folder`,
    description: () => l10n.t`onnx/model.onnx with the prompt inside`,
    detail: () => l10n.t`Opens in Node and in a browser with transformers.js.`,
  },
  embeddings: {
    label: () => l10n.t`Prompt Embeddings`,
    description: () => l10n.t`virtual_tokens.safetensors and .npy`,
    detail: () => l10n.t`With a program that sends them to vLLM's completions API.`,
  },
  'tensorrt-llm': {
    label: () => l10n.t`TensorRT-LLM Prompt Table`,
    description: () => 'prompt_table.npy',
    detail: () => l10n.t`Loaded by its runners.`,
  },
  text: {
    label: () => l10n.t`Text`,
    description: () => l10n.t`a template, and messages as JSON`,
    detail: () => l10n.t`The prompt as a person reads it.`,
  },
} as const;

/** The formats, those that fit the run first, each with what it needs. */
export async function formatChoices(record: RunRecord): Promise<readonly FormatChoice[]> {
  return (await exportChoices(record)).map(({ format, needs, fits }) => {
    const { label, description, detail } = formats[format];
    return {
      format,
      label: fits ? label() : `$(warning) ${label()}`,
      description: description(),
      detail: `${detail()} ${needs}`,
    };
  });
}

interface FormatChoice extends vscode.QuickPickItem {
  readonly format: ExportChoice['format'];
}

/**
 * Writes a run's trained prompt for use elsewhere, in a process of its own, because a model may be large.
 * @param program the command line's bundle; the editor calls nothing that a person could not call by hand
 * @throws Failure "export-failed"
 */
export async function exportRun({ folder, record }: WatchedRun, program: string): Promise<void> {
  const chosen = await vscode.window.showQuickPick(formatChoices(record), {
    title: l10n.t`Export`,
    placeHolder: l10n.t`As what?`,
  });
  if (!chosen) return;
  const target = await vscode.window.showSaveDialog({
    title: l10n.t`Folder to write, new or empty`,
    saveLabel: l10n.t`Export Here`,
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
    { location: vscode.ProgressLocation.Notification, title: l10n.t`Exporting ${record.id}` },
    () => runExport(program, words),
  );
  const reveal = l10n.t`Reveal`;
  void vscode.window
    .showInformationMessage(l10n.t`Exported to ${target.fsPath}; its README says how to use it.`, reveal)
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
