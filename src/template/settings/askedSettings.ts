import type { Settings } from './settings';

/** The settings that decide what a model is asked and how it answers, with a training or without. */
export const askedSettings = [
  'labels',
  'maxLength',
  'truncate',
  'format',
  'chat',
  'trimMessages',
  'examplesAs',
  'examples',
  'config',
  'constrain',
] as const satisfies readonly (keyof Settings)[];
