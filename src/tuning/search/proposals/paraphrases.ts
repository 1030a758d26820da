import { largest } from '../../../lists';
/** Phrases that mean much the same at the place of one another in an English instruction; lower case. */
const groups: readonly (readonly string[])[] = [
  ['say', 'tell', 'state', 'name', 'write', 'show', 'decide', 'find out', 'tell me', 'let us see', 'we ask'],
  ['read', 'look at', 'consider', 'hear', 'think of'],
  ['classify', 'sort', 'label', 'scorer', 'describe'],
  ['answer', 'reply', 'give the answer'],
  ['what kind of', 'which kind of', 'what sort of', 'what manner of'],
  ['whether', 'if'],
  ['asks for', 'asks about', 'wants to know', 'is after', 'is about', 'seeks'],
  ['is about', 'speaks of', 'tells of', 'concerns', 'deals with'],
  ['the following', 'this', 'the', 'each', 'every'],
  ['one of', 'any of', 'either of'],
  ['thing', 'matter', 'subject'],
  ['in one word', 'in a word', 'with one word', 'in few words'],
  ['text', 'passage', 'words'],
  ['message', 'letter', 'note'],
  ['review', 'notice', 'opinion'],
  ['question', 'inquiry'],
  ['person who wrote', 'writer of', 'author of'],
  ['good or bad', 'good or not', 'bad or good'],
];

/** What may stand where `words` stand (lower case, one space between); empty for a phrase that is in no group. */
export function paraphrasesOf(words: string): readonly string[] {
  return [...new Set(groups.filter((group) => group.includes(words)).flat())].filter((other) => other !== words);
}

/** Words in the longest phrase. */
export const longestPhrase = largest(groups.flat().map((phrase) => phrase.split(' ').length));
