import { expect, it } from 'vitest';
import { isolated } from '../../../src/words/isolateText';

it('only what is written from right to left is isolated from the sentence around it', () => {
  for (const text of ['', 'wet', 'größer', '天気', '😀 fine', '12.5 %']) expect(isolated(text)).toBe(text);
  for (const text of ['عربي', 'שלום', 'mixed עברית text', '\u{1e900}'])
    expect(isolated(text)).toBe(`\u2068${text}\u2069`);
});
