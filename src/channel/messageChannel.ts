import { Failure } from '../failure';
import { failureCodeOf } from '../failureCodes';
import { isObject, type Guard } from './guards';
import { knownFailure } from '../classifyError';

/** Whatever carries messages: process IPC, a webview, or an array in a test. */
export interface Transport {
  post(message: unknown): void;
  /** Hands every message that arrives to the listener, until the returned function is called. */
  onMessage(listener: (message: unknown) => void): () => void;
}

type Method = (request: never) => unknown;
type Name<T> = keyof T & string;
/** What the call `K` is asked with. */
export type RequestOf<Calls, K extends keyof Calls> = Calls[K] extends (request: infer R) => unknown ? R : never;
/** What the call `K` answers. */
export type ResultOf<Calls, K extends keyof Calls> = Calls[K] extends (request: never) => infer R ? R : never;

/** What one end offers, as it can be checked at run time: the calls it serves and the events it sends. */
export interface Side<Calls, Events> {
  readonly calls: {
    readonly [K in keyof Calls]: {
      readonly request: Guard<RequestOf<Calls, K>>;
      readonly result: Guard<ResultOf<Calls, K>>;
    };
  };
  readonly events: { readonly [K in keyof Events]: Guard<Events[K]> };
}

export type Handlers<Calls> = {
  readonly [K in keyof Calls]: (request: RequestOf<Calls, K>) => ResultOf<Calls, K> | Promise<ResultOf<Calls, K>>;
};
export type Listeners<Events> = { readonly [K in keyof Events]: (event: Events[K]) => void };

/** An end that only asks: it serves no call and sends no event. */
export const silentSide: Side<object, object> = { calls: {}, events: {} };

export interface ChannelEnds<LocalCalls, LocalEvents, RemoteCalls, RemoteEvents> {
  readonly transport: Transport;
  readonly local: Side<LocalCalls, LocalEvents>;
  readonly handlers: Handlers<LocalCalls>;
  readonly remote: Side<RemoteCalls, RemoteEvents>;
  readonly listeners: Listeners<RemoteEvents>;
  /** Told in one sentence of each message that was refused for its name or shape. */
  readonly onRefused?: (what: string) => void;
}

export interface Channel<RemoteCalls, LocalEvents> {
  /**
   * Asks the other end and waits for its answer.
   * @throws Failure as the other end threw it; `channel-closed` when the channel ends first;
   * `bad-reply` when the answer has another shape.
   */
  call<K extends Name<RemoteCalls>>(name: K, request: RequestOf<RemoteCalls, K>): Promise<ResultOf<RemoteCalls, K>>;
  send<K extends Name<LocalEvents>>(name: K, event: LocalEvents[K]): void;
  /** Stops listening and rejects every call that still waits, with `reason` as its message. */
  close(reason: string): void;
}

interface WireError {
  readonly code: string;
  readonly message: string;
  readonly remedy?: string;
  readonly place?: Failure['location'];
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
export function openChannel<LocalCalls, LocalEvents, RemoteCalls, RemoteEvents>(
  ends: ChannelEnds<LocalCalls, LocalEvents, RemoteCalls, RemoteEvents>,
): Channel<RemoteCalls, LocalEvents> {
  const { transport } = ends;
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let closed: string | undefined;

  const refuse = (what: string) => ends.onRefused?.(what);
  const post = (fields: object) => transport.post({ mark, ...fields });

  const answer = async (id: number, name: string, request: unknown) => {
    try {
      post({ kind: 'result', id, result: await serve(ends, name, request) });
    } catch (error) {
      if (error instanceof Failure && (error.code === 'bad-request' || error.code === 'unknown-call'))
        refuse(`A call was refused: ${error.message}`);
      post({ kind: 'error', id, error: toWire(error) });
    }
  };

  const settle = (message: Readonly<Record<string, unknown>>) => {
    const call = waiting.get(message.id as number);
    if (!call) return refuse('An answer to nothing that was asked was refused.');
    waiting.delete(message.id as number);
    if (message.kind === 'error') call.reject(fromWire(message.error));
    else if (isResult(ends.remote, call.name, message.result)) call.resolve(message.result);
    else {
      refuse(`An answer to "${call.name}" of another shape was refused.`);
      call.reject(
        new Failure(
          'bad-reply',
          `The answer to "${call.name}" has an unexpected shape.`,
          {},
          'Use the same version of Prompt Tuner at both ends.',
        ),
      );
    }
  };

  const stopListening = transport.onMessage((message) => {
    if (closed !== undefined || !isObject(message) || message.mark !== mark) return;
    if (message.kind === 'call') void answer(message.id as number, String(message.name), message.request);
    else if (message.kind === 'event') {
      if (!hear(ends, String(message.name), message.event))
        refuse(`An event "${nameOf(message)}" that is unknown or of another shape was refused.`);
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

/** The local end's answer to a call. @throws Failure "unknown-call" or "bad-request" */
async function serve(
  ends: Pick<ChannelEnds<unknown, unknown, unknown, unknown>, 'local' | 'handlers'>,
  name: string,
  request: unknown,
): Promise<unknown> {
  const guards = own<{ request: Guard<unknown> }>(ends.local.calls, name);
  const handler = own<Method>(ends.handlers, name);
  if (!guards || !handler) throw new Failure('unknown-call', `There is no call "${name}" at this end.`);
  if (!guards.request(request)) throw new Failure('bad-request', `The request "${name}" has an unexpected shape.`);
  return handler(request as never);
}

function hear(
  ends: Pick<ChannelEnds<unknown, unknown, unknown, unknown>, 'remote' | 'listeners'>,
  name: string,
  event: unknown,
): boolean {
  if (!own<Guard<unknown>>(ends.remote.events, name)?.(event)) return false;
  own<Method>(ends.listeners, name)?.(event as never);
  return true;
}

/** The name in a message from outside, short enough for a log. */
function nameOf(message: Readonly<Record<string, unknown>>): string {
  return String(message.name).slice(0, longestName);
}

const longestName = 60;

function isResult(side: Side<unknown, unknown>, name: string, result: unknown): boolean {
  return own<{ result: Guard<unknown> }>(side.calls, name)?.result(result) ?? false;
}

/** Own properties only: a foreign message may name "constructor". */
function own<T>(table: object, name: string): T | undefined {
  return Object.hasOwn(table, name) ? (table as Readonly<Record<string, T>>)[name] : undefined;
}

function closedFailure(reason: string): Failure {
  return new Failure('channel-closed', reason);
}

function toWire(error: unknown): WireError {
  const known = knownFailure(error);
  if (known) return { code: known.code, message: known.message, remedy: known.remedy, place: known.location };
  return { code: 'unexpected', message: error instanceof Error ? error.message : String(error) };
}

function fromWire(error: unknown): Failure {
  if (!isObject(error)) return new Failure('unexpected', 'The other end failed without saying why.');
  const location = isObject(error.place) ? error.place : {};
  return new Failure(
    failureCodeOf(error.code),
    String(error.message),
    location,
    typeof error.remedy === 'string' ? error.remedy : undefined,
  );
}
