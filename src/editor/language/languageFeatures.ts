import * as vscode from 'vscode';
import { registerAnswerHighlight } from './answerHighlight';
import { registerCompletion } from './completion';
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

/** All language features of the editor, apart from findings and their fixes. */
export function registerLanguageFeatures(contexts: DocumentContexts): vscode.Disposable {
  return vscode.Disposable.from(
    registerCompletion(contexts),
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
