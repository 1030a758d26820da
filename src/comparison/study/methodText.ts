import * as l10n from '@vscode/l10n';
import { hostedModelOf } from '../../template/read/hostedModel';
import type { RunRecord } from '../../runs/record/record';

/** What stands beside answers that were only measured. */
export const notProducedHere = (): string => l10n.t`not produced here`;

/** What answers from elsewhere are called: by a person since, or when they were added; undefined for other runs. */
export const givenTitle = ({ name, given }: Pick<RunRecord, 'name' | 'given'>): string | undefined =>
  given && l10n.t`${name || given.name} (not produced here)`;

/**
 * What a run's method is called: `soft`, or `soft, black box` where forward passes alone tuned it; `hard on
 * openai:NAME` where the model runs elsewhere; answers from elsewhere are called so.
 */
export function methodText({
  method,
  settings,
  model,
}: Pick<RunRecord, 'method' | 'settings'> & Partial<Pick<RunRecord, 'model'>>): string {
  if (method === 'answers') return l10n.t`answers, not produced here`;
  if (method === 'hard' && model && hostedModelOf(model.id)) return l10n.t`hard on ${model.id}`;
  return settings.blackBox && method !== 'hard' ? l10n.t`${method}, black box` : method;
}
