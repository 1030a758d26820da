import type { ColumnLength } from '../../data/survey/columnLengths';
import type { Format, splits } from '../settings/settings';
import type { TokenEncoder } from '../text/tokenEncoder';
import type { KnownColumns } from '../../data/survey/readColumns';
import type { RowLack, RowMisfits } from '../../data/survey/surveyRows';
import type { TableLook } from '../../data/table/lookAtTable';
import type { ModelSizes } from '../settings/trainedParameters';

export type SplitName = (typeof splits)[number];

/** What was seen of one data file. */
export interface SplitSummary {
  /** Path as the template writes it. */
  readonly file: string;
  readonly rows: number;
  readonly columns: readonly string[];
  /** How long the values of each column are. */
  readonly lengths?: ReadonlyMap<string, ColumnLength>;
  /** Rows of each label; empty for a generation. */
  readonly labels: Readonly<Record<string, number>>;
  /** `rowKey` of each distinct row → its number, from 0. */
  readonly keys: ReadonlyMap<string, number>;
  /** Label of each of them, in their order; absent where nobody looked. */
  readonly keyLabels?: readonly (string | undefined)[];
  /** `rowKey` of each row that is there more than once → how many more there are; absent where none is. */
  readonly repeats?: ReadonlyMap<string, number>;
  /** The names that rows lack although the template reads them, each with the first such row; absent where none is. */
  readonly lacks?: readonly RowLack[];
  /** Rows that make no answer; absent where none is. */
  readonly misfits?: RowMisfits;
  /** The names that the template reads each of whose values comes with one label alone; absent where none is. */
  readonly telling?: readonly string[];
  /** Whether only the beginning of the file was read. */
  readonly truncated: boolean;
}

/** Rows whose prompts do not fit, and how long those of some of them are. */
export interface LongRows {
  /** Tokens that fit. */
  readonly limit: number;
  readonly rows: number;
  /** The first of them: lines of the file, and tokens with the longest answer. */
  readonly first: readonly { readonly line: number; readonly tokens: number }[];
  /** Tokens of the longest. */
  readonly longest: number;
}

/** What stands for a method on a template: the mean over the seeds of its newest study. */
export interface LastRun {
  /** The newest run of the study. */
  readonly run: string;
  /** What it is called: a method, or the name of answers that were not produced here. */
  readonly method: string;
  /** By the metric that decides, null where there is no number. */
  readonly score: {
    readonly name: string;
    readonly value: number;
    /** 95 %. */
    readonly interval: readonly [number, number] | null;
    readonly scale: 'share' | 'hundred' | 'count';
  } | null;
  readonly loss: number;
  readonly n: number;
  /** On which rows, in words: `100 rows of test, 2 of them in train too`. */
  readonly rows: string;
  /** How what was measured was trained and chosen; empty where nothing was. */
  readonly chosen: string;
  /** `mean of 3 seeds`; empty for one. */
  readonly seeds: string;
  /** In what the text asks otherwise by now than what was measured: noun phrases, empty where it is the same. */
  readonly changed: readonly string[];
  /** ISO 8601. */
  readonly finished: string;
}

/** What is known around a template: its files, data, model and runs. A rule whose data is absent reports nothing. */
export interface TemplateContext {
  /** A form of the prompt that outranks the template's. */
  readonly format?: Format;
  /** Text of `_name.prompt`, or undefined when there is none. */
  readonly readPartial?: (name: string) => string | undefined;
  /** Names of the other files that include a partial. */
  readonly partialUsers?: (name: string) => readonly string[];
  /** Names that `{{> name}}` may include. */
  readonly partialNames?: readonly string[];
  /** Whether a file exists; paths come joined to the template's folder. */
  readonly fileExists?: (path: string) => boolean;
  /** Whether templates may read a path; any where it is absent. Paths come joined to the template's folder. */
  readonly mayRead?: (path: string) => boolean;
  /** Data files near the template, relative to its folder, with `/`. */
  readonly dataFiles?: readonly string[];
  /** Columns of the data. */
  readonly columns?: readonly string[];
  /** Columns of each data file. */
  readonly splitColumns?: Readonly<Partial<Record<SplitName, KnownColumns>>>;
  /** How tables read that lack a column of the template. */
  readonly tables?: Readonly<Partial<Record<SplitName, TableLook>>>;
  /** The first rows of the training data. */
  readonly sampleRows?: readonly Readonly<Record<string, unknown>>[];
  /** Rows for each label, of the training data where the template names some, else of dev or test. */
  readonly dataLabels?: Readonly<Record<string, number>>;
  /** Rows of each split that do not fit; absent while nobody measured them. */
  readonly longRows?: Readonly<Partial<Record<SplitName, LongRows>>>;
  /** What was seen of the data files, by split. */
  readonly splits?: Readonly<Partial<Record<SplitName, SplitSummary>>>;
  /** Tokenizer of the template's model. */
  readonly encoder?: TokenEncoder;
  /** The program that keeps the model, where it puts messages together by a template that is not read here. */
  readonly foreignTemplate?: string;
  /** Longest prompt of the model, in tokens. */
  readonly contextLength?: number;
  readonly sizes?: ModelSizes;
  /** Models at hand, `builtin` aside. */
  readonly models?: readonly string[];
  /** Where those models are, how large and how stored, by their names. */
  readonly modelDetails?: Readonly<Record<string, string>>;
  /** Why the template's model is not found and what to do, where it is named as another program's. */
  readonly modelMissing?: string;
  /** The result that stands for each method, newest first. */
  readonly lastRuns?: readonly LastRun[];
  /** How files read whose rows could not be read. */
  readonly unreadableTables?: Readonly<Partial<Record<SplitName, TableLook>>>;
  /** Why a data file could not be read, in a sentence. */
  readonly unreadable?: Readonly<Partial<Record<SplitName, string>>>;
  /** Why the tokenizer could not be had, in a sentence; absent while nobody tried. */
  readonly noTokens?: string;
}
