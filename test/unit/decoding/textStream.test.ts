import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openTextStream } from '../../../src/decoding/textStream';

/** A tokenizer whose tokens are bytes: letters beyond ASCII are spread over two to four of them. */
const bytes = {
  decode: (ids: readonly number[]): string => new TextDecoder().decode(Uint8Array.from(ids)),
  token: () => undefined,
};
const tokensOf = (text: string): readonly number[] => [...new TextEncoder().encode(text)];

/** What is handed out token by token until the stream stops or the text ends. */
function read(
  text: string,
  stops: readonly string[],
): { readonly pieces: readonly string[]; readonly stopped: boolean } {
  const stream = openTextStream(bytes, stops);
  const pieces: string[] = [];
  for (const token of tokensOf(text)) {
    if (stream.stopped) break;
    pieces.push(stream.push(token));
  }
  pieces.push(stream.end());
  return { pieces, stopped: stream.stopped };
}

const texts = fc.string({ unit: fc.constantFrom('a', 'b', '\n', ' ', 'é', '中', '😀'), maxLength: 30 });
const stopLists = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n', '中'), minLength: 1, maxLength: 3 }), {
  maxLength: 3,
});

describe('the text of an answer while it is written', () => {
  it('is, put together, the text up to the first stop sequence, however its letters fall into tokens', () => {
    fc.assert(
      fc.property(texts, stopLists, (text, stops) => {
        const places = stops.map((stop) => text.indexOf(stop)).filter((place) => place >= 0);
        const { pieces, stopped } = read(text, stops);
        expect(pieces.join('')).toBe(places.length > 0 ? text.slice(0, Math.min(...places)) : text);
        expect(stopped).toBe(places.length > 0);
      }),
    );
  });

  it('never takes a letter back', () => {
    fc.assert(fc.property(texts, (text) => !read(text, []).pieces.join('').includes('\uFFFD')));
  });

  it('holds back only what a stop sequence may begin with', () => {
    const stream = openTextStream(bytes, ['\n\n']);
    expect(tokensOf('one\nt').map((token) => stream.push(token))).toEqual(['o', 'n', 'e', '', '\nt']);
  });
});
