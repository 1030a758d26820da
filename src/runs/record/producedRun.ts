import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import type { Method } from '../../template/settings/settings';
import type { RunRecord } from './record';

/** The method that the settings of a run are resolved for: answers from elsewhere have those of a text alone. */
export const settingsMethod = ({ method }: Pick<RunRecord, 'method'>): Method =>
  method === 'answers' ? 'hard' : method;

/** A run that one of the methods made. */
export type ProducedRun = RunRecord & { readonly method: Method };

/**
 * Says whether a run has a prompt that can be worked with.
 * @param location its folder
 * @param work what needs one, as the end of "there is nothing to …"
 * @throws Failure "not-produced-here" for answers from elsewhere
 */
export function requireProduced(record: RunRecord, location: string, work: string): asserts record is ProducedRun {
  if (record.method !== 'answers') return;
  throw new Failure(
    'not-produced-here',
    l10n.t`The run ${record.id} holds answers that were not produced here: there is nothing to ${work}.`,
    { file: location },
    l10n.t`Choose a run of hard, soft, v1 or v2.`,
  );
}
