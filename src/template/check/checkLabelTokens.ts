import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import type { Analysis } from '../read/analysis';
import { outputSpan } from '../read/checks/checkLabels';
import type { Draft, Fix } from '../text/finding';
import { enumSpan, wordEdit, wordSpan } from '../edit/labelEdits';
import { answersBehind } from '../render/words/answerTokens';
import { answerPlace, wordsInPlace } from '../render/length/promptLength';
import { firstToken, shorterWords } from '../render/words/shorterWords';
import type { TokenEncoder } from '../text/tokenEncoder';
import type { TokensInPlace } from '../text/tokensInPlace';

/**
 * Rules on the tokens that label words have behind the prompt: `label-multi-token`, `label-same-first-token`,
 * `answer-seam`.
 * @param row one of the data, where one is known
 */
export function labelTokenDrafts(
  analysis: Analysis,
  encoder: TokenEncoder,
  row?: Readonly<Record<string, unknown>>,
): readonly Draft[] {
  if (!analysis.output?.values) return [];
  const problems: Draft[] = [];
  const place = answerPlace(analysis, encoder, row);
  const { before } = place;
  const encode = answersBehind(before, encoder);
  const inPlace = (word: string): TokensInPlace | Failure => {
    try {
      return encode(word);
    } catch (error) {
      if (error instanceof Failure) return error;
      throw error;
    }
  };
  const firstOwner = new Map<string, { label: string; word: string }>();
  // Where the prompt itself cannot be written, no word is to blame.
  if (inPlace('') instanceof Failure) return [];
  const encoded = Object.entries(wordsInPlace(analysis, place)).flatMap(([label, list]) =>
    list.map((word) => ({ label, word, found: inPlace(word) })),
  );
  const words = encoded.flatMap(({ found, ...word }) => (found instanceof Failure ? [] : [{ ...word, ...found }]));
  for (const { label, word, found } of encoded)
    if (found instanceof Failure)
      problems.push({
        code: 'label-missing',
        severity: 'error',
        span: wordSpan(analysis, label, word) ?? enumSpan(analysis, label) ?? outputSpan(analysis),
        message: l10n.t`The model cannot write the word "${word}" of the label "${label}": ${found.message}`,
      });
  for (const { label, word, tokens, merged } of words) {
    const span = wordSpan(analysis, label, word) ?? enumSpan(analysis, label) ?? outputSpan(analysis);
    if (tokens.length > 1) {
      const others = words.filter((other) => other.word !== word || other.label !== label);
      const taken = new Set(others.map(firstToken));
      const shorter = shorterWords(label, word)
        .flatMap((candidate) => {
          const found = inPlace(candidate);
          return found instanceof Failure ? [] : [{ candidate, ...found }];
        })
        .filter((each) => each.tokens.length === 1 && !taken.has(firstToken(each)));
      problems.push({
        code: 'label-multi-token',
        severity: 'information',
        span,
        message: l10n.t`"${word}" is ${tokens.length} tokens; a word of one token is scored more directly.`,
        fixes: shorter.slice(0, mostChoices).flatMap(({ candidate }): readonly Fix[] => {
          const edit = wordEdit(analysis, label, { from: word, to: candidate });
          return edit ? [{ title: l10n.t`Use ${JSON.stringify(candidate)}, one token`, edits: [edit] }] : [];
        }),
      });
    }
    const first = firstToken({ tokens, merged });
    const owner = first === undefined ? undefined : firstOwner.get(first);
    if (owner && owner.label !== label && owner.word !== word) {
      problems.push({
        code: 'label-same-first-token',
        severity: 'warning',
        span,
        message: l10n.t`"${word}" and "${owner.word}" begin with the same token; the first token cannot tell \
"${label}" from "${owner.label}".`,
      });
    } else if (first !== undefined) firstOwner.set(first, { label, word });
  }
  const joined = words.filter(({ merged }) => merged > 0);
  return joined.length > 0 ? [...problems, seam(analysis, joined, before.text, encoder)] : problems;
}

/** `answer-seam`: words that change the last tokens of the prompt. */
function seam(
  analysis: Analysis,
  joined: readonly (TokensInPlace & { readonly word: string })[],
  before: string,
  encoder: TokenEncoder,
): Draft {
  const [{ word, tokens }] = joined as [(typeof joined)[number]];
  const [prompt, token] = [/\s*\S*\s*$/.exec(before.slice(-longestShown))![0], encoder.token?.(tokens[0]!)];
  const [end, first] = [JSON.stringify(prompt), JSON.stringify(word)];
  const words = joined.length > 1 ? l10n.t`${first} (and ${joined.length - 1} more)` : first;
  const shared =
    token === undefined
      ? l10n.t`The end of the prompt, ${end}, and the word ${words} share a token: the answer begins inside the prompt.`
      : l10n.t`The end of the prompt, ${end}, and the word ${words} share a token, ${token}: the answer begins \
inside the prompt.`;
  return {
    code: 'answer-seam',
    severity: 'information',
    span: analysis.answerSlot?.span ?? outputSpan(analysis),
    message: `${shared} ${
      /\s$/.test(before)
        ? l10n.t`Move the white space from the end of the prompt to the beginning of the word.`
        : l10n.t`Put a space or a line break between them.`
    }`,
  };
}

/** Characters of the prompt's end that a message shows. */
const longestShown = 24;

const mostChoices = 3;
