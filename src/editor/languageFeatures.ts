import * as vscode from 'vscode';
import { registerAnswerHighlight } from './answerHighlight';
import { registerCompletion } from './completion';
import type { DocumentFacts } from './documentFacts';
import { registerFormatting } from './formatting';
import { registerHover } from './hover';
import { registerInlayHints } from './inlayHints';
import { registerLenses } from './lenses';
import { registerNavigation } from './navigation';
import { registerOccurrences } from './occurrences';
import { registerOpenPromptPaste } from './openPromptPaste';
import { registerOutline } from './outline';
import { registerRename } from './rename';

/** Everything that the editor knows of the language, apart from findings and their fixes. */
export function registerLanguageFeatures(facts: DocumentFacts): vscode.Disposable {
  return vscode.Disposable.from(
    registerCompletion(facts),
    registerHover(facts),
    registerLenses(facts),
    registerInlayHints(facts),
    registerOutline(),
    registerNavigation(),
    registerRename(facts),
    registerOccurrences(facts),
    registerFormatting(),
    registerAnswerHighlight(),
    registerOpenPromptPaste(),
  );
}
