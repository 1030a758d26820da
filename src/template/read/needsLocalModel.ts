import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import { hostedModelOf } from './hostedModel';
import { modelLocation } from './modelLocation';
import type { PromptTemplate } from './template';

/** Says in one sentence that something takes a model that runs here. @param what a method, or virtual tokens */
export function needsLocalModel(
  what: { readonly method: string } | 'virtualTokens',
  { model, ...template }: PromptTemplate,
): Failure {
  const soft = '{{soft}}';
  return new Failure(
    'endpoint-method',
    what === 'virtualTokens'
      ? l10n.t`Virtual tokens (${soft}) need a model that runs here, and "${model}" runs elsewhere: only a hard \
prompt can be measured there.`
      : l10n.t`The method ${what.method} needs a model that runs here, and "${model}" runs elsewhere: only a hard \
prompt can be measured there.`,
    modelLocation(template),
    l10n.t`Choose the method hard, or name a model of this machine.`,
  );
}

/** Says whether a method can be used with the model of a template. @throws Failure "endpoint-method" */
export function requireMethodThere(template: PromptTemplate, method: string): void {
  if (method !== 'hard' && hostedModelOf(template.model)) throw needsLocalModel({ method }, template);
}
