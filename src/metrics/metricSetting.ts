/** How the text of an answer is made alike before it is compared (SQuAD does all three). */
export interface Normalisation {
  /** Whether upper and lower case are one. */
  readonly ignoreCase?: boolean;
  /** Whether the 32 ASCII punctuation characters are left out. */
  readonly ignorePunctuation?: boolean;
  /** Whether the words a, an and the are left out. */
  readonly articles?: boolean;
}

interface Negation {
  /** Whether the contrary scores 1. */
  readonly not?: boolean;
}

interface Texts {
  /** What is looked for; without it the references of the row. */
  readonly texts?: readonly string[];
  /** Whether all texts must be there, or any of them, as of references. */
  readonly need?: 'all' | 'any';
  readonly ignoreCase?: boolean;
}

/** What each kind of metric may be told. */
export interface MetricOptions {
  readonly exact: Normalisation & Negation;
  readonly f1: object;
  readonly rouge1: object;
  readonly rouge2: object;
  readonly rougeL: object;
  readonly bleu: { readonly tokenise?: '13a' | 'zh' };
  readonly chrf: { readonly wordOrder?: number };
  readonly contains: Texts & Negation;
  readonly startsWith: Omit<Texts, 'need'> & Negation;
  readonly regex: { readonly pattern: string; readonly flags?: string } & Negation;
  readonly number: {
    readonly absolute?: number;
    readonly relative?: number;
    readonly find?: 'only' | 'first' | 'last';
  } & Negation;
  readonly levenshtein: object;
  readonly similarity: object;
  readonly json: {
    readonly measure?: 'f1' | 'equal' | 'valid' | 'parses';
    readonly reading?: 'lenient' | 'strict';
    /** Whether texts are compared trimmed and in lower case. */
    readonly loose?: boolean;
    /** Whether a field that is null is as good as none. */
    readonly ignoreNulls?: boolean;
  } & Negation;
  readonly length: { readonly unit?: 'words' | 'characters'; readonly min?: number; readonly max?: number };
  readonly javascript: {
    /** Relative to the template. */
    readonly file: string;
    /** Seconds for one answer. */
    readonly timeLimit?: number;
    readonly scale?: 'share' | 'count';
    readonly better?: 'higher' | 'lower' | 'neither';
  };
}

export type MetricKind = keyof MetricOptions;

/** A setting of one kind, or of one of several. */
export type SettingOf<Kind extends MetricKind> = {
  [Each in Kind]: { readonly kind: Each; readonly name: string } & MetricOptions[Each];
}[Kind];

/** One metric of `tune.metrics`, as it stands in the settings of a run. */
export type MetricSetting = SettingOf<MetricKind>;

/** What is measured where a template names nothing, and in runs of versions that had no choice. */
export const defaultMetrics: readonly MetricSetting[] = [{ kind: 'exact', name: 'exact' }];

/** What is measured where a template names nothing and its answers are JSON objects. */
export const objectMetrics: readonly MetricSetting[] = [{ kind: 'json', name: 'json' }];
