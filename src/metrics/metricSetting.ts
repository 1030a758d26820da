/** How the text of an answer is made alike before it is compared (SQuAD does all three). */
export interface Normalisation {
  /** Whether upper and lower case are one. */
  readonly ignoreCase?: boolean;
  /** Whether the 32 ASCII punctuation characters are left out. */
  readonly ignorePunctuation?: boolean;
  /** Whether the words a, an and the are left out. */
  readonly articles?: boolean;
}

/** What each kind of metric may be told. */
export interface MetricOptions {
  readonly exact: Normalisation;
}

export type MetricKind = keyof MetricOptions;

/** One metric of `tune.metrics`, as it stands in the settings of a run. */
export type MetricSetting = {
  [Kind in MetricKind]: { readonly kind: Kind; readonly name: string } & MetricOptions[Kind];
}[MetricKind];
