import * as vscode from 'vscode';
import { checkTemplate } from '../template/check';
import type { Finding } from '../template/finding';
import { surroundingsOf } from './surroundings';

export const languageId = 'dotprompt';
const source = 'Prompt Tuner';

/** Long enough not to check at every key, short enough to feel immediate. */
const debounceMilliseconds = 250;

const severities = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
} as const;

/** The findings of open templates, as they are shown. */
export interface TemplateFindings extends vscode.Disposable {
  /** What was found in the document as it stands; nothing once it has been edited since. */
  of(document: vscode.TextDocument): readonly Finding[];
}

interface Checked {
  readonly version: number;
  readonly findings: readonly Finding[];
}

/** Checks open `.prompt` documents: at once when opened, after a pause when edited, and when a file beside them changes. */
export function registerDiagnostics(): TemplateFindings {
  const diagnostics = vscode.languages.createDiagnosticCollection('promptTuner');
  const checked = new Map<string, Checked>();
  const timers = new Map<string, NodeJS.Timeout>();

  const check = async (document: vscode.TextDocument) => {
    const { version } = document;
    const text = document.getText();
    const path = document.uri.fsPath;
    const findings = checkTemplate(text, path, document.uri.scheme === 'file' ? await surroundingsOf(text, path) : {});
    if (document.isClosed || document.version !== version) return;
    checked.set(document.uri.toString(), { version, findings });
    diagnostics.set(document.uri, findings.map((finding) => toDiagnostic(finding)));
  };

  const schedule = (document: vscode.TextDocument, milliseconds: number) => {
    if (document.languageId !== languageId) return;
    const key = document.uri.toString();
    clearTimeout(timers.get(key));
    timers.set(key, setTimeout(() => void check(document), milliseconds));
  };

  const forget = (document: vscode.TextDocument) => {
    const key = document.uri.toString();
    clearTimeout(timers.get(key));
    timers.delete(key);
    checked.delete(key);
    diagnostics.delete(document.uri);
  };

  const checkOpen = () => vscode.workspace.textDocuments.forEach((document) => schedule(document, debounceMilliseconds));

  // Data files and parts decide about findings as well.
  const neighbours = vscode.workspace.createFileSystemWatcher('**/*.{prompt,jsonl,ndjson,json,csv,tsv}');
  const listening = vscode.Disposable.from(
    diagnostics,
    neighbours,
    neighbours.onDidChange(checkOpen),
    neighbours.onDidCreate(checkOpen),
    neighbours.onDidDelete(checkOpen),
    vscode.workspace.onDidOpenTextDocument((document) => schedule(document, 0)),
    vscode.workspace.onDidChangeTextDocument(({ document }) => schedule(document, debounceMilliseconds)),
    vscode.workspace.onDidCloseTextDocument(forget),
  );
  vscode.workspace.textDocuments.forEach((document) => schedule(document, 0));

  return {
    of(document) {
      const last = checked.get(document.uri.toString());
      return last?.version === document.version ? last.findings : [];
    },
    dispose() {
      for (const timer of timers.values()) clearTimeout(timer);
      listening.dispose();
    },
  };
}

/** A finding as the Problems panel shows it. */
export function toDiagnostic(finding: Finding): vscode.Diagnostic {
  const { start, end } = finding.range;
  const range = new vscode.Range(start.line, start.column, end.line, end.column);
  const diagnostic = new vscode.Diagnostic(range, finding.message, severities[finding.severity]);
  diagnostic.source = source;
  diagnostic.code = finding.code;
  return diagnostic;
}
