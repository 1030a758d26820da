import * as vscode from 'vscode';
import { documentationLink } from './documentation';
import { stepRefusals } from '../chat/stepLimit';
import { dataExtensions } from '../data/format';
import type { CheckElsewhere } from '../inspection/threads/checkThread';
import { checkTemplate } from '../template/check/check';
import type { TemplateContext } from '../template/read/templateContext';
import type { Finding } from '../template/text/finding';
import { checkClosedTemplates } from './closedTemplates';
import type { DocumentContexts } from './documentContexts';
import { languageId } from './languageId';
import { watchNewFolders } from './newFolders';
import { toRange } from './toEditor';

const source = 'Prompt Tuner';

/** Long enough not to check at every key, short enough to feel immediate. */
const debounceMilliseconds = 250;
/** A pause after which rows and tokens are checked as well. */
const restMilliseconds = 500;

const severities = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
} as const;

/** The findings of open templates, as they are shown. */
export interface TemplateFindings extends vscode.Disposable {
  /** The findings of the document in its current version; none once it has been edited since. */
  of(document: vscode.TextDocument): readonly Finding[];
  /** The finding as the Problems panel shows it. */
  shown(finding: Finding): vscode.Diagnostic;
  /** Checks the open templates again. */
  checkOpen(): void;
  /** Checks every template again, the open ones first, after another file has changed. */
  checkAgain(): void;
}

interface Checked {
  readonly version: number;
  readonly findings: readonly Finding[];
}

export interface DiagnosticsParts {
  readonly contexts: DocumentContexts;
  /** Checks a template whose chat template costs more than this process has time for. */
  readonly elsewhere: CheckElsewhere;
  /** Folder of a template's runs. */
  runsFolderOf(template: string): string;
}

/**
 * Checks open `.prompt` documents: at once when opened, after a pause when edited, and when a file beside them changes.
 * Rows and tokens follow when typing rests; the next edit stops them. Templates that are not open are checked in the
 * background.
 */
export function registerDiagnostics({ contexts, elsewhere, runsFolderOf }: DiagnosticsParts): TemplateFindings {
  const diagnostics = vscode.languages.createDiagnosticCollection('promptTuner');
  const checked = new Map<string, Checked>();
  const waiting = new Map<string, { readonly timer: NodeJS.Timeout; readonly controller: AbortController }>();

  const show = (document: vscode.TextDocument, context: TemplateContext) => {
    keep(document, checkTemplate(document.getText(), document.uri.fsPath, context));
  };
  const keep = (document: vscode.TextDocument, findings: readonly Finding[]) => {
    checked.set(document.uri.toString(), { version: document.version, findings });
    diagnostics.set(document.uri, findings.map(toDiagnostic));
  };

  const check = async (document: vscode.TextDocument, signal: AbortSignal) => {
    const context = await contexts.now(document);
    if (signal.aborted || document.isClosed) return;
    show(document, context);
    await rest(restMilliseconds, signal);
    const refusals = stepRefusals();
    const complete = await contexts.complete(document, signal);
    if (signal.aborted || document.isClosed) return;
    show(document, complete);
    // What this process has no time for is checked where it can be ended: at the next edit, if need be.
    if (stepRefusals() > refusals) await checkElsewhere(document, signal);
  };

  const checkElsewhere = async (document: vscode.TextDocument, signal: AbortSignal) => {
    const path = document.uri.fsPath;
    const template = { text: document.getText(), path, runsFolder: runsFolderOf(path) };
    // Where the thread dies, what was found here stands, and says what was not checked.
    const findings = await elsewhere(template, signal).catch(() => undefined);
    if (findings && !signal.aborted && !document.isClosed) keep(document, findings);
  };

  const cancel = (key: string) => {
    const last = waiting.get(key);
    clearTimeout(last?.timer);
    last?.controller.abort();
    waiting.delete(key);
  };

  const schedule = (document: vscode.TextDocument, milliseconds: number) => {
    if (document.languageId !== languageId) return;
    const key = document.uri.toString();
    cancel(key);
    const controller = new AbortController();
    const timer = setTimeout(() => {
      // An aborted check has been replaced by a newer one.
      check(document, controller.signal).catch((error: unknown) => {
        if (!controller.signal.aborted) throw error;
      });
    }, milliseconds);
    waiting.set(key, { timer, controller });
  };

  const isOpen = (uri: vscode.Uri) =>
    vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString() && !document.isClosed);
  const closed = checkClosedTemplates({
    isOpen,
    show: (uri, findings) => (findings ? diagnostics.set(uri, findings.map(toDiagnostic)) : diagnostics.delete(uri)),
  });
  /** What was said of a document stays with its file, while that is the template of the workspace that it was. */
  const forget = (document: vscode.TextDocument) => {
    const key = document.uri.toString();
    cancel(key);
    checked.delete(key);
    if (document.languageId === languageId) closed.take(document.uri, document.getText());
  };

  const checkOpen = () =>
    vscode.workspace.textDocuments.forEach((document) => schedule(document, debounceMilliseconds));
  const checkAgain = () => {
    checkOpen();
    closed.checkAgain();
  };

  // Findings also depend on data files and partials.
  const neighbours = vscode.workspace.createFileSystemWatcher(`**/*{.prompt,.txt,${dataExtensions.join()}}`);
  let again: NodeJS.Timeout | undefined;
  const checkSoon = () => {
    checkOpen();
    clearTimeout(again);
    again = setTimeout(() => closed.checkAgain(), restMilliseconds);
  };
  const ours = (uri: vscode.Uri) => {
    if (uri.path.includes('/.prompt-tuner/')) return;
    // A template by itself is looked at where it changes; others depend on data and partials.
    if (/\/[^_/][^/]*\.prompt$/.test(uri.path)) checkOpen();
    else checkSoon();
  };
  const listening = vscode.Disposable.from(
    diagnostics,
    closed,
    neighbours,
    neighbours.onDidChange(ours),
    neighbours.onDidCreate(ours),
    neighbours.onDidDelete(ours),
    watchNewFolders(checkSoon),
    vscode.workspace.onDidOpenTextDocument((document) => schedule(document, 0)),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0) schedule(document, debounceMilliseconds);
    }),
    vscode.workspace.onDidCloseTextDocument(forget),
  );
  vscode.workspace.textDocuments.forEach((document) => schedule(document, 0));

  return {
    of(document) {
      const last = checked.get(document.uri.toString());
      return last?.version === document.version ? last.findings : [];
    },
    shown: toDiagnostic,
    checkOpen,
    checkAgain,
    dispose() {
      for (const key of [...waiting.keys()]) cancel(key);
      clearTimeout(again);
      listening.dispose();
    },
  };
}

function toDiagnostic(finding: Finding): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(toRange(finding.range), finding.message, severities[finding.severity]);
  diagnostic.source = source;
  diagnostic.code = { value: finding.code, target: documentationLink(finding.code) };
  if (finding.unnecessary) diagnostic.tags = [vscode.DiagnosticTag.Unnecessary];
  return diagnostic;
}

/** Waits. @throws the signal's reason when it is aborted meanwhile */
function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}
