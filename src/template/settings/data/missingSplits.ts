import * as l10n from '@vscode/l10n';
import type { WrittenData } from './dataShares';

/** What it costs a training that no rows are kept for dev or test, in a sentence; undefined where both are there. */
export function costOfMissing({ train, dev, test }: WrittenData): string | undefined {
  if (train === undefined || (dev !== undefined && test !== undefined)) return undefined;
  if (dev === undefined && test === undefined)
    return l10n.t`No rows are held out: the last step is kept instead of the best, and the numbers are those of rows \
that were trained on, which say nothing of others. ${remedy()}`;
  return dev === undefined
    ? l10n.t`Without dev the last step is kept instead of the best. ${remedy()}`
    : l10n.t`Without test the final numbers come from dev, which also chooses what is kept: on other rows it does \
worse. ${remedy()}`;
}

const remedy = () => l10n.t`Name a file, or write a share such as 15%.`;
