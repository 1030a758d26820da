import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Failure } from '../../../src/failure';
import { openChannel, silentSide, type Side, type Transport } from '../../../src/channel/messageChannel';
import { isNothing, isNumber, isText, object } from '../../../src/channel/guards';
import { patience } from '../../support/running/patience';

const ofValue = object({ value: isNumber });
const side = {
  calls: {
    double: { request: ofValue, result: isNumber },
    fail: { request: object({ how: isText }), result: isNothing },
    lie: { request: ofValue, result: isNumber },
    wait: { request: ofValue, result: isNumber },
  },
  events: { news: object({ text: isText }) },
} as const satisfies Side;

/** Two transports that deliver to one another, as copies, after the sender has gone on. */
function pair(): readonly [Transport, Transport] {
  const listeners: Set<(message: unknown) => void>[] = [new Set(), new Set()];
  const end = (mine: number): Transport => ({
    post: (message) => {
      const copy: unknown = structuredClone(message);
      queueMicrotask(() => listeners[1 - mine]?.forEach((listener) => listener(copy)));
    },
    onMessage: (listener) => {
      listeners[mine]?.add(listener);
      return () => listeners[mine]?.delete(listener);
    },
  });
  return [end(0), end(1)];
}

function connect() {
  const [left, right] = pair();
  const heard: string[] = [];
  const served = vi.fn(({ value }: { readonly value: number }) => value * 2);
  const server = openChannel({
    transport: left,
    local: side,
    handlers: {
      double: served,
      fail: ({ how }) => {
        if (how === 'failure')
          throw new Failure('data-missing', 'There is no file.', { file: 'a.prompt', line: 3 }, 'Name another.');
        throw new Error('plain');
      },
      lie: () => 'text' as unknown as number,
      wait: () => new Promise<number>(() => undefined),
    },
    remote: silentSide,
    listeners: {},
  });
  const client = openChannel({
    transport: right,
    local: silentSide,
    handlers: {},
    remote: side,
    listeners: { news: ({ text }) => heard.push(text) },
  });
  return { left, right, server, client, served, heard };
}

describe('a message channel', () => {
  it('answers each call with its own result, in whatever order they were made', async () => {
    const { client } = connect();
    await expect(Promise.all([1, 2, 3].map((value) => client.call('double', { value })))).resolves.toEqual([2, 4, 6]);
  });

  it('brings a failure over whole: code, message, place and remedy', async () => {
    const { client } = connect();
    await expect(client.call('fail', { how: 'failure' })).rejects.toMatchObject({
      name: 'Failure',
      code: 'data-missing',
      message: 'There is no file.',
      location: { file: 'a.prompt', line: 3 },
      remedy: 'Name another.',
    });
  });

  it('answers with an error when a handler throws something else', async () => {
    const { client } = connect();
    await expect(client.call('fail', { how: 'otherwise' })).rejects.toMatchObject({
      code: 'unexpected',
      message: 'plain',
    });
  });

  it('refuses a request of another shape before the handler sees it', async () => {
    const { client, served } = connect();
    await expect(client.call('double', { value: 'one' as unknown as number })).rejects.toMatchObject({
      code: 'bad-request',
    });
    expect(served).not.toHaveBeenCalled();
  });

  it('refuses an answer of another shape', async () => {
    const { client } = connect();
    await expect(client.call('lie', { value: 1 })).rejects.toMatchObject({ code: 'bad-reply' });
  });

  it('refuses a call that the other end does not serve, even by the name of an inherited property', async () => {
    const { client } = connect();
    for (const name of ['nothing', 'constructor', '__proto__']) {
      await expect(client.call(name as 'double', { value: 1 })).rejects.toMatchObject({ code: 'unknown-call' });
    }
  });

  it('hands events to their listener and drops those of another shape', async () => {
    const { server, heard } = connect();
    server.send('news', { text: 'first' });
    server.send('news', { text: 7 as unknown as string });
    server.send('news', { text: 'second' });
    await vi.waitFor(() => expect(heard).toEqual(['first', 'second']), patience);
  });

  it('rejects what still waits when it is closed, and every call after that', async () => {
    const { client } = connect();
    const waiting = client.call('wait', { value: 1 });
    client.close('The trainer has ended.');
    await expect(waiting).rejects.toMatchObject({ code: 'channel-closed', message: 'The trainer has ended.' });
    await expect(client.call('double', { value: 1 })).rejects.toMatchObject({ code: 'channel-closed' });
  });

  it('does not take an answer that comes late to an end whose place it has taken', async () => {
    const [left, right] = pair();
    const answers: ((value: number) => void)[] = [];
    openChannel({
      transport: left,
      local: { calls: { wait: side.calls.wait }, events: {} },
      handlers: { wait: () => new Promise<number>((resolve) => answers.push(resolve)) },
      remote: silentSide,
      listeners: {},
    });
    const page = {
      transport: right,
      local: silentSide,
      handlers: {},
      remote: side,
      listeners: { news: () => undefined },
    };
    const before = openChannel(page);
    const lost = expect(before.call('wait', { value: 1 })).rejects.toMatchObject({ code: 'channel-closed' });
    before.close('The page was loaded again.');
    const asked = openChannel(page).call('wait', { value: 2 });
    await vi.waitFor(() => expect(answers).toHaveLength(2), patience);
    answers[0]!(1);
    answers[1]!(2);
    await expect(asked).resolves.toBe(2);
    await lost;
  });

  it('ignores foreign messages of any kind and still answers afterwards', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.anything({ withNullPrototype: false })), async (messages) => {
        const { left, right, client, heard } = connect();
        for (const message of messages.filter(isCloneable)) {
          left.post(message);
          right.post(message);
          right.post({ mark: 'prompt-tuner', kind: 'result', id: message, result: message });
          left.post({ mark: 'prompt-tuner', kind: 'event', name: 'news', event: message });
        }
        await expect(client.call('double', { value: 4 })).resolves.toBe(8);
        expect(heard).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});

function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
