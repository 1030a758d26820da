/**
 * The labels of a classification: a few distinct answers that occur twice each on average; undefined for other
 * answers.
 */
export function labelsAmong(answers: readonly (string | undefined)[]): readonly string[] | undefined {
  const known = answers.filter((answer) => answer !== undefined);
  const distinct = [...new Set(known)];
  const mostLabels = 20;
  return distinct.length > 1 && distinct.length <= mostLabels && distinct.length * 2 <= known.length
    ? distinct
    : undefined;
}
