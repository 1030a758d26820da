import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { checkTemplate } from '../template/check/check';
import type { Finding } from '../template/text/finding';
import { withoutByteOrderMark } from '../template/text/byteOrderMark';
import { findTemplates, watchTemplates } from './templateFiles';
import { readTemplateContext } from '../workspace/readTemplateContext';

/** Templates that are looked at, of a larger workspace the first. */
const mostTemplates = 500;
/** The work takes at most this share of the time, so that typing is never felt to wait. */
const share = 0.25;
const shortestPause = 20;

export interface ClosedTemplatesParts {
  /** Whether an editor has the file open, which then says itself what is wrong with it. */
  isOpen(uri: vscode.Uri): boolean;
  /** Shows what is wrong with a file; undefined where it is gone. */
  show(uri: vscode.Uri, findings: readonly Finding[] | undefined): void;
}

export interface ClosedTemplates extends vscode.Disposable {
  /** Takes a file over whose editor was closed. @param text that its findings are of */
  take(uri: vscode.Uri, text: string): void;
  /** Looks at all of them again, after another file has changed. */
  checkAgain(): void;
}

/**
 * Says what is wrong with the templates of the workspace that no editor has open, so that the *Templates* view and the
 * Problems panel know of them: errors and warnings, without what only the tokenizer tells. In the background, one file
 * after the other; a text that has not changed is not checked again.
 */
export function checkClosedTemplates({ isOpen, show }: ClosedTemplatesParts): ClosedTemplates {
  /** The text that the findings shown of a file are of. */
  const known = new Map<string, string>();
  const waiting = new Map<string, { readonly uri: vscode.Uri; readonly force: boolean }>();
  const disposal = new AbortController();
  let working = false;

  const look = async ({ uri, force }: { readonly uri: vscode.Uri; readonly force: boolean }) => {
    if (isOpen(uri)) return;
    const text = await readFile(uri.fsPath, 'utf8').then(withoutByteOrderMark, () => undefined);
    if (text === undefined) {
      known.delete(uri.toString());
      return show(uri, undefined);
    }
    if (!force && known.get(uri.toString()) === text) return;
    const context = await readTemplateContext(text, uri.fsPath, { rows: true, signal: disposal.signal });
    if (isOpen(uri)) return;
    known.set(uri.toString(), text);
    show(
      uri,
      checkTemplate(text, uri.fsPath, context).filter(({ severity }) => severity !== 'information'),
    );
  };
  const work = async () => {
    if (working) return;
    working = true;
    try {
      for (;;) {
        const [next] = waiting;
        if (!next || disposal.signal.aborted) return;
        waiting.delete(next[0]);
        const began = performance.now();
        await look(next[1]).catch(() => undefined);
        await pause(Math.max(shortestPause, (performance.now() - began) / share));
      }
    } finally {
      working = false;
    }
  };
  const enqueue = (uri: vscode.Uri, force: boolean) => {
    if (!isTemplate(uri)) return;
    const before = waiting.get(uri.toString());
    waiting.set(uri.toString(), { uri, force: force || before?.force === true });
    void work();
  };
  const all = async (force: boolean) => {
    try {
      const found = await findTemplates(mostTemplates);
      if (!disposal.signal.aborted) for (const uri of found) enqueue(uri, force);
    } catch {
      // A workspace that cannot be searched has its templates checked as they are opened.
    }
  };

  const lookAgain = () => {
    for (const uri of known.keys()) enqueue(vscode.Uri.parse(uri), false);
    void all(false);
  };
  const files = watchTemplates((uri) => (uri ? enqueue(uri, false) : lookAgain()), { edits: true });
  void all(false);
  return {
    take(uri, text) {
      if (!isTemplate(uri)) return show(uri, undefined);
      known.set(uri.toString(), text);
      enqueue(uri, false);
    },
    checkAgain: () => void all(true),
    dispose() {
      disposal.abort();
      files.dispose();
    },
  };
}

/** A template of the workspace; parts of others say nothing by themselves. */
function isTemplate(uri: vscode.Uri): boolean {
  return (
    uri.scheme === 'file' &&
    /\/(?!_)[^/]*\.prompt$/.test(uri.path) &&
    !/\/(?:node_modules|\.prompt-tuner)\//.test(uri.path) &&
    vscode.workspace.getWorkspaceFolder(uri) !== undefined
  );
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
