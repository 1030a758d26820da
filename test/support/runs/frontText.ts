import type { FrontText } from '../../../src/tuning/search/front/frontText';

/** A text that a search has kept, as good as the original where nothing else is said. */
export const frontText = (text: string, readability: number, more: Partial<FrontText> = {}): FrontText => ({
  text,
  tokens: 6,
  readability,
  bound: null,
  loss: 0.7,
  accuracy: 0.5,
  accuracyInterval: [0.25, 0.75],
  gain: 0,
  gainInterval: [-0.1, 0.1],
  rows: 40,
  edits: [],
  ...more,
});
