import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseText, frontOf, isBetter } from '../../../../../src/tuning/search/front/front';
import type { FrontText } from '../../../../../src/tuning/search/front/frontText';

const text = (
  name: string,
  { accuracy, loss = 1, readability = 0, tokens = 10 }: Partial<FrontText> = {},
): FrontText => ({
  text: name,
  tokens,
  readability,
  bound: Math.max(0, readability),
  loss,
  ...(accuracy !== undefined && { accuracy }),
  gain: 0,
  gainInterval: [0, 0],
  rows: 40,
  edits: [],
});

const anyTexts = fc
  .array(
    fc.record({
      accuracy: fc.constantFrom(0.25, 0.5, 0.75),
      loss: fc.constantFrom(0.5, 1, 1.5),
      readability: fc.constantFrom(-0.5, 0, 0.3, 1, 3),
      tokens: fc.integer({ min: 5, max: 8 }),
    }),
    { minLength: 1, maxLength: 20 },
  )
  .map((values) => values.map((value, i) => text(String(i), value)));

describe('the front', () => {
  it('holds for every text one that reads as well, is as short and does as well', () => {
    fc.assert(
      fc.property(anyTexts, (texts) => {
        const front = frontOf(texts);
        for (const each of texts)
          expect(
            front.some(
              (other) => other.readability <= each.readability && other.tokens <= each.tokens && !isBetter(each, other),
            ),
          ).toBe(true);
      }),
    );
  });

  it('holds the chosen text although one that was found within a wider bound surpasses it', () => {
    const [original, chosen, wider] = [
      text('original', { accuracy: 0.5 }),
      text('chosen', { accuracy: 0.6, readability: 0.2 }),
      text('wider', { accuracy: 0.7, readability: 0.1 }),
    ];
    expect(frontOf([original, chosen, wider])).toStrictEqual([original, wider]);
    expect(frontOf([original, chosen, wider], chosen)).toStrictEqual([original, wider, chosen]);
  });

  it('holds no text beside another that surpasses it, but for the original', () => {
    fc.assert(
      fc.property(anyTexts, (texts) => {
        const front = frontOf(texts);
        expect(front).toContain(texts[0]);
        for (const each of front.filter((member) => member !== texts[0]))
          for (const other of front)
            expect(other.readability <= each.readability && other.tokens <= each.tokens && isBetter(other, each)).toBe(
              false,
            );
      }),
    );
  });

  it('lists the best to read first', () => {
    fc.assert(
      fc.property(anyTexts, (texts) => {
        const readabilities = frontOf(texts).map(({ readability }) => readability);
        expect(readabilities).toEqual([...readabilities].sort((a, b) => a - b));
      }),
    );
  });
});

describe('the text that is the default', () => {
  it('is the most accurate within the bound, of equals that of the lowest loss, else the original', () => {
    const original = text('original', { accuracy: 0.5 });
    const near = text('near', { accuracy: 0.6, loss: 1.1, readability: 0.2 });
    const far = text('far', { accuracy: 0.9, readability: 4 });
    expect(chooseText([original, near, far], 0.3).text).toBe('near');
    expect(chooseText([original, near, far], Infinity).text).toBe('far');
    expect(chooseText([original, text('equal', { accuracy: 0.5 })], 0.3).text).toBe('original');
    expect(chooseText([original, near, text('calm', { accuracy: 0.6, loss: 0.9 })], 0.3).text).toBe('calm');
    expect(chooseText([original, far], 0.3).text).toBe('original');
  });

  it('goes by the loss where the answers are texts', () => {
    expect(chooseText([text('original', { loss: 1 }), text('other', { loss: 0.9 })], 0.3).text).toBe('other');
  });

  it('does at least as well with a wider bound', () => {
    fc.assert(
      fc.property(anyTexts, fc.double({ min: 0, max: 4, noNaN: true }), (texts, bound) => {
        expect(isBetter(chooseText(texts, bound), chooseText(texts, Infinity))).toBe(false);
      }),
    );
  });

  it('goes by losses as well as by answers', () => {
    const surer = text('surer', { accuracy: 0.6, loss: 0.9 });
    expect(isBetter(surer, text('lucky', { accuracy: 0.62, loss: 1.4 }))).toBe(true);
    expect(isBetter(surer, text('right', { accuracy: 0.7, loss: 1.4 }))).toBe(false);
  });

  it('gives up readability for more right answers alone, and for more than a chance one', () => {
    const original = text('original', { accuracy: 0.6 });
    const wide = (accuracy: number, loss: number) => text('wide', { accuracy, loss, readability: 1 });
    expect(chooseText([original, wide(0.6, 0.5)], Infinity).text).toBe('original');
    expect(chooseText([original, wide(0.61, 1)], Infinity).text).toBe('original');
    expect(chooseText([original, wide(0.65, 1)], Infinity).text).toBe('wide');
    expect(chooseText([original, text('near', { accuracy: 0.61, readability: 0.2 })], Infinity).text).toBe('near');
  });

  it('goes by its answers alone where nothing is asked of how it reads', () => {
    const original = text('original', { accuracy: 0.6 });
    const beyond = (accuracy: number, loss: number) => text('beyond', { accuracy, loss, readability: 2 });
    expect(chooseText([original, beyond(0.6, 0.9)], Infinity).text).toBe('beyond');
    expect(chooseText([original, beyond(0.61, 1)], Infinity).text).toBe('beyond');
    expect(chooseText([original, beyond(0.6, 1)], Infinity).text).toBe('original');
    expect(chooseText([original, beyond(0.9, 0.5)], 1.5).text).toBe('original');
  });
});
