/** What a person might add to an English instruction without changing what it asks. */

/** Words that hold a sentence together. Embeddings liken them to each other although none can stand for another. */
const closedClass: ReadonlySet<string> = new Set(
  `a an the this that these those some any each every all both no one
  i you he she it we they me him her us them my your his its our their
  what which who whom whose when where why how whether if and or but nor so as than then
  of to in on at by for from with about into over under after before between through up down out off
  is are was were be been being am do does did has have had will would shall should can could may might must not`.split(
    /\s+/,
  ),
);

export const isClosedClass = (word: string): boolean => closedClass.has(word.toLowerCase());

/** Whether a text is likely English: it holds two different words of those that hold English sentences together. */
export const isEnglish = (text: string): boolean =>
  new Set(
    text
      .toLowerCase()
      .split(/[^a-z]+/)
      .filter(isClosedClass),
  ).size >= 2;

/** Words that stress or soften what they stand beside. */
export const modifiers: ReadonlySet<string> = new Set([
  'exactly',
  'only',
  'really',
  'chiefly',
  'mainly',
  'mostly',
  'clearly',
  'plainly',
  'simply',
  'now',
  'just',
  'truly',
  'rightly',
  'briefly',
  'here',
  'always',
  'then',
]);

/** Sentences that fit any task. */
export const sentences: readonly string[] = [
  'Read it with care.',
  'Be brief.',
  'Think first.',
  'Do not guess.',
  'Take your time.',
  'Look at the whole text.',
  'Use your own judgment.',
  'Here is the text.',
  'Let us begin.',
  'Now read on.',
  'The answer stands at the end.',
  'Be exact.',
];

/** Sentences that fit a task whose answer is one of a few words. */
export const sentencesForChoices: readonly string[] = [
  'Answer in one word.',
  'Give one word only.',
  'Choose the best word.',
  'Only one is right.',
  'Consider each of them in turn.',
  'Each is as likely as the others.',
  'The answer is a single word.',
  'There is one right answer.',
  'Any of them may be right.',
  'Pick one.',
  'Name the right one.',
];
