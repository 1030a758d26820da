import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderPrompt } from '../../../../src/template/render/render';
import { readTemplate } from '../../../../src/template/read/template';
import { encodePrompt, softLayout } from '../../../../src/template/render/tokens';
import type { TokenEncoder } from '../../../../src/template/text/tokenEncoder';

/** Byte-pair encoding over letters with a handful of merges, and a beginning-of-sequence token. */
const merges = ['th', 'the', 'in', 'ing', ' s', ' sa', 'ab', 'aba', 'bc', 'ss', 'a ', 'e '];
const beginning = 0;
const encoder: TokenEncoder = {
  firstVirtualToken: 100_000,
  encode(text, addSpecialTokens) {
    const pieces = text.split('');
    for (const merge of merges) {
      for (let index = 0; index + 1 < pieces.length;) {
        if (pieces[index]! + pieces[index + 1]! === merge) pieces.splice(index, 2, merge);
        else index++;
      }
    }
    const ids = pieces.map((piece) => (piece.length === 1 ? piece.charCodeAt(0) + 1 : 70_000 + merges.indexOf(piece)));
    return addSpecialTokens ? [beginning, ...ids] : ids;
  },
};
const textOf = (id: number) => (id >= 70_000 ? merges[id - 70_000]! : String.fromCharCode(id - 1));
const virtual = (row: number) => encoder.firstVirtualToken + row;
const plain = (text: string) => encoder.encode(text, false);

function read(text: string) {
  return readTemplate(text, 'a.prompt').template!;
}

describe('laying out virtual tokens', () => {
  it('gives each distinct slot its rows in the order of the template', () => {
    const layout = softLayout(
      read('{{soft 3 id="a"}}{{soft init="the"}}{{soft id="a"}}{{soft 2 init="x"}}'),
      { method: 'soft', length: 20 },
      encoder,
    );
    expect(layout).toEqual({
      firstVirtualToken: 100_000,
      total: 6,
      prepended: 0,
      slots: [
        { id: 'a', offset: 0, length: 3 },
        { id: '#1', offset: 3, length: 1, init: 'the' },
        { id: '#2', offset: 4, length: 2, init: 'x' },
      ],
    });
  });

  it('puts the tokens in front of a template that places none', () => {
    expect(softLayout(read('x'), { method: 'v1', length: 5 }, encoder)).toEqual({
      firstVirtualToken: 100_000,
      total: 5,
      prepended: 5,
      slots: [{ id: 'prompt', offset: 0, length: 5 }],
    });
  });

  it('has none for hard prompts and for vectors in every layer', () => {
    for (const method of ['hard', 'v2'] as const) {
      expect(softLayout(read('{{soft 3}}x'), { method, length: 5 }, encoder)).toMatchObject({
        total: 0,
        prepended: 0,
        slots: [],
      });
    }
  });
});

describe('encoding a prompt', () => {
  const encode = (text: string, method: 'hard' | 'soft', row = {}) => {
    const template = read(text);
    return encodePrompt(renderPrompt(template, row), softLayout(template, { method, length: 2 }, encoder), encoder);
  };

  it('orders virtual tokens, beginning of sequence and text as PEFT does', () => {
    expect(encode('{{x}}', 'soft', { x: 'the' }).ids).toEqual([virtual(0), virtual(1), beginning, ...plain('the')]);
    expect(encode('{{soft 1}}{{x}}{{soft 2}}in', 'soft', { x: 'a' }).ids).toEqual([
      virtual(0),
      beginning,
      ...plain('a'),
      virtual(1),
      virtual(2),
      ...plain('in'),
    ]);
    expect(encode('a{{soft 1}}', 'soft').ids).toEqual([beginning, ...plain('a'), virtual(0)]);
    expect(encode('{{soft 1}}', 'soft').ids).toEqual([virtual(0), beginning]);
  });

  it('joins the text on both sides of a place that has no tokens', () => {
    expect(encode('t{{soft 3}}h', 'hard').ids).toEqual([beginning, ...plain('th')]);
  });

  it('does not split tokens at the edge of the instruction and reports those that overlap it', () => {
    const { ids, instruction } = encode('{{x}}{{#instruction}}he s{{/instruction}}abc', 'hard', { x: 't' });
    expect(ids.slice(1).map(textOf)).toEqual(['the', ' sa', 'bc']);
    expect(instruction).toEqual([[1, 3]]);
  });

  it('counts the virtual tokens before the instruction', () => {
    const { ids, instruction } = encode('{{soft 3}}{{x}}{{#instruction}}bc{{/instruction}}', 'soft', { x: 'q' });
    expect(instruction).toEqual([[5, 6]]);
    expect(ids[5]).toBe(plain('bc')[0]);
  });

  it('finds for every text exactly the tokens that share a character with the trimmed instruction', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'abcthesing '), maxLength: 12 });
    fc.assert(
      fc.property(letters, letters, letters, (before, inside, after) => {
        const prompt = {
          slots: [],
          segments: [
            { kind: 'text', text: before, instruction: false },
            { kind: 'text', text: inside, instruction: true },
            { kind: 'text', text: after, instruction: false },
          ] as const,
        };
        const { ids, instruction } = encodePrompt(
          prompt,
          { firstVirtualToken: encoder.firstVirtualToken, total: 0, prepended: 0, slots: [] },
          encoder,
        );
        const expected: number[] = [];
        let at = 0;
        ids.slice(1).forEach((id, index) => {
          const end = at + textOf(id).length;
          if (
            at < before.length + inside.trimEnd().length &&
            end > before.length + inside.search(/\S|$/) &&
            inside.trim() !== ''
          )
            expected.push(index + 1);
          at = end;
        });
        expect(
          instruction.flatMap(([start, end]) => Array.from({ length: end - start }, (_, index) => start + index)),
        ).toEqual(expected);
      }),
    );
  });
});
