import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import { duration } from '../../words/formatNumbers';
import type { Clock, Pace } from './pace';

/** A refusal of a request that may pass. */
export class PassingRefusal extends Error {
  constructor(
    /** What it is where it does not pass. */
    readonly failure: Failure,
    /** Whether the endpoint asks everyone to slow down. */
    readonly isLimit: boolean,
    /** What the endpoint asks to wait, in milliseconds. */
    readonly waitMilliseconds?: number,
  ) {
    super(failure.message);
  }
}

/** First wait where the endpoint names none; doubled each time. */
const firstWait = 500;
const longestWait = 30_000;
/** What an endpoint may ask to wait. */
const mostPatience = 600_000;

export interface Retrying {
  readonly retries: number;
  readonly pace: Pace;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** Called before each wait. */
  onRetry?(refusal: PassingRefusal, milliseconds: number): void;
}

/**
 * Sends a request until it is answered: what passes is waited for, as long as the endpoint asks or twice as long each
 * time, and a limit holds all requests back.
 * @throws Failure of the last refusal, "endpoint-busy" where the endpoint asks to wait for more than ten minutes
 */
export async function withRetries<T>(
  send: () => Promise<T>,
  { retries, pace, clock, signal, onRetry }: Retrying,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    await pace.turn(signal);
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof PassingRefusal)) throw error;
      const { failure, isLimit, waitMilliseconds } = error;
      if (waitMilliseconds !== undefined && waitMilliseconds > mostPatience)
        throw new Failure(
          'endpoint-busy',
          l10n.t`${failure.message.replace(/[.。]$/, '')}, and asks to wait ${duration(waitMilliseconds / 1000)}.`,
          failure.location,
          l10n.t`Measure it again then: what was answered is kept.`,
        );
      if (attempt >= retries) throw failure;
      // A share of chance keeps requests that were refused together from coming back together.
      const backOff = Math.min(longestWait, firstWait * 2 ** attempt) * (0.75 + Math.random() / 4);
      const milliseconds = waitMilliseconds ?? backOff;
      onRetry?.(error, milliseconds);
      if (isLimit) pace.pause(milliseconds);
      else await clock.sleep(milliseconds, signal);
    }
  }
}

/** What the headers of a refusal ask to wait, in milliseconds. @param now milliseconds since 1970 */
export function waitOfHeaders(headers: Headers | undefined, now = Date.now()): number | undefined {
  const exact = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(exact) && exact >= 0) return exact;
  const written = headers?.get('retry-after')?.trim();
  if (!written) return undefined;
  const seconds = Number(written);
  if (Number.isFinite(seconds)) return seconds >= 0 ? seconds * 1000 : undefined;
  const date = Date.parse(written);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
