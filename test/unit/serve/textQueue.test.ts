import { describe, expect, it } from 'vitest';
import type { AnswerPiece, DecodeOptions } from '../../../src/decoding/answer';
import type { Generator } from '../../../src/decoding/generator';
import { createTextQueue, type TextRequest } from '../../../src/serve/textQueue';
import { createTurns } from '../../../src/use/turns';
import { until } from '../../support/running/until.mjs';

/** A generator whose texts come to no end by themselves; it counts passes, and what each of them wrote. */
function endlessGenerator() {
  const state = { passes: 0, streams: 0, ended: 0, lastWritten: [] as readonly number[] };
  const stream: Generator['stream'] = async function* (prompts, _, options: DecodeOptions = {}) {
    state.streams++;
    try {
      for (;;) {
        const wanted = prompts.map((_ids, prompt) => prompt).filter((prompt) => options.isWanted?.(prompt) !== false);
        if (wanted.length === 0) return;
        state.passes++;
        state.lastWritten = wanted;
        yield await Promise.resolve(
          wanted.map((prompt): AnswerPiece => ({ prompt, text: '.', tokens: 1, seconds: 0 })),
        );
      }
    } finally {
      state.ended++;
    }
  };
  return { generator: { stream } as Generator, state };
}

const request = (signal: AbortSignal): TextRequest => ({ ids: [1], options: {}, seed: 1, most: 1e9, signal });

/** Reads pieces until there are none, and says why there are none. */
async function readAll(pieces: AsyncIterable<AnswerPiece>, onPiece: () => void): Promise<string> {
  try {
    for await (const piece of pieces) {
      onPiece();
      if (piece.answer) return 'answered';
    }
    return 'ended';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('texts that are written for clients', () => {
  it('are decoded no further once their client has gone, and the others are', async () => {
    const { generator, state } = endlessGenerator();
    const queue = createTextQueue(() => Promise.resolve(generator), undefined, createTurns().take);
    const clients = [new AbortController(), new AbortController()];
    const counts = [0, 0];
    const readers = clients.map(({ signal }, i) => readAll(queue.write(request(signal)), () => counts[i]!++));
    await until('both to be written', () => counts.every((count) => count > 3));
    expect(state.lastWritten).toEqual([0, 1]);

    clients[0]!.abort(new Error('The client has gone.'));
    expect(await readers[0]).toBe('The client has gone.');
    const before = counts[1]!;
    await until('the other to go on alone', () => state.lastWritten.length === 1 && counts[1]! > before + 3);
    expect(state.lastWritten).toEqual([1]);
    expect(queue.open).toBe(1);

    clients[1]!.abort(new Error('The client has gone.'));
    expect(await readers[1]).toBe('The client has gone.');
    await until('the generator to end', () => state.ended === 1);
    const passes = state.passes;
    // Whoever comes next is written by a generator of its own, in the turn that has become free.
    const last = new AbortController();
    let isRead = false;
    const reader = readAll(queue.write(request(last.signal)), () => (isRead = true));
    await until('the next to be written', () => isRead);
    expect(state.streams).toBe(2);
    expect(state.passes).toBeGreaterThan(passes);
    last.abort(new Error('The client has gone.'));
    await reader;
    await until('that to end too', () => state.ended === 2);
    expect(queue.open).toBe(0);
  });

  it('are not begun for a client that has gone while it waited for its turn', async () => {
    const { generator, state } = endlessGenerator();
    const turns = createTurns();
    const queue = createTextQueue(() => Promise.resolve(generator), undefined, turns.take);
    const end = await turns.begin();
    const client = new AbortController();
    const reader = readAll(queue.write(request(client.signal)), () => undefined);
    client.abort(new Error('The client has gone.'));
    expect(await reader).toBe('The client has gone.');
    end();
    await turns.take(() => Promise.resolve());
    expect(state.passes).toBe(0);
  });
});
