import { hostedModelOf } from '../../template/read/hostedModel';
import type { RunRecord } from '../../runs/record/record';

/** What stands beside answers that were only measured. */
export const notProducedHere = 'not produced here';

/** What answers from elsewhere are called: by a person since, or when they were added; undefined for other runs. */
export const givenTitle = ({ name, given }: Pick<RunRecord, 'name' | 'given'>): string | undefined =>
  given && `${name || given.name} (${notProducedHere})`;

/**
 * What a run's method is called: `soft`, or `soft, black box` where forward passes alone tuned it; `hard on
 * openai:NAME` where the model runs elsewhere; answers from elsewhere are called so.
 */
export function methodText({
  method,
  settings,
  model,
}: Pick<RunRecord, 'method' | 'settings'> & Partial<Pick<RunRecord, 'model'>>): string {
  if (method === 'answers') return `answers, ${notProducedHere}`;
  if (method === 'hard' && model && hostedModelOf(model.id)) return `hard on ${model.id}`;
  return settings.blackBox && method !== 'hard' ? `${method}, black box` : method;
}
