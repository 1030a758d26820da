import * as l10n from '@vscode/l10n';
import { Failure } from './failure';
import type { FailureCode } from './failureCodes';
import { sentences } from './words/listed';

/** The failure that an error amounts to; what nobody foresaw becomes `unexpected`, with a pointer to the log. */
export function asFailure(error: unknown, log?: string): Failure {
  const known = knownFailure(error, log);
  if (known) return known;
  const remedy = log ? l10n.t`See ${log}.` : l10n.t`Set PROMPT_TUNER_DEBUG=1 to see where it arose.`;
  return new Failure('unexpected', l10n.t`Something failed that should not: ${oneLine(messageOf(error))}.`, {}, remedy);
}

/** The failure that an error of the system or of the runtime stands for; nothing for one that nobody foresaw. */
export function knownFailure(error: unknown, log?: string): Failure | undefined {
  if (error instanceof Failure) return error;
  const message = messageOf(error);
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  if (code === 'ENOSPC')
    return new Failure(
      'disk-full',
      l10n.t`The disk is full.`,
      log ? { file: log } : {},
      l10n.t`Free some space, then resume the run.`,
    );
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR')
    return new Failure(
      'not-writable',
      l10n.t`A file cannot be written: ${message}.`,
      {},
      l10n.t`Choose a runs folder that you may write to.`,
    );
  if (/bad_alloc|failed to allocate|out of memory/i.test(message)) {
    return new Failure(
      'out-of-memory',
      l10n.t`The model and this batch do not fit into memory.`,
      {},
      l10n.t`Lower tune.batchSize, or raise tune.accumulate instead.`,
    );
  }
  return undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Failures of the run itself; every other one says that something in the input is wrong. */
const runFailures: ReadonlySet<FailureCode> = new Set([
  'loss-not-finite',
  'out-of-memory',
  'disk-full',
  'not-writable',
  'data-changed',
  'runtime-run',
  'unexpected',
  'disk-space',
  'hub-busy',
  'hub-changed',
  'hub-damaged',
  'hub-down',
  'hub-stalled',
  'hub-unreachable',
]);

export function isRunFailure({ code }: Failure): boolean {
  return runFailures.has(code);
}

/** Whether work ended because it was told to, not because something failed. */
export function isStopped(error: unknown, signal?: AbortSignal): boolean {
  return error instanceof Failure ? error.code === 'run-stopped' : signal?.aborted === true;
}

/** Everything there is to know about an error, for the log. */
export function traceOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** What a run's log says of its end: the sentence first, then where it arose. */
export function failureLog({ message, remedy }: Failure, error: unknown): string {
  return `Failed: ${sentences([message, remedy])}\n${traceOf(error)}`;
}

function oneLine(message: string): string {
  return message
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[.。]$/, '');
}
