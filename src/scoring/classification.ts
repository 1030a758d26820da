/** One row's label and what a method said. */
export interface Classified {
  readonly expected: string;
  readonly predicted: string;
}

/** `counts[i][j]`: rows of label i that were called label j. */
export interface ConfusionMatrix {
  readonly labels: readonly string[];
  readonly counts: readonly (readonly number[])[];
}

/** `[expected][called]`, as shares of the expected label's rows. */
export interface LabelShares {
  readonly labels: readonly string[];
  readonly shares: readonly (readonly number[])[];
}

/** Share of rows called what they are. @throws RangeError without rows. */
export function accuracy(rows: readonly Classified[]): number {
  requireRows(rows);
  return rows.filter((row) => row.predicted === row.expected).length / rows.length;
}

/**
 * Unweighted mean of the labels' F1 = 2·true positives / (rows of the label + rows called it), over the labels that
 * occur among either. As in scikit-learn's `f1_score(average='macro', zero_division=0)`, a label never called right
 * counts 0.
 * @param among the labels that the mean is over; other answers count against the row's label alone (scikit-learn's
 * `labels`)
 * @throws RangeError without rows
 */
export function macroF1(rows: readonly Classified[], among?: readonly string[]): number {
  requireRows(rows);
  const { labels, counts } = confusionMatrix(rows);
  const scores = labels.flatMap((name, label) => {
    if (among && !among.includes(name)) return [];
    const ofLabel = total(counts[label]!);
    const calledLabel = total(counts.map((row) => row[label]!));
    return (2 * counts[label]![label]!) / (ofLabel + calledLabel);
  });
  return total(scores) / scores.length;
}

/**
 * How often each label was called each label.
 * @param order labels to list first, present or not (the template's enum); others follow in alphabetical order
 */
export function confusionMatrix(rows: readonly Classified[], order: readonly string[] = []): ConfusionMatrix {
  const present = new Set(rows.flatMap(({ expected, predicted }) => [expected, predicted]));
  const labels = [...new Set([...order, ...[...present].sort()])];
  const indexOf = new Map(labels.map((label, i) => [label, i]));
  const counts = labels.map(() => new Array<number>(labels.length).fill(0));
  for (const { expected, predicted } of rows) counts[indexOf.get(expected)!]![indexOf.get(predicted)!]!++;
  return { labels, counts };
}

/**
 * In what share of a label's rows one method calls another label more often than the other method does.
 * @returns the labels of both, those of `a` first, and `[expected][called]` share in `a` less share in `b`; 0 for a
 * label without rows
 */
export function confusionDifference(a: ConfusionMatrix, b: ConfusionMatrix): LabelShares {
  const labels = [...new Set([...a.labels, ...b.labels])];
  const [left, right] = [sharesOf(a, labels), sharesOf(b, labels)];
  return { labels, shares: left.map((row, i) => row.map((share, j) => share - right[i]![j]!)) };
}

/** Shares of each label's rows that were called each label: a row adds up to one, or to zero where it has no rows. */
export function withShares(matrix: ConfusionMatrix): ConfusionMatrix & LabelShares {
  return { ...matrix, shares: sharesOf(matrix, matrix.labels) };
}

function sharesOf({ labels, counts }: ConfusionMatrix, order: readonly string[]): readonly (readonly number[])[] {
  const places = order.map((label) => labels.indexOf(label));
  return places.map((i) => {
    const rows = i < 0 ? 0 : total(counts[i]!);
    return places.map((j) => (rows === 0 || j < 0 ? 0 : counts[i]![j]! / rows));
  });
}

/**
 * The most frequent label (of equals, the first met) and the accuracy of always answering it.
 * @throws RangeError without rows.
 */
export function majorityBaseline(rows: readonly Pick<Classified, 'expected'>[]): {
  readonly label: string;
  readonly accuracy: number;
} {
  requireRows(rows);
  const frequency = new Map<string, number>();
  for (const { expected } of rows) frequency.set(expected, (frequency.get(expected) ?? 0) + 1);
  const [label, count] = [...frequency].reduce((most, next) => (next[1] > most[1] ? next : most));
  return { label, accuracy: count / rows.length };
}

function requireRows(rows: readonly unknown[]): void {
  if (rows.length === 0) throw new RangeError('A score needs at least one row.');
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, value) => sum + value, 0);
}
