import { oneOf, type Infer } from '../../channel/guards';
import { methods } from '../../template/settings/settings';

export const isMethod = oneOf(...methods);

export const isSplit = oneOf('train', 'dev', 'test');
export type Split = Infer<typeof isSplit>;

/** `lost` is never written: a reader derives it from `running` where nobody living holds the run. */
export const isRunStatus = oneOf('queued', 'running', 'done', 'stopped', 'failed', 'lost');
export type RunStatus = Infer<typeof isRunStatus>;

/** What a person reads for a status, the same word everywhere. */
export const stateWord = (status: RunStatus): string => (status === 'queued' ? 'waiting' : status);
