import * as l10n from '@vscode/l10n';
import { readingRules } from '../../fileAccess';
import type { Finding } from '../../template/text/finding';
import { checkSide, type CheckRequest } from './checkContract';
import { askThread } from './questionThread';

/**
 * Checks a template where nobody waits for its chat template; may read what this process may.
 * @throws the signal's reason once it is aborted, Failure "analysis-ended" when the thread dies
 */
export type CheckElsewhere = (
  template: Pick<CheckRequest, 'text' | 'path' | 'runsFolder'>,
  signal: AbortSignal,
) => Promise<readonly Finding[]>;

/** @param program the bundle of the thread */
export const createCheckThread =
  (program: string): CheckElsewhere =>
  (template, signal) =>
    askThread({ program, remote: checkSide, what: l10n.t`the check`, signal }, (channel) =>
      channel.call('check', { ...template, ...readingRules() }),
    );
