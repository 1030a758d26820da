import { dirname } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { QueueClient } from '../../cluster/queueClient';
import { isText, listOf, object } from '../../channel/guards';
import { Failure } from '../../failure';
import { refusalText } from '../../tools/agentTool';
import { callTool, confirmationOf } from '../../tools/callTool';
import { toolPrefix } from '../../tools/contribution';
import type { Workplace } from '../../tools/workplace';
import type { RunWatcher } from '../runs/runWatcher';

export interface AgentParts {
  readonly client: QueueClient;
  readonly watcher: Pick<RunWatcher, 'refresh'>;
}

const isManifest = object({ contributes: object({ languageModelTools: listOf(object({ name: isText })) }) });

/**
 * Offers the tools that package.json names to every agent of the window. What they do is loaded at the first call.
 * @param manifest package.json of the extension
 */
export function registerLanguageModelTools(manifest: unknown, parts: AgentParts): vscode.Disposable {
  const names = isManifest(manifest) ? manifest.contributes.languageModelTools.map(({ name }) => name) : [];
  return vscode.Disposable.from(
    ...names.map((name) => vscode.lm.registerTool(name, languageModelTool(name.slice(toolPrefix.length), parts))),
  );
}

function languageModelTool(name: string, parts: AgentParts): vscode.LanguageModelTool<object> {
  return {
    async prepareInvocation({ input }, token) {
      const asked = await withWords(() => confirmationOf(name, input, workplace(parts), signalOf(token)));
      return (
        asked && { confirmationMessages: { title: asked.title, message: new vscode.MarkdownString(asked.message) } }
      );
    },
    async invoke({ input }, token) {
      const said = await withWords(() => callTool(name, input, workplace(parts), { signal: signalOf(token) }));
      await parts.watcher.refresh();
      return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(said)]);
    },
  };
}

/** An error's message is all that a model learns of it. */
async function withWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new Error(refusalText(error), { cause: error });
  }
}

function signalOf(token: vscode.CancellationToken): AbortSignal {
  const aborting = new AbortController();
  if (token.isCancellationRequested) aborting.abort();
  token.onCancellationRequested(() => aborting.abort());
  return aborting.signal;
}

/** The window as a place to work in. */
function workplace({ client }: AgentParts): Workplace {
  return {
    folders: (vscode.workspace.workspaceFolders ?? [])
      .filter(({ uri }) => uri.scheme === 'file')
      .map(({ uri }) => uri.fsPath),
    isTrusted: vscode.workspace.isTrusted,
    queue: client,
    read: async (path) => openDocument(path)?.getText() ?? (await textOf(path)),
    async save(path) {
      const document = openDocument(path);
      if (document?.isDirty && !(await document.save()))
        throw new Failure(
          'template-unsaved',
          l10n.t`The template has changes that could not be saved.`,
          { file: path },
          l10n.t`Ask the person to save it.`,
        );
    },
  };
}

const openDocument = (path: string): vscode.TextDocument | undefined =>
  vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'file' && uri.fsPath === path);

async function textOf(path: string): Promise<string> {
  try {
    return (await vscode.workspace.openTextDocument(path)).getText();
  } catch {
    throw new Failure(
      'template-missing',
      l10n.t`The template cannot be read.`,
      { file: path },
      l10n.t`Look into ${dirname(path)}.`,
    );
  }
}
