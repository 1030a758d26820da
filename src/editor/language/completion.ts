import * as vscode from 'vscode';
import { completeAt } from '../../template/language/completion';
import type { CompletionItem, CompletionKind } from '../../template/language/completionItem';
import type { TemplateContext } from '../../template/read/templateContext';
import type { DocumentContexts } from '../documentContexts';
import { languageId } from '../languageId';
import { toRange } from '../toEditor';

/** Characters after which an editor asks for completions by itself. */
const completionTriggers: readonly string[] = ['{', '#', '/', '>', ' ', '.', ':', '"', '[', ','];

const kinds: Readonly<Record<CompletionKind, vscode.CompletionItemKind>> = {
  setting: vscode.CompletionItemKind.Property,
  value: vscode.CompletionItemKind.EnumMember,
  model: vscode.CompletionItemKind.Module,
  file: vscode.CompletionItemKind.File,
  column: vscode.CompletionItemKind.Field,
  variable: vscode.CompletionItemKind.Variable,
  helper: vscode.CompletionItemKind.Function,
  block: vscode.CompletionItemKind.Keyword,
  partial: vscode.CompletionItemKind.Reference,
  label: vscode.CompletionItemKind.Constant,
  attribute: vscode.CompletionItemKind.Property,
};

/** A model that runs elsewhere: its name in a template, and a few words. */
export interface OfferedModel {
  readonly name: string;
  readonly details: string;
}

/** Proposes keys, values and names while a template is written, whether or not it parses. */
export function registerCompletion(
  contexts: DocumentContexts,
  offeredModels: () => Promise<readonly OfferedModel[]>,
): vscode.Disposable {
  return vscode.languages.registerCompletionItemProvider(
    { language: languageId },
    {
      async provideCompletionItems(document, position, token) {
        const context = await contexts.now(document);
        // Endpoints are asked for their models only by who is about to name one.
        const isModel = /^\s*model\s*:/.test(document.lineAt(position.line).text);
        const offered = isModel && vscode.workspace.isTrusted ? await offeredModels() : [];
        if (token.isCancellationRequested) return undefined;
        const known = withModels(context, offered);
        return completeAt(document.getText(), document.offsetAt(position), known).map(toItem);
      },
    },
    ...completionTriggers,
  );
}

function withModels(context: TemplateContext, offered: readonly OfferedModel[]): TemplateContext {
  if (offered.length === 0) return context;
  return {
    ...context,
    models: [...(context.models ?? []), ...offered.map(({ name }) => name)],
    modelDetails: {
      ...context.modelDetails,
      ...Object.fromEntries(offered.map(({ name, details }) => [name, details])),
    },
  };
}

function toItem(
  { label, insert, snippet, kind, detail, documentation, range }: CompletionItem,
  index: number,
): vscode.CompletionItem {
  const item = new vscode.CompletionItem({ label, description: detail }, kinds[kind]);
  item.insertText = snippet ? new vscode.SnippetString(insert) : insert;
  item.range = toRange(range);
  item.filterText = label;
  // Proposals come in the order of their use, which the editor would replace by the alphabet's.
  item.sortText = String(index).padStart(4, '0');
  if (documentation !== undefined) item.documentation = new vscode.MarkdownString(documentation);
  return item;
}
