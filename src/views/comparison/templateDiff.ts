import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { findPartial } from '../../template/read/partials';
import { templateName } from '../../template/read/templateName';
import { withLineFeeds } from '../../template/text/lineFeeds';
import { methodTitles } from '../../words/methodTitles';
import { runTitle } from '../runs/runText';
import type { WatchedRun } from '../runs/runWatcher';

/**
 * Documents of this scheme are a template as it stood when the run in their query began, or the partial of it that the
 * fragment names.
 */
const scheme = 'prompt-tuner-template';

/** Lets the editor compare the templates of two runs. @param find a run by its id */
export function registerTemplateDiff(find: (run: string) => WatchedRun | undefined): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(scheme, {
    provideTextDocumentContent({ query, fragment }) {
      const template = find(query)?.record.template;
      return (fragment === '' ? template?.text : template?.partials?.[fragment]) ?? '';
    },
  });
}

export async function diffTemplates(left: WatchedRun, right: WatchedRun): Promise<void> {
  const [before, after] = [left, right].map((run) => textOf(run));
  await vscode.commands.executeCommand('vscode.diff', before, after, `${describe(left)} ↔ ${describe(right)}`);
}

/** Shows the text that a run was measured with beside the file as it is now: the partial, where that alone changed. */
export async function showText(run: WatchedRun): Promise<void> {
  const { path, text, partials = {} } = run.record.template;
  const now = await textNow(path);
  const changed =
    now !== undefined && withLineFeeds(now) === withLineFeeds(text) ? await changedPartial(path, partials) : undefined;
  const [before, after] = changed
    ? [textOf(run, changed.name), vscode.Uri.file(changed.path)]
    : [textOf(run), vscode.Uri.file(path)];
  const name = changed ? `_${changed.name}` : templateName(path);
  await vscode.commands.executeCommand(
    'vscode.diff',
    before,
    after,
    l10n.t`${name}: text of ${runTitle(run.record)} ↔ now`,
  );
}

async function changedPartial(
  path: string,
  partials: Readonly<Record<string, string>>,
): Promise<{ readonly name: string; readonly path: string } | undefined> {
  for (const [name, before] of Object.entries(partials)) {
    const file = findPartial(path, name);
    const now = file === undefined ? undefined : await textNow(file);
    if (file !== undefined && now !== undefined && withLineFeeds(now) !== withLineFeeds(before))
      return { name, path: file };
  }
  return undefined;
}

/** The text of a file as the editor has it, saved or not; undefined where there is none. */
async function textNow(path: string): Promise<string | undefined> {
  try {
    return (await vscode.workspace.openTextDocument(vscode.Uri.file(path))).getText();
  } catch {
    return undefined;
  }
}

function textOf({ record }: WatchedRun, partial = ''): vscode.Uri {
  const name = partial === '' ? templateName(record.template.path) : `_${partial}`;
  return vscode.Uri.from({ scheme, path: `/${name}.prompt`, query: record.id, fragment: partial });
}

function describe({ record }: WatchedRun): string {
  return `${templateName(record.template.path)} (${methodTitles[record.method]})`;
}
