import * as l10n from '@vscode/l10n';
import type { Draft } from '../../text/finding';

/** A finding on a prompt whose model could not be read, which it holds of only where the model reads one text. */
export function onlyInText(draft: Draft): Draft {
  const [first = '', ...rest] = draft.message;
  return {
    ...draft,
    severity: draft.severity === 'error' ? 'warning' : draft.severity,
    message: l10n.t`If the model has no chat template, ${first.toLowerCase()}${rest.join('')}`,
  };
}
