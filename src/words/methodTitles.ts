import * as l10n from '@vscode/l10n';

/**
 * What a person reads for each method, wherever it is named. Templates, settings and commands of the terminal name it
 * by its key.
 */
export const methodTitles = {
  get hard() {
    return l10n.t`Hard Prompt`;
  },
  get soft() {
    return l10n.t`Soft Prompt`;
  },
  get v1() {
    return l10n.t`P-Tuning v1`;
  },
  get v2() {
    return l10n.t`P-Tuning v2`;
  },
  get answers() {
    return l10n.t`Answers from a File`;
  },
} as const;
