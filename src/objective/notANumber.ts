import { Failure, type SourceLocation } from '../failure';

/** What is said of a row for which the model gives no numbers. */
export function notANumber(location: SourceLocation = {}): Failure {
  return new Failure(
    'loss-not-finite',
    'The model gives no numbers for this row (NaN).',
    location,
    'If it was trained, lower tune.learningRate or set tune.clip to 1; if not, the weights are damaged or overflow ' +
      'in their number format: use another variant of the model.',
  );
}
