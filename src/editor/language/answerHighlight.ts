import * as vscode from 'vscode';
import { rangeOf } from '../../template/text/position';
import { analysisOfDocument } from '../documentAnalysis';
import { languageId } from '../languageId';
import { toRange } from '../toEditor';

const legend = new vscode.SemanticTokensLegend(['answerSlot']);

/** Highlights the answer slot: the schema decides which variable it is, so a grammar cannot. */
export function registerAnswerHighlight(): vscode.Disposable {
  return vscode.languages.registerDocumentSemanticTokensProvider(
    { language: languageId },
    {
      provideDocumentSemanticTokens(document) {
        const builder = new vscode.SemanticTokensBuilder(legend);
        const { answerSlot, lines } = analysisOfDocument(document);
        const range = answerSlot && toRange(rangeOf(lines, answerSlot.span));
        // A token may not go over the end of its line.
        if (range?.isSingleLine) builder.push(range, 'answerSlot');
        return builder.build();
      },
    },
    legend,
  );
}
