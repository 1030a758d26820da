import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { Failure } from '../../failure';
import type { RunRecord } from '../../runs/record/record';
import { exportChoices, type ExportChoice } from '../../use/export/exportChoices';
import { childEnvironment } from '../../runs/queue/launchQueueWorker';
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
  'transformers.js': {
    label: 'transformers.js Folder',
    description: 'onnx/model.onnx with the prompt inside',
    detail: 'Opens in Node and in a browser with transformers.js.',
  },
  embeddings: {
    label: 'Prompt Embeddings',
    description: 'virtual_tokens.safetensors and .npy',
    detail: "With a program that sends them to vLLM's completions API.",
  },
  'tensorrt-llm': {
    label: 'TensorRT-LLM Prompt Table',
    description: 'prompt_table.npy',
    detail: 'Loaded by its runners.',
  },
  text: {
    label: 'Text',
    description: 'a template, and messages as JSON',
    detail: 'The prompt as a person reads it.',
  },
} as const;

/** The formats, those that fit the run first, each with what it needs. */
export async function formatChoices(record: RunRecord): Promise<readonly FormatChoice[]> {
  return (await exportChoices(record)).map(({ format, needs, fits }) => {
    const { label, description, detail } = formats[format];
    return { format, label: fits ? label : `$(warning) ${label}`, description, detail: `${detail} ${needs}` };
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
    .showInformationMessage(`Exported to ${target.fsPath}; its README says how to use it.`, reveal)
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
