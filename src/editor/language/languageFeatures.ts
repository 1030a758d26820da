import * as vscode from 'vscode';
import { registerAnswerHighlight } from './answerHighlight';
import { registerCompletion, type OfferedModel } from './completion';
import type { DocumentContexts } from '../documentContexts';
import { registerFormatting } from './formatting';
import { registerHover } from './hover';
import { registerInlayHints } from './inlayHints';
import { registerLenses } from './lenses';
import { registerNavigation } from './navigation';
import { registerOccurrences } from './occurrences';
import { registerOpenPromptPaste } from './openPromptPaste';
import { registerOutline } from './outline';
import { registerRename } from './rename';

/**
 * All language features of the editor, apart from findings and their fixes.
 * @param offeredModels the models elsewhere that a template can name
 */
export function registerLanguageFeatures(
  contexts: DocumentContexts,
  offeredModels: () => Promise<readonly OfferedModel[]>,
): vscode.Disposable {
  return vscode.Disposable.from(
    registerCompletion(contexts, offeredModels),
    registerHover(contexts),
    registerLenses(contexts),
    registerInlayHints(contexts),
    registerOutline(),
    registerNavigation(),
    registerRename(contexts),
    registerOccurrences(contexts),
    registerFormatting(),
    registerAnswerHighlight(),
    registerOpenPromptPaste(),
  );
}
