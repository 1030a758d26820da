import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { convertOpenPromptLine, looksLikeOpenPrompt } from '../../template/import/openPrompt/importOpenPrompt';
import { analysisOfDocument } from '../documentAnalysis';
import { languageId } from '../languageId';

const plainText = 'text/plain';
const kind = vscode.DocumentDropOrPasteEditKind.Text.append('openPrompt');

/** Offers, when OpenPrompt lines are pasted, to paste them as Handlebars. */
export function registerOpenPromptPaste(): vscode.Disposable {
  return vscode.languages.registerDocumentPasteEditProvider(
    { language: languageId },
    {
      async provideDocumentPasteEdits(document, _ranges, pasted) {
        const text = await pasted.get(plainText)?.asString();
        if (text === undefined || !looksLikeOpenPrompt(text)) return undefined;
        const edit = new vscode.DocumentPasteEdit(
          convertPasted(text, document),
          l10n.t`Paste OpenPrompt as a Template`,
          kind,
        );
        // Offered in addition to plain text, which remains the default: a person may want to quote such a line.
        edit.yieldTo = [vscode.DocumentDropOrPasteEditKind.Text];
        return [edit];
      },
    },
    { pasteMimeTypes: [plainText], providedPasteEditKinds: [kind] },
  );
}

/** Converts each line; the answer gets the name of the template's output field. */
function convertPasted(text: string, document: vscode.TextDocument): string {
  const { output } = analysisOfDocument(document);
  return text
    .split(/(\r\n|\r|\n)/)
    .map((line, index) => (index % 2 === 0 ? convertOpenPromptLine(line, output?.name) : line))
    .join('');
}
