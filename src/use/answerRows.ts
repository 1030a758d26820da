import { openGenerator, type Generator } from '../decoding/generator';
import { Failure } from '../failure';
import { batchOptions } from '../objective/batch';
import type { Example } from '../objective/example';
import { notANumber } from '../objective/notANumber';
import { openObjective, type OpenObjective } from '../objective/objective';
import { encodeInput, type Input } from '../runs/ask/encodeInput';
import type { RunPrompt } from '../runs/ask/openRunPrompt';
import { scoreRows } from '../scoring/scoreSplit';
import { writeAnswers } from '../scoring/writeAnswers';

/** What a prompt answers to one row. */
export type RowAnswer =
  | {
      readonly label: string;
      /** In the enum's order. */
      readonly probabilities: readonly number[];
      /** Tokens in front of the answer, virtual ones and those of a prefix among them. */
      readonly promptTokens: number;
    }
  | {
      readonly text: string;
      /** Whether the budget of tokens ended it. */
      readonly truncated: boolean;
      /** New tokens. */
      readonly tokens: number;
      readonly promptTokens: number;
    }
  /** Why the row has no answer. */
  | { readonly failure: Failure };

/** A prompt whose model is loaded. */
export interface RowAnswerer {
  /**
   * Answers rows together, each as if it were alone.
   * @returns in their order
   * @throws the signal's reason when it is aborted
   */
  answer(inputs: readonly Input[], options?: AnswerOptions): Promise<readonly RowAnswer[]>;
  close(): Promise<void>;
}

export interface AnswerOptions {
  readonly signal?: AbortSignal;
  /** Called as answers are finished. */
  onAnswered?(done: number): void;
}

export function openRowAnswerer(prompt: RunPrompt): RowAnswerer {
  const engine: Engine = { prompt, objective: openObjective(prompt.model) };
  return {
    async answer(inputs, options = {}) {
      const encoded = inputs.map((input) => encodeOrSay(prompt, input));
      const examples = encoded.flatMap((each, place) => ('failure' in each ? [] : [{ ...each, row: place }]));
      const answer = prompt.task.labels.length > 0 ? chooseLabels : writeTexts;
      const answers = await answer(engine, { examples, inputs, options });
      return encoded.map((each, place) => ('failure' in each ? each : answers.get(place)!));
    },
    async close() {
      await engine.objective.close();
      await engine.generator?.close();
    },
  };
}

interface Engine {
  readonly prompt: RunPrompt;
  readonly objective: OpenObjective;
  /** Opened for the first answer that is text. */
  generator?: Generator;
}

interface Asked {
  /** Their rows are places among the inputs. */
  readonly examples: readonly Example[];
  readonly inputs: readonly Input[];
  readonly options: AnswerOptions;
}

function encodeOrSay(prompt: RunPrompt, input: Input): Example | { readonly failure: Failure } {
  try {
    return encodeInput(prompt, input);
  } catch (error) {
    if (error instanceof Failure) return { failure: error };
    throw error;
  }
}

async function chooseLabels(
  { prompt: { task, model, prompt }, objective }: Engine,
  { examples, inputs, options: { signal, onAnswered } }: Asked,
): Promise<ReadonlyMap<number, RowAnswer>> {
  const source = {
    rows: examples.length,
    examples: (places: readonly number[]) => Promise.resolve(places.map((place) => examples[place]!)),
  };
  const scoring = { task, objective, source, batch: batchOptions(task, model, 'scoring'), rows: source.rows, signal };
  const answers = new Map<number, RowAnswer>();
  for await (const { rows } of scoreRows(scoring, prompt)) {
    for (const { example, predicted, probabilities } of rows)
      answers.set(
        example.row,
        probabilities.some(Number.isNaN)
          ? { failure: notANumber(inputs[example.row]!.location) }
          : {
              label: task.labels[predicted]!,
              probabilities,
              promptTokens: example.prompt.length + task.prefixRows,
            },
      );
    onAnswered?.(answers.size);
  }
  return answers;
}

async function writeTexts(engine: Engine, asked: Asked): Promise<ReadonlyMap<number, RowAnswer>> {
  const { prompt: opened } = engine;
  const { examples, inputs, options } = asked;
  const generator = (engine.generator ??= await openGenerator(opened.model));
  // Random numbers follow from the row's place in its file, not from that among these.
  const numbered = examples.map((example) => ({ ...example, row: inputs[example.row]!.index }));
  try {
    const written = await writeAnswers({ ...opened, generator }, opened.prompt, numbered, {
      where: () => ({}),
      signal: options.signal,
      onProgress: (done) => options.onAnswered?.(done),
    });
    return new Map(
      examples.map(({ row, prompt }): [number, RowAnswer] => {
        const { text, ending, tokens } = written.get(inputs[row]!.index)!;
        const promptTokens = prompt.length + opened.task.prefixRows;
        return [row, { text: text.trim(), truncated: ending === 'budget', tokens: tokens.length, promptTokens }];
      }),
    );
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'loss-not-finite') throw error;
    const [only, ...others] = examples;
    if (others.length === 0) return new Map([[only!.row, { failure: notANumber(inputs[only!.row]!.location) }]]);
    // One of them has no numbers; the halves without it are answered.
    const half = Math.ceil(examples.length / 2);
    const parts = [examples.slice(0, half), examples.slice(half)];
    const answers = new Map<number, RowAnswer>();
    for (const part of parts)
      for (const [row, answer] of await writeTexts(engine, { ...asked, examples: part })) answers.set(row, answer);
    return answers;
  }
}
