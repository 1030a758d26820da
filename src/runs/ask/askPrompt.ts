import { streamAnswer, type StreamedPiece } from '../../decoding/streamAnswer';
import type { Generator } from '../../decoding/generator';
import { batchOptions } from '../../objective/batch';
import type { Example } from '../../objective/example';
import type { OpenObjective } from '../../objective/objective';
import { answerOptions } from '../../scoring/answerOptions';
import type { LabelProbability } from '../../scoring/likelihood/labelProbability';
import { requireNumbers, scoreRows } from '../../scoring/scoreSplit';
import type { RunPrompt } from './openRunPrompt';

/** A run's prompt and an input for it, as `encodeInput` makes one. */
export interface AskedPrompt extends RunPrompt {
  readonly example: Example;
}

/** Tokens in front of an answer, virtual ones and those of a prefix among them. */
export const promptTokensOf = ({ example, task }: AskedPrompt): number => example.prompt.length + task.prefixRows;

export interface ChosenLabel {
  readonly label: string;
  /** In the enum's order. */
  readonly probabilities: readonly LabelProbability[];
  readonly seconds: number;
}

/** Answers with one of the task's labels. @throws Failure "loss-not-finite" */
export async function chooseLabel(
  { task, model, prompt, example }: AskedPrompt,
  objective: OpenObjective,
): Promise<ChosenLabel> {
  const began = performance.now();
  const source = { rows: 1, examples: () => Promise.resolve([example]) };
  const scoring = { task, objective, batch: batchOptions(task, model, 'scoring'), source, rows: 1 };
  for await (const {
    rows: [scored],
  } of scoreRows(scoring, prompt)) {
    requireNumbers([scored!], () => ({}));
    return {
      label: task.labels[scored!.predicted] ?? '',
      probabilities: task.labels.map((label, i) => ({ label, probability: scored!.probabilities[i]! })),
      seconds: (performance.now() - began) / 1000,
    };
  }
  throw new Error('A source with one row gave none.');
}

/**
 * Answers with text, as an evaluation answers a first row, and hands it out as it grows: `streamAnswer` says how.
 * @param signals what ends the answer with what is written, and what fails it
 */
export const writeText = (
  { task, model, prompt, example }: AskedPrompt,
  generator: Pick<Generator, 'stream'>,
  signals: { readonly stop?: AbortSignal; readonly signal?: AbortSignal } = {},
): AsyncGenerator<StreamedPiece> =>
  streamAnswer(generator, { ids: example.prompt, soft: prompt }, { ...answerOptions(task, model), ...signals });
