import type { OptionList } from '../text/optionList';
import { isSpaceless } from '../text/spacelessScripts';
import { capitalised } from '../text/words';

/** What may lead up to the answers in an English text. */
const introductions: readonly string[] = ['one of ', 'one of these: ', 'either ', 'just one of '];
/** What may stand in front of an English text. */
const openings: readonly string[] = ['Task: ', 'Please ', 'Now '];
const closing = /[.!?:。！？：]$/u;

/**
 * A text with other marks, or its list of answers in front: what a person might as well have typed. Words stay but for
 * those that lead up to a list.
 * @param end offset from where on nothing changes
 * @param english whether words of English may be added
 */
export function formMoves(
  source: string,
  { list, end, english }: { readonly list: OptionList | undefined; readonly end: number; readonly english: boolean },
): readonly string[] {
  const [text, rest] = [source.slice(0, end).trimEnd(), source.slice(source.slice(0, end).trimEnd().length)];
  const forms = [
    ...otherClosings(text),
    ...(list ? aroundList(text, list, english) : []),
    ...(english ? openings.flatMap((opening) => openedWith(text, opening)) : []),
    ...onLines(text),
  ];
  return [...new Set(forms)].filter((form) => form !== text).map((form) => form + rest);
}

function otherClosings(text: string): readonly string[] {
  const marks = isSpaceless(text) ? ['。', '？', '：', '！', ''] : ['.', '?', ':', '!', ''];
  const bare = text.replace(closing, '');
  return marks.map((mark) => bare + mark);
}

/** Other marks and words in front of the list, and the list in front of the sentence that it closes. */
function aroundList(text: string, list: OptionList, english: boolean): readonly string[] {
  const lead = text.slice(0, list.from);
  const [answers, after] = [text.slice(list.from, list.to), text.slice(list.to)];
  const bare = lead.replace(/\s*[,:;.–，：；。]?\s*$/u, '');
  if (bare === '') return [];
  const spaceless = isSpaceless(lead);
  const marks = spaceless ? ['：', '，', '。'] : [': ', ', ', ' – '];
  const marked = marks.map((mark) => bare + mark + answers + after);
  const own = spaceless ? [] : [`${bare}. ${capitalised(answers)}${after}`];
  const introduced =
    english && /[,:–]\s*$/u.test(lead) ? introductions.map((words) => lead + words + answers + after) : [];
  const endsText = /^["')\]]*[.!?。！？]?$/u.test(after);
  const inFront =
    endsText && !spaceless && !/[.!?]\s/u.test(bare)
      ? [`${capitalised(answers)}: ${bare.replace(/^\p{Lu}(?=\p{Ll})/u, (letter) => letter.toLowerCase())}${after}`]
      : [];
  return [...marked, ...own, ...introduced, ...inFront];
}

function openedWith(text: string, opening: string): readonly string[] {
  if (text.startsWith(opening)) return [text.slice(opening.length)].map(capitalised);
  if (!/^\p{Lu}\p{Ll}/u.test(text)) return [];
  return [opening + text.replace(/^\p{Lu}/u, (letter) => letter.toLowerCase())];
}

/** Each sentence on a line of its own. */
const onLines = (text: string): readonly string[] =>
  /[.!?] +(?=\p{Lu})/u.test(text) ? [text.replace(/([.!?]) +(?=\p{Lu})/gu, '$1\n')] : [];
