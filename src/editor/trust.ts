import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { Failure } from '../failure';

/** What every refused command says, and the training form. */
export const trainingIsOff = (): string => l10n.t`Training is off in Restricted Mode.`;

/**
 * The one guard before work that Restricted Mode forbids: commands and the requests of pages are wrapped in it.
 * @param refusal says in a sentence what is not done
 * @returns the same work, which throws Failure "untrusted" for as long as nobody trusts the workspace
 */
export function whenTrusted<Given extends readonly unknown[], Result>(
  refusal: string,
  work: (...given: Given) => Result,
): (...given: Given) => Result {
  return (...given) => {
    if (!vscode.workspace.isTrusted) throw new Failure('untrusted', refusal, {}, l10n.t`Trust the workspace first.`);
    return work(...given);
  };
}
