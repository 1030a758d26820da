import * as l10n from '@vscode/l10n';
import { Failure } from '../failure';
import { isObject, type Guard, type Infer } from './guards';
import { fromWire, toWire } from './wireFailure';

/** Whatever carries messages: process IPC, a webview, or an array in a test. */
export interface Transport {
  post(message: unknown): void;
  /** Hands every message that arrives to the listener, until the returned function is called. */
  onMessage(listener: (message: unknown) => void): () => void;
}

type Method = (request: never) => unknown;

/** A call as both ends check it: what it is asked with, and what it answers. */
export interface Call {
  readonly request: Guard<unknown>;
  readonly result: Guard<unknown>;
}
/** Calls by their names. */
export type Calls = Readonly<Record<string, Call>>;
/** Events by their names, each with the guard of what it carries. */
export type Events = Readonly<Record<string, Guard<unknown>>>;

/** What one end offers: the calls it serves and the events it sends. Every type of a message follows from its guard. */
export interface Side {
  readonly calls: Calls;
  readonly events: Events;
}

/** An end that only asks: it serves no call and sends no event. */
export const silentSide = { calls: {}, events: {} } as const satisfies Side;

type Name<T> = keyof T & string;
/** What the call `K` is asked with. */
export type RequestOf<C extends Calls, K extends keyof C> = Infer<C[K]['request']>;
/** What the call `K` answers. */
export type ResultOf<C extends Calls, K extends keyof C> = Infer<C[K]['result']>;

/** What an end does for each call that it serves. */
export type Handlers<C extends Calls> = {
  readonly [K in keyof C]: (request: RequestOf<C, K>) => ResultOf<C, K> | Promise<ResultOf<C, K>>;
};
/** What an end does upon each event of the other. */
export type Listeners<E extends Events> = { readonly [K in keyof E]: (event: Infer<E[K]>) => void };

export interface ChannelEnds<Local extends Side, Remote extends Side> {
  readonly transport: Transport;
  readonly local: Local;
  readonly handlers: Handlers<Local['calls']>;
  readonly remote: Remote;
  readonly listeners: Listeners<Remote['events']>;
  /** Receives one sentence for each message that was refused for its name or shape. */
  readonly onRefused?: (what: string) => void;
}

export interface Channel<Local extends Side, Remote extends Side> {
  /**
   * Asks the other end and waits for its answer.
   * @throws Failure as the other end threw it; `channel-closed` when the channel ends first;
   * `bad-reply` when the answer has another shape.
   */
  call<K extends Name<Remote['calls']>>(
    name: K,
    request: RequestOf<Remote['calls'], K>,
  ): Promise<ResultOf<Remote['calls'], K>>;
  send<K extends Name<Local['events']>>(name: K, event: Infer<Local['events'][K]>): void;
  /** Stops listening and rejects every call that still waits, with `reason` as its message. */
  close(reason: string): void;
}

interface Waiting {
  readonly name: string;
  resolve(result: unknown): void;
  reject(error: Failure): void;
}

/** Marks our messages, so that whatever else travels the same way is left alone. */
const mark = 'prompt-tuner';

/**
 * Joins two ends of a transport; the same function serves both.
 * Messages that are not ours, unknown names and values of another shape never throw: a call is answered with an error,
 * the rest is ignored, and what was ours but wrong is reported.
 */
export function openChannel<Local extends Side, Remote extends Side>(
  ends: ChannelEnds<Local, Remote>,
): Channel<Local, Remote> {
  const { transport } = ends;
  const waiting = new Map<number, Waiting>();
  let lastId = firstId();
  let closed: string | undefined;

  const refuse = (what: string) => ends.onRefused?.(what);
  const post = (fields: object) => transport.post({ mark, ...fields });

  const answer = async (id: number, name: string, request: unknown) => {
    try {
      post({ kind: 'result', id, result: await serve(ends, name, request) });
    } catch (error) {
      if (error instanceof Failure && (error.code === 'bad-request' || error.code === 'unknown-call'))
        refuse(l10n.t`A call was refused: ${error.message}`);
      post({ kind: 'error', id, error: toWire(error) });
    }
  };

  const settle = (message: Readonly<Record<string, unknown>>) => {
    const call = waiting.get(message.id as number);
    if (!call) return refuse(l10n.t`An answer to nothing that was asked was refused.`);
    waiting.delete(message.id as number);
    if (message.kind === 'error') call.reject(fromWire(message.error));
    else if (isResult(ends.remote, call.name, message.result)) call.resolve(message.result);
    else {
      refuse(l10n.t`An answer to "${call.name}" of another shape was refused.`);
      call.reject(
        new Failure(
          'bad-reply',
          l10n.t`The answer to "${call.name}" has an unexpected shape.`,
          {},
          l10n.t`Use the same version of Prompt Tuner at both ends.`,
        ),
      );
    }
  };

  const stopListening = transport.onMessage((message) => {
    if (closed !== undefined || !isObject(message) || message.mark !== mark) return;
    if (message.kind === 'call') void answer(message.id as number, String(message.name), message.request);
    else if (message.kind === 'event') {
      if (!receive(ends, String(message.name), message.event))
        refuse(l10n.t`An event "${nameOf(message)}" that is unknown or of another shape was refused.`);
    } else settle(message);
  });

  return {
    call(name, request) {
      return new Promise((resolve, reject) => {
        if (closed !== undefined) return reject(closedFailure(closed));
        const id = ++lastId;
        waiting.set(id, { name, resolve: resolve as (result: unknown) => void, reject });
        try {
          post({ kind: 'call', id, name, request });
        } catch (error) {
          waiting.delete(id);
          reject(fromWire(toWire(error)));
        }
      });
    },
    send(name, event) {
      if (closed === undefined) post({ kind: 'event', name, event });
    },
    close(reason) {
      if (closed !== undefined) return;
      closed = reason;
      stopListening();
      for (const call of waiting.values()) call.reject(closedFailure(reason));
      waiting.clear();
    },
  };
}

/**
 * Where an end begins to number its calls: elsewhere than the end whose place it takes, as a page does that was loaded
 * again, so that an answer that comes late to the one is not taken for the other's.
 */
function firstId(): number {
  return Math.floor(Math.random() * 2 ** 48);
}

/** The local end's answer to a call. @throws Failure "unknown-call" or "bad-request" */
async function serve(
  ends: { readonly local: Side; readonly handlers: object },
  name: string,
  request: unknown,
): Promise<unknown> {
  const guards = own<Call>(ends.local.calls, name);
  const handler = own<Method>(ends.handlers, name);
  if (!guards || !handler) throw new Failure('unknown-call', l10n.t`There is no call "${name}" at this end.`);
  if (!guards.request(request))
    throw new Failure('bad-request', l10n.t`The request "${name}" has an unexpected shape.`);
  return handler(request as never);
}

function receive(ends: { readonly remote: Side; readonly listeners: object }, name: string, event: unknown): boolean {
  if (!own<Guard<unknown>>(ends.remote.events, name)?.(event)) return false;
  own<Method>(ends.listeners, name)?.(event as never);
  return true;
}

/** The name in a message from outside, short enough for a log. */
function nameOf(message: Readonly<Record<string, unknown>>): string {
  return String(message.name).slice(0, longestName);
}

const longestName = 60;

function isResult(side: Side, name: string, result: unknown): boolean {
  return own<Call>(side.calls, name)?.result(result) ?? false;
}

/** Own properties only: a foreign message may name "constructor". */
function own<T>(table: object, name: string): T | undefined {
  return Object.hasOwn(table, name) ? (table as Readonly<Record<string, T>>)[name] : undefined;
}

function closedFailure(reason: string): Failure {
  return new Failure('channel-closed', reason);
}
