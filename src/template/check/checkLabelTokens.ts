import type { Analysis } from '../read/analysis';
import { outputSpan } from '../read/checkLabels';
import type { Draft, Fix } from '../text/finding';
import { enumSpan, wordEdit, wordSpan } from '../read/labelEdits';
import type { TokenEncoder } from '../text/tokenEncoder';
import { labelWords } from '../settings/verbalizer';

/** Rules on the tokens of the label words: `label-multi-token`, `label-same-first-token`. */
export function labelTokenDrafts(analysis: Analysis, encoder: TokenEncoder): readonly Draft[] {
  const { output, written } = analysis;
  if (!output?.values) return [];
  const problems: Draft[] = [];
  const firstOwner = new Map<number, { label: string; word: string }>();
  const words = Object.entries(labelWords([...new Set(output.values)], written.labels)).flatMap(([label, list]) =>
    list.map((word) => ({ label, word, tokens: encoder.encode(word, false) })),
  );
  for (const { label, word, tokens } of words) {
    const span = wordSpan(analysis, label, word) ?? enumSpan(analysis, label) ?? outputSpan(analysis);
    if (tokens.length > 1) {
      const others = words.filter((other) => other.word !== word || other.label !== label);
      const taken = new Set(others.map((other) => other.tokens[0]));
      const shorter = shorterWords(label, word)
        .map((candidate) => ({ candidate, tokens: encoder.encode(candidate, false) }))
        .filter((each) => each.tokens.length === 1 && !taken.has(each.tokens[0]));
      problems.push({
        code: 'label-multi-token',
        severity: 'information',
        span,
        message: `"${word}" is ${tokens.length} tokens; a word of one token is scored more directly.`,
        fixes: shorter.slice(0, mostChoices).flatMap(({ candidate }): readonly Fix[] => {
          const edit = wordEdit(analysis, label, { from: word, to: candidate });
          return edit ? [{ title: `Use ${JSON.stringify(candidate)}, one token`, edits: [edit] }] : [];
        }),
      });
    }
    const owner = tokens[0] === undefined ? undefined : firstOwner.get(tokens[0]);
    if (owner && owner.label !== label && owner.word !== word) {
      problems.push({
        code: 'label-same-first-token',
        severity: 'warning',
        span,
        message:
          `"${word}" and "${owner.word}" begin with the same token; ` +
          `the first token cannot tell "${label}" from "${owner.label}".`,
      });
    } else if (tokens[0] !== undefined) firstOwner.set(tokens[0], { label, word });
  }
  return problems;
}

const mostChoices = 3;
/** Letters that the beginning of a word must have to replace the word. */
const fewestLetters = 3;

/**
 * Words that could replace a word of a label: the label itself, other cases, its single words, then its beginnings,
 * longest first.
 */
function shorterWords(label: string, word: string): readonly string[] {
  const space = /^\s*/.exec(word)![0];
  const bare = word.trim();
  const parts = [...new Set([label, bare, ...(`${bare} ${label}`.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [])])];
  const cased = parts.flatMap((part) => [part, part.toLowerCase(), part.slice(0, 1).toUpperCase() + part.slice(1)]);
  const letters = [...bare];
  const beginnings = letters
    .map((_, cut) => letters.slice(0, letters.length - cut).join(''))
    .filter((beginning) => [...beginning].length >= fewestLetters && /^[\p{L}\p{N}\p{M}]+$/u.test(beginning));
  return [...new Set([...cased, ...beginnings].filter((each) => each !== '').map((each) => space + each))].filter(
    (each) => each !== word,
  );
}
