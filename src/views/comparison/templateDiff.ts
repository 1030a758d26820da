import * as vscode from 'vscode';
import { templateName } from '../../template/read/templateName';
import type { WatchedRun } from '../runs/runWatcher';

/** Documents of this scheme are a template as it stood when the run in their query began. */
const scheme = 'prompt-tuner-template';

/** Lets the editor compare the templates of two runs. @param find a run by its id */
export function registerTemplateDiff(find: (run: string) => WatchedRun | undefined): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(scheme, {
    provideTextDocumentContent: ({ query }) => find(query)?.record.template.text ?? '',
  });
}

export async function diffTemplates(left: WatchedRun, right: WatchedRun): Promise<void> {
  const [before, after] = [left, right].map(({ record }) =>
    vscode.Uri.from({ scheme, path: `/${templateName(record.template.path)}.prompt`, query: record.id }),
  );
  await vscode.commands.executeCommand('vscode.diff', before, after, `${describe(left)} ↔ ${describe(right)}`);
}

function describe({ record }: WatchedRun): string {
  return `${templateName(record.template.path)} (${record.method})`;
}
