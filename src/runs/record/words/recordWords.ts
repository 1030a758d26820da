import * as l10n from '@vscode/l10n';
import { oneOf, type Infer } from '../../../channel/guards';
import { methods, type Method } from '../../../template/settings/settings';

export const isMethod = oneOf(...methods);

/** What a run is of: a method, or `answers` that were not produced here and are only measured. */
export const runMethods = [...methods, 'answers'] as const;
export const isRunMethod = oneOf(...runMethods);
export type RunMethod = Infer<typeof isRunMethod>;

/** Whether the runs of a method learn something, so that there are seeds, steps and an adapter. */
export const trains = (method: RunMethod): method is Exclude<Method, 'hard'> =>
  method !== 'hard' && method !== 'answers';

export const isSplit = oneOf('train', 'dev', 'test');
export type Split = Infer<typeof isSplit>;

/** `lost` is never written: a reader derives it from `running` where nobody living holds the run. */
export const runStatuses = ['queued', 'running', 'done', 'stopped', 'failed', 'lost'] as const;
export const isRunStatus = oneOf(...runStatuses);
export type RunStatus = Infer<typeof isRunStatus>;

/** What a person reads for a status, the same word everywhere. */
export function stateWord(status: RunStatus): string {
  switch (status) {
    case 'queued':
      return l10n.t`waiting`;
    case 'running':
      return l10n.t`running`;
    case 'done':
      return l10n.t`done`;
    case 'stopped':
      return l10n.t`stopped`;
    case 'failed':
      return l10n.t`failed`;
    case 'lost':
      return l10n.t`lost`;
  }
}

/** `100 rows of test`. @param rows how many, in words */
export function rowsOf(rows: string, split: Split): string {
  switch (split) {
    case 'train':
      return l10n.t`${rows} of train`;
    case 'dev':
      return l10n.t`${rows} of dev`;
    case 'test':
      return l10n.t`${rows} of test`;
  }
}
