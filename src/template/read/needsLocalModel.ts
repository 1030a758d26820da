import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import { hostedModelOf } from './hostedModel';
import { modelLocation } from './modelLocation';
import type { PromptTemplate } from './template';

/** Says in one sentence that something takes a model that runs here. @param what as the beginning of it */
export function needsLocalModel(what: string, { model, ...template }: PromptTemplate): Failure {
  return new Failure(
    'endpoint-method',
    l10n.t`${what} a model that runs here, and "${model}" runs elsewhere: only a hard prompt can be measured there.`,
    modelLocation(template),
    l10n.t`Choose the method hard, or name a model of this machine.`,
  );
}

/** Says whether a method can be used with the model of a template. @throws Failure "endpoint-method" */
export function requireMethodThere(template: PromptTemplate, method: string): void {
  if (method !== 'hard' && hostedModelOf(template.model))
    throw needsLocalModel(l10n.t`The method ${method} needs`, template);
}
