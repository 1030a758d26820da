import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openAddedTokens, type Section } from '../../../../src/model/tokenizer/addedTokens';

/** Beginnings that mean something in a pattern, and some outside the basic plane. */
const contents = [']', '^x', '\\', '-', 'a-', '[a-z]', '$', '.', '😀', '😁b', '<|end|>', '<|e'];
const tokens = contents.map((content, id) => ({
  id,
  content,
  special: true,
  normalized: false,
  singleWord: false,
  lstrip: false,
  rstrip: false,
}));

/** Leftmost and longest, letter by letter. */
function cutByHand(text: string): readonly Section[] {
  const sections: Section[] = [];
  let [from, at] = [0, 0];
  const addText = (): void => {
    if (at > from) sections.push({ text: text.slice(from, at), opens: from === 0 });
  };
  while (at < text.length) {
    const [longest] = contents.filter((content) => text.startsWith(content, at)).sort((a, b) => b.length - a.length);
    if (longest === undefined) {
      at++;
      continue;
    }
    addText();
    sections.push({ token: contents.indexOf(longest) });
    at += longest.length;
    from = at;
  }
  addText();
  return sections;
}

it('cuts added tokens out of a text, whatever letters they begin with', () => {
  const cut = openAddedTokens(tokens, (text) => text);
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...contents, 'a', 'x', ' ', '<', '|', '\ud83d', '\n', 'é')), (pieces) => {
      const text = pieces.join('');
      expect(cut(text)).toEqual(cutByHand(text));
    }),
  );
});
