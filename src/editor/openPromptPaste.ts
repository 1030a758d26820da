import * as vscode from 'vscode';
import { convertOpenPromptLine, looksLikeOpenPrompt } from '../template/import/importOpenPrompt';
import { analysisOfDocument } from './documentAnalysis';
import { languageId } from './language';

const plainText = 'text/plain';
const kind = vscode.DocumentDropOrPasteEditKind.Text.append('openPrompt');

/** Offers, when an OpenPrompt line is pasted, to paste what it is called here. */
export function registerOpenPromptPaste(): vscode.Disposable {
  return vscode.languages.registerDocumentPasteEditProvider(
    { language: languageId },
    {
      async provideDocumentPasteEdits(document, _ranges, pasted) {
        const text = await pasted.get(plainText)?.asString();
        if (text === undefined || !looksLikeOpenPrompt(text)) return undefined;
        const edit = new vscode.DocumentPasteEdit(
          convertPasted(text, document),
          'Paste OpenPrompt as a Template',
          kind,
        );
        // Beside the text as it is, not instead of it: one may want to quote such a line.
        edit.yieldTo = [vscode.DocumentDropOrPasteEditKind.Text];
        return [edit];
      },
    },
    { pasteMimeTypes: [plainText], providedPasteEditKinds: [kind] },
  );
}

/** Each line converted; the answer is called as the template's output field is. */
function convertPasted(text: string, document: vscode.TextDocument): string {
  const { output } = analysisOfDocument(document);
  return text
    .split(/(\r\n|\r|\n)/)
    .map((line, index) => (index % 2 === 0 ? convertOpenPromptLine(line, output?.name) : line))
    .join('');
}
