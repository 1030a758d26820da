/**
 * What a person reads for each method, wherever it is named. Templates, settings and commands of the terminal name it
 * by its key.
 */
export const methodTitles = {
  hard: 'Hard Prompt',
  soft: 'Soft Prompt',
  v1: 'P-Tuning v1',
  v2: 'P-Tuning v2',
  answers: 'Answers from a File',
} as const;
