import type { Writable } from 'node:stream';
import { counted, duration, perSecond } from '../words/formatNumbers';
import { openPromptAt } from '../use/openPromptAt';
import type { Output } from '../use/predict/outputFile';
import { predictRows, type PredictProgress, type PredictRequest, type PredictResult } from '../use/predict/predictRows';
import { chosenSource } from '../template/settings/data/chosenSource';
import { shownPath } from './display/shownPath';
import type { Common } from './options';

export interface PredictCommand extends Omit<Common, 'json'> {
  /** A run, an adapter or a template. */
  readonly prompt: string;
  /** `-` for standard input. */
  readonly input: string;
  readonly to?: string;
  /** Where rows go that are written to no file. */
  readonly output?: Extract<PredictRequest['output'], Output>;
  readonly force?: boolean;
  readonly inputFormat: string;
  readonly threshold?: number;
  readonly prefix: string;
  readonly strict?: boolean;
  readonly template?: string;
}

/**
 * Answers the rows of an input, see {@link predictRows}.
 * @param options `onWarning` hears what may make the answers other than those that were measured
 */
export async function predict(
  { prompt: reference, input, to, output, ...given }: PredictCommand,
  options: {
    readonly signal: AbortSignal;
    onProgress(progress: PredictProgress): void;
    onWarning(sentence: string): void;
  },
): Promise<PredictResult> {
  const prompt = await openPromptAt(reference, given);
  prompt.warnings.forEach((sentence) => options.onWarning(sentence));
  return predictRows(
    {
      prompt,
      input:
        input === '-'
          ? { stream: process.stdin, extension: `.${given.inputFormat}` }
          : { source: chosenSource(input, 'INPUT') },
      output: to === undefined ? output! : { file: to, replaces: given.force ?? false },
      prefix: given.prefix,
      threshold: given.threshold,
      isStrict: given.strict,
    },
    options,
  );
}

/** An output that is printed, in the form of the input or, where JSON is asked for, as JSON lines. */
export function printingOutput(
  stream: Writable,
  { json }: { readonly json?: boolean },
): NonNullable<PredictCommand['output']> {
  const write = (text: string): Promise<void> =>
    new Promise((resolve, reject) => stream.write(text, (error) => (error ? reject(error) : resolve())));
  return {
    append: write,
    finish: write,
    close: () => Promise.resolve(),
    ...(json && { extension: '.jsonl' }),
  };
}

/** What became of the rows, in a line or two. */
export function formatPredicted(result: PredictResult): string {
  const { rows, resumed, seconds, errors, review, truncated, output } = result;
  const fresh = rows - resumed;
  const details = [
    resumed > 0 ? `${counted(resumed, 'row')} of them by an earlier process` : '',
    errors > 0 ? `${counted(errors, 'row')} without a prediction, see the column "error"` : '',
    review > 0 ? `${counted(review, 'row')} to be looked at by hand` : '',
    truncated > 0 ? `${counted(truncated, 'answer')} cut off by the budget of tokens` : '',
  ].filter(Boolean);
  const pace = fresh > 0 ? ` in ${duration(seconds)}, ${perSecond(fresh / seconds)} a second` : '';
  return [
    `${counted(rows, 'row')}${pace}${details.map((detail) => `; ${detail}`).join('')}.`,
    ...(output === undefined ? [] : [`Predictions: ${shownPath(output)}`]),
  ].join('\n');
}
