import * as vscode from 'vscode';
import { readTemplateContext } from '../workspace/readTemplateContext';
import { namedFiles } from '../template/read/dataFiles';
import type { TemplateContext } from '../template/read/templateContext';
import { analysisOfDocument } from './documentAnalysis';

/** The contexts of open templates, for every feature of the editor. */
export interface DocumentContexts extends vscode.Disposable {
  /** The context as last read, without reading anything. */
  known(document: vscode.TextDocument): TemplateContext;
  /** Files, columns and models as they are now, with rows and tokens as last read; fast enough for typing. */
  now(document: vscode.TextDocument): Promise<TemplateContext>;
  /**
   * The whole context: rows, tokenizer and runs too; what has not changed is not read again.
   * @throws the signal's reason once it is aborted
   */
  complete(document: vscode.TextDocument, signal: AbortSignal): Promise<TemplateContext>;
  /** Fires after rows, tokens or runs were read. */
  readonly onDidChange: vscode.Event<vscode.Uri>;
}

/** Model, data files and output of a document: on these its rows and tokens depend. */
function sourcesOf(document: vscode.TextDocument): string {
  const analysis = analysisOfDocument(document);
  // Which rows a share takes depends on what the template reads.
  const files = namedFiles(analysis).map(({ split, file, how }) => [split, file, how]);
  return JSON.stringify([analysis.frontMatter.value.model, files, analysis.output?.name]);
}

/** @param runsFolderOf folder of a template's runs */
export function createDocumentContexts(runsFolderOf: (template: string) => string): DocumentContexts {
  const last = new Map<string, TemplateContext>();
  /** The sources from which rows and tokens were last read; for other sources they do not hold. */
  const sources = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const closing = vscode.workspace.onDidCloseTextDocument(({ uri }) => {
    last.delete(uri.toString());
    sources.delete(uri.toString());
  });
  const known = (document: vscode.TextDocument) => last.get(document.uri.toString()) ?? {};
  const keep = (document: vscode.TextDocument, context: TemplateContext): TemplateContext => {
    if (!document.isClosed) last.set(document.uri.toString(), context);
    return context;
  };

  return {
    known,
    async now(document) {
      // Only a saved file has other files beside it.
      if (document.uri.scheme !== 'file') return {};
      const found = await readTemplateContext(document.getText(), document.uri.fsPath);
      const before = known(document);
      const stillTrue = sources.get(document.uri.toString()) === sourcesOf(document) ? before : {};
      return keep(document, { ...stillTrue, ...found, lastRuns: before.lastRuns });
    },
    async complete(document, signal) {
      if (document.uri.scheme !== 'file') return {};
      const path = document.uri.fsPath;
      const looked = sourcesOf(document);
      const context = await readTemplateContext(document.getText(), path, {
        rows: true,
        tokens: true,
        runsFolder: runsFolderOf(path),
        signal,
      });
      keep(document, context);
      sources.set(document.uri.toString(), looked);
      changed.fire(document.uri);
      return context;
    },
    onDidChange: changed.event,
    dispose() {
      closing.dispose();
      changed.dispose();
      last.clear();
    },
  };
}
