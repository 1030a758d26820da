import * as l10n from '@vscode/l10n';
import { Failure, type SourceLocation } from '../failure';

/** What is said of a row for which the model gives no numbers. */
export function notANumber(location: SourceLocation = {}): Failure {
  return new Failure(
    'loss-not-finite',
    l10n.t`The model gives no numbers for this row (NaN).`,
    location,
    l10n.t`If it was trained, lower tune.learningRate or set tune.clip to 1; if not, the weights are damaged or \
overflow in their number format: use another variant of the model.`,
  );
}
