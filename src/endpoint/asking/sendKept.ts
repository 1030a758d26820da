import type { Failure } from '../../failure';
import type { AnswerCache } from './answerCache';
import { EndpointRefusal, type EndpointClient, type EndpointRequest } from '../client';
import type { Endpoint } from '../endpoint';
import { systemClock, type Clock, type Pace } from './pace';
import { readChatReply, readCompletionReply, type EndpointReply } from './readReply';
import type { BudgetField } from './requests';
import { withRetries } from './retry';

/** What it takes to ask an endpoint, and to keep what it answers. */
export interface EndpointAsking {
  readonly endpoint: Endpoint;
  readonly client: EndpointClient;
  readonly cache: AnswerCache;
  readonly pace: Pace;
  readonly clock?: Clock;
  /** Asks again what is kept. */
  readonly fresh?: boolean;
  readonly signal?: AbortSignal;
  onRetry?(failure: Failure, milliseconds: number): void;
}

/**
 * Sends a request, again where that may help, unless its answer is kept already.
 * @throws Failure "endpoint-…"; the signal's reason
 */
export async function sendKept(
  { cache, fresh, endpoint, signal, client, pace, clock = systemClock, onRetry }: EndpointAsking,
  request: EndpointRequest,
): Promise<{ readonly reply: EndpointReply; readonly cached: boolean }> {
  const kept = fresh ? undefined : await cache.find(request);
  if (kept) return { reply: kept, cached: true };
  const reply = await withRetries(async () => readReply(await client.ask(request, signal), request, endpoint), {
    retries: endpoint.retries,
    pace,
    clock,
    signal,
    onRetry: ({ failure }, milliseconds) => onRetry?.(failure, milliseconds),
  });
  await cache.keep(request, reply);
  return { reply, cached: false };
}

function readReply(reply: unknown, { path, body }: EndpointRequest, { address }: Endpoint): EndpointReply {
  if (path === 'chat/completions') return readChatReply(reply, address);
  return readCompletionReply(reply, { wanted: Array.isArray(body.prompt) ? body.prompt.length : 1, address });
}

/**
 * Asks by the field for the budget that is known, and of an endpoint that refuses it by the other.
 * @param manner what is known of the endpoint; noted where the other field is taken
 */
export async function inBudgetField<T>(
  manner: { budgetField: BudgetField },
  isChat: boolean,
  ask: (field: BudgetField) => Promise<T>,
): Promise<T> {
  const { budgetField } = manner;
  try {
    return await ask(budgetField);
  } catch (error) {
    if (!(error instanceof EndpointRefusal) || !/max_(completion_)?tokens/.test(error.message)) throw error;
    if (!isChat || budgetField !== 'max_tokens') throw error;
    const answered = await ask('max_completion_tokens');
    manner.budgetField = 'max_completion_tokens';
    return answered;
  }
}
