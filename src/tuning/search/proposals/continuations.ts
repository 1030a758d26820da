import { largest } from '../../../lists';
import { readAnswersOnly } from '../../../model/graph/answerPositions';
import { constantNodes, instantiate } from '../../../model/graph/instance';
import { emptyPastFeeds } from '../../../model/graph/past';
import type { LanguageModel } from '../../../model/openModel';
import { emptyGraph, extendGraph } from '../../../onnx/builder';
import { ElementType, type Model } from '../../../onnx/graph';
import { int64s, openSession } from '../../../onnx/runtime/session';
import { defaultThreads } from '../../../objective/objective';

/** What the model expects to come next. */
export interface Continuations {
  /**
   * Log-probabilities of every token after the first `position + 1` tokens of a sequence.
   * @param reads pairs of sequence and position
   * @returns for each read `[vocabulary]`, nats
   */
  after(
    sequences: readonly (readonly number[])[],
    reads: readonly (readonly [sequence: number, position: number])[],
  ): Promise<readonly Float32Array[]>;
  close(): Promise<void>;
}

/** Logits of all positions that are read at once, at most. */
const largestBlock = 2 ** 24;

export async function openContinuations(model: LanguageModel): Promise<Continuations> {
  const session = await openSession(reader(model), { threads: defaultThreads() });
  const { configuration, signature } = model;
  const run = async (
    sequences: readonly (readonly number[])[],
    reads: readonly (readonly [number, number])[],
  ): Promise<readonly Float32Array[]> => {
    const longest = largest(sequences.map((ids) => ids.length));
    const padded = (value: (id: number, i: number) => number): number[] =>
      sequences.flatMap((ids) => Array.from({ length: longest }, (_, i) => (i < ids.length ? value(ids[i]!, i) : 0)));
    const { logits } = await session.run({
      ...emptyPastFeeds(signature.past, sequences.length),
      input_ids: int64s(
        [sequences.length, longest],
        padded((id) => id),
      ),
      attention_mask: int64s(
        [sequences.length, longest],
        padded(() => 1),
      ),
      position_ids: int64s(
        [sequences.length, longest],
        padded((_, i) => i),
      ),
      reads: int64s([reads.length, 2], reads.flat()),
    });
    const width = logits!.data.length / reads.length;
    return reads.map((_, i) => logSoftmax((logits!.data as Float32Array).subarray(i * width, (i + 1) * width)));
  };
  return {
    async after(sequences, reads) {
      const longest = largest(sequences.map((ids) => ids.length));
      const together = Math.max(1, Math.floor(largestBlock / (longest * configuration.vocabularySize)));
      const results = new Array<Float32Array>(reads.length);
      for (let from = 0; from < sequences.length; from += together) {
        const own = reads.flatMap(([sequence, position], i) =>
          sequence >= from && sequence < from + together ? [{ i, read: [sequence - from, position] as const }] : [],
        );
        if (own.length === 0) continue;
        const values = await run(
          sequences.slice(from, from + together),
          own.map(({ read }) => read),
        );
        own.forEach(({ i }, k) => (results[i] = values[k]!));
      }
      return results;
    },
    close: () => session.release(),
  };
}

/** The model as it is, with the logits of asked positions only as output. */
function reader({ trainingModel: model, signature }: LanguageModel): Model {
  const builder = extendGraph(
    {
      ...emptyGraph,
      inputs: model.graph.inputs,
      initializers: model.graph.initializers,
      nodes: constantNodes(model.graph),
    },
    'reader/',
  );
  const reads = builder.input({ name: 'reads', type: ElementType.int64, dims: ['reads', 2] });
  const own = Object.fromEntries(model.graph.inputs.map((input) => [input.name, input.name]));
  const body = instantiate(builder, { graph: model.graph, signature }, { prefix: 'body/', bindings: own });
  const logits = builder.alias(builder.op('Identity', [body.value(signature.logits)]), 'logits');
  const graph = builder.graph([{ name: logits, type: ElementType.float }]);
  // Without any sizes nothing is gathered but what enters the head.
  return { ...model, graph: readAnswersOnly(graph, body.value(signature.finalHidden), reads, () => []) };
}

function logSoftmax(logits: Float32Array): Float32Array {
  let highest = -Infinity;
  for (const logit of logits) highest = Math.max(highest, logit);
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - highest);
  const normalizer = highest + Math.log(sum);
  const logProbabilities = new Float32Array(logits.length);
  for (let i = 0; i < logits.length; i++) logProbabilities[i] = logits[i]! - normalizer;
  return logProbabilities;
}
