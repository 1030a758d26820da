import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/decoding/answer';
import type { Generator } from '../../../src/decoding/generator';
import { streamAnswer } from '../../../src/decoding/streamAnswer';
import { firstStop, openTextStream } from '../../../src/decoding/textStream';

const decode = (ids: readonly number[]): string => new TextDecoder().decode(Uint8Array.from(ids));

interface Script {
  /** A token each. */
  readonly bytes: readonly number[];
  readonly stops: readonly string[];
  /** Whether the budget ends it behind the last byte. */
  readonly isCut: boolean;
}

/** A model that writes bytes: a pass takes a second, the first one, which reads the prompt, three. */
function scripted(
  { bytes, stops, isCut }: Script,
  onPass: (passes: number) => void = () => undefined,
): Pick<Generator, 'stream'> & { readonly left: () => boolean } {
  let left = false;
  return {
    left: () => left,
    async *stream() {
      const text = openTextStream({ decode, token: () => undefined }, stops);
      const whole = (tokens: readonly number[], ending: Answer['ending'], seconds: number): Answer => {
        const written = decode(tokens);
        const stop = firstStop(written, stops);
        return { tokens, text: written.slice(0, stop), ending: stop === undefined ? ending : 'stop', seconds };
      };
      try {
        for (let passes = 1; ; passes++) {
          await Promise.resolve();
          onPass(passes);
          const seconds = passes + 2;
          const tokens = bytes.slice(0, passes);
          if (passes > bytes.length) {
            yield [
              { prompt: 0, text: text.end(), tokens: bytes.length, seconds, answer: whole(bytes, 'end', seconds) },
            ];
            return;
          }
          const piece = text.push(bytes[passes - 1]!);
          const isLast = text.stopped || (isCut && passes === bytes.length);
          const answer = isLast ? whole(tokens, text.stopped ? 'stop' : 'budget', seconds) : undefined;
          yield [{ prompt: 0, text: piece, tokens: passes, seconds, ...(answer && { answer }) }];
          if (isLast) return;
        }
      } finally {
        left = true;
      }
    },
  };
}

async function all<T>(pieces: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const piece of pieces) list.push(piece);
  return list;
}

const pictures = ['😀', '👩‍💻', '🇩🇪', '👍🏽', '❤️', '©'];
const signs = ['a', 'b', ' ', '\n', '\u3000', 'é', '中', '文', ...pictures];
const texts = fc.array(fc.constantFrom(...signs), { maxLength: 20 }).map((list) => list.join(''));
const scripts: fc.Arbitrary<Script> = fc.record({
  // Bytes that are no text, too, and letters that are cut in two.
  bytes: fc.tuple(texts, fc.uint8Array({ maxLength: 3 }), texts, fc.nat(3)).map(([front, odd, behind, cut]) => {
    const bytes = [...new TextEncoder().encode(front), ...odd, ...new TextEncoder().encode(behind)];
    return bytes.slice(0, bytes.length - cut);
  }),
  stops: fc.array(fc.constantFrom('ab', '\n\n', ' a', '中文', '😀', 'b\n'), { maxLength: 2 }),
  isCut: fc.boolean(),
});

describe('an answer that is handed out while it is written', () => {
  it('is the sum of its pieces, none of which is ever taken back', async () => {
    await fc.assert(
      fc.asyncProperty(scripts, async (script) => {
        const pieces = await all(streamAnswer(scripted(script), { ids: [1] }, {}));
        const { answer } = pieces.at(-1)!;
        expect(pieces.map(({ text }) => text).join('')).toBe(answer!.text);
        expect(pieces.slice(0, -1).every((piece) => piece.answer === undefined)).toBe(true);

        const [last] = (await all(scripted(script).stream([], undefined))).at(-1)!;
        const { text, ending } = last!.answer!;
        expect(answer!.ending).toBe(ending);
        expect(answer!.text).toBe((ending === 'budget' ? text.replace(/\uFFFD+$/, '') : text).trim());
      }),
      { numRuns: 500 },
    );
  });

  it('never shows half a letter or emoji, a beginning of a stop sequence, or white space at its end', async () => {
    const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
    await fc.assert(
      fc.asyncProperty(texts, fc.constantFrom([], ['\n\n'], ['ab', '中文']), async (text, stops) => {
        const bytes = [...new TextEncoder().encode(text)];
        const whole = text.slice(0, firstStop(text, stops)).trim();
        const ends = new Set([0, ...[...graphemes.segment(whole)].map(({ index, segment }) => index + segment.length)]);
        let shown = '';
        for await (const piece of streamAnswer(scripted({ bytes, stops, isCut: false }), { ids: [1] }, {})) {
          shown += piece.text;
          expect(whole.startsWith(shown)).toBe(true);
          expect(ends).toContain(shown.length);
          expect(shown).toBe(shown.trim());
        }
      }),
      { numRuns: 500 },
    );
  });

  it('ends when it is told to, with what was shown, and leaves the model when its pass is over', async () => {
    await fc.assert(
      fc.asyncProperty(scripts, fc.nat(12), async (script, passes) => {
        const stop = new AbortController();
        const model = scripted(script, (pass) => pass === passes && stop.abort());
        const pieces = await all(streamAnswer(model, { ids: [1] }, { stop: stop.signal }));
        const { answer } = pieces.at(-1)!;
        expect(pieces.map(({ text }) => text).join('')).toBe(answer!.text);
        expect(model.left()).toBe(true);
        if (!stop.signal.aborted) return;
        expect(answer).toMatchObject({ ending: 'stopped', tokens: pieces.at(-2)?.tokens ?? 0 });
      }),
    );
  });

  it('is stopped at once, though the pass that is under way takes long', async () => {
    const stop = new AbortController();
    let finish: () => void = () => undefined;
    const generator: Pick<Generator, 'stream'> = {
      async *stream() {
        yield [{ prompt: 0, text: 'so far ', tokens: 2, seconds: 1 }];
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
        yield [{ prompt: 0, text: 'too late', tokens: 3, seconds: 9 }];
      },
    };
    const pieces = streamAnswer(generator, { ids: [1] }, { stop: stop.signal });
    expect(await pieces.next()).toMatchObject({ value: { text: 'so far' } });
    const next = pieces.next();
    stop.abort();
    expect(await next).toMatchObject({ value: { text: '', answer: { text: 'so far', ending: 'stopped', tokens: 2 } } });
    const end = pieces.next();
    finish();
    expect(await end).toMatchObject({ done: true });
  });

  it('asks the model nothing that was stopped before', async () => {
    const generator: Pick<Generator, 'stream'> = {
      async *stream() {
        yield await Promise.reject(new Error('The model was asked.'));
      },
    };
    const pieces = await all(streamAnswer(generator, { ids: [1] }, { stop: AbortSignal.abort() }));
    expect(pieces).toEqual([
      {
        text: '',
        tokens: 0,
        seconds: 0,
        perSecond: null,
        answer: { text: '', tokens: 0, seconds: 0, perSecond: null, ending: 'stopped' },
      },
    ]);
  });

  it('counts tokens a second behind the pass that reads the prompt', async () => {
    const script = { bytes: [...new TextEncoder().encode('abcd')], stops: [], isCut: true };
    const pieces = await all(streamAnswer(scripted(script), { ids: [1] }, {}));
    expect(pieces.map(({ tokens, seconds, perSecond }) => [tokens, seconds, perSecond])).toEqual([
      [1, 3, null],
      [2, 4, 1],
      [3, 5, 1],
      [4, 6, 1],
    ]);
  });

  it('fails as the model does', async () => {
    const generator: Pick<Generator, 'stream'> = {
      async *stream() {
        yield [{ prompt: 0, text: 'a', tokens: 1, seconds: 1 }];
        throw new Error('No memory left.');
      },
    };
    await expect(all(streamAnswer(generator, { ids: [1] }, {}))).rejects.toThrow('No memory left.');
  });
});
