import * as vscode from 'vscode';
import { foldsOf } from '../../template/language/folding';
import { symbolsOf, type SymbolKind, type TemplateSymbol } from '../../template/language/symbols';
import { languageId } from '../languageId';
import { toRange } from '../toEditor';

const kinds: Readonly<Record<SymbolKind, vscode.SymbolKind>> = {
  frontMatter: vscode.SymbolKind.Namespace,
  setting: vscode.SymbolKind.Property,
  field: vscode.SymbolKind.Field,
  label: vscode.SymbolKind.EnumMember,
  file: vscode.SymbolKind.File,
  block: vscode.SymbolKind.Object,
  instruction: vscode.SymbolKind.String,
  soft: vscode.SymbolKind.Array,
  partial: vscode.SymbolKind.Module,
  role: vscode.SymbolKind.Interface,
  answer: vscode.SymbolKind.Event,
};

const foldKinds = { comment: vscode.FoldingRangeKind.Comment, region: vscode.FoldingRangeKind.Region } as const;

/** The outline of a template, and what of it can be folded. */
export function registerOutline(): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.languages.registerDocumentSymbolProvider(
      { language: languageId },
      {
        provideDocumentSymbols: (document) => symbolsOf(document.getText()).map(toSymbol),
      },
      { label: 'Prompt Tuner' },
    ),
    vscode.languages.registerFoldingRangeProvider(
      { language: languageId },
      {
        provideFoldingRanges: (document) =>
          foldsOf(document.getText()).map(
            ({ startLine, endLine, kind }) => new vscode.FoldingRange(startLine, endLine, kind && foldKinds[kind]),
          ),
      },
    ),
  );
}

function toSymbol({ name, detail, kind, range, selectionRange, children }: TemplateSymbol): vscode.DocumentSymbol {
  // The editor refuses a symbol without a name, which an empty pair of braces would have.
  const symbol = new vscode.DocumentSymbol(name || '…', detail, kinds[kind], toRange(range), toRange(selectionRange));
  symbol.children = children.map(toSymbol);
  return symbol;
}
