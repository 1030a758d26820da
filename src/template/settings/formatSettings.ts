import type { Settings } from './settings';

/** The settings that decide in which form a model reads a prompt. */
export type FormatSettings = Pick<Settings, 'format' | 'chat' | 'trimMessages' | 'examplesAs'>;

/** Those settings, whole: runs of versions that knew no messages lack them, and put every prompt as one text. */
export const formatSettings = ({
  format = 'text',
  chat = {},
  trimMessages = true,
  examplesAs = 'written',
}: FormatSettings): Required<FormatSettings> => ({ format, chat, trimMessages, examplesAs });
