import * as l10n from '@vscode/l10n';

/** How the state of a run is called within a sentence: `failed`. */
export const statusWords = {
  queued: l10n.t`waiting`,
  running: l10n.t`running`,
  done: l10n.t`done`,
  stopped: l10n.t`stopped`,
  failed: l10n.t`failed`,
  lost: l10n.t`lost`,
} as const;
