import { gradientOf } from '../autodiff/gradient';
import type { LanguageModel } from '../model/openModel';
import { floats, openSession, type Feeds, type Numbers, type Session } from '../onnx/runtime/session';
import type { Batch } from './batch';
import { buildObjective } from './objectiveGraph';
import { names, type ObjectivePlan } from './objectiveNames';
import type { PrefixMatrix, SoftPrompt } from './prompt';
import type { Task } from './task';

/** What one pass over a batch computes. */
export interface ObjectiveValue {
  /** Mean objective of the batch, nats. */
  readonly loss: number;
  /** `[virtual tokens, hidden]`; only from {@link OpenObjective.step} */
  readonly gradient?: Float32Array;
  /** `[prefix rows, width]`; only from {@link OpenObjective.step} with a prefix */
  readonly prefixGradient?: Float32Array;
  /** `[examples, labels]`; only for the label objective, from {@link OpenObjective.score} */
  readonly scores?: Float32Array;
  /** `[scored tokens]`, nats; only from {@link OpenObjective.score} */
  readonly logLikelihoods?: Float32Array;
}

/** A model with its losses, loaded into the runtime; graphs are built on first use. */
export interface OpenObjective {
  /** Loss and its gradient with respect to the prompt. */
  step(batch: Batch, prompt: SoftPrompt): Promise<ObjectiveValue>;
  /** Loss and scores without a gradient. */
  score(batch: Batch, prompt: SoftPrompt | undefined): Promise<ObjectiveValue>;
  /** Mean probability of each token at the answer slots, `[vocabulary]`. @param batch a token of each example scored */
  nextTokens(batch: Batch, prompt: SoftPrompt | undefined): Promise<Float32Array>;
  close(): Promise<void>;
}

export interface ObjectiveOptions {
  /** Computes activations again for the gradient instead of holding them; less memory, more time, the same numbers. */
  readonly checkpointing?: boolean;
}

/** The objective that a task is trained by, as its settings say. */
export function openTaskObjective(
  { settings: { checkpointing }, frozenPrefix }: Pick<Task, 'settings' | 'frozenPrefix'>,
  model: LanguageModel,
): OpenObjective {
  const objective = openObjective(model, defaultThreads(), { checkpointing });
  return frozenPrefix ? behindPrefix(objective, frozenPrefix) : objective;
}

/** Puts a prefix in front of batches that were laid out for one. */
function behindPrefix(objective: OpenObjective, prefix: PrefixMatrix): OpenObjective {
  const nothing: SoftPrompt = { rows: 0, hiddenSize: 0, values: new Float32Array(0) };
  const withPrefix = (batch: Batch, prompt: SoftPrompt | undefined): SoftPrompt | undefined =>
    batch.deepRows === prefix.rows ? { ...(prompt ?? nothing), prefix } : prompt;
  return {
    ...objective,
    step: (batch, prompt) => objective.step(batch, withPrefix(batch, prompt)!),
    score: (batch, prompt) => objective.score(batch, withPrefix(batch, prompt)),
    nextTokens: (batch, prompt) => objective.nextTokens(batch, withPrefix(batch, prompt)),
  };
}

/** @param threads threads of the runtime; 0 leaves the choice to it */
export function openObjective(
  model: LanguageModel,
  threads = defaultThreads(),
  { checkpointing = false }: ObjectiveOptions = {},
): OpenObjective {
  const sessions = new Map<string, Promise<Session>>();
  const sessionFor = (plan: ObjectivePlan): Promise<Session> => {
    const key = JSON.stringify(plan);
    const open =
      sessions.get(key) ??
      buildObjective(model, plan).then((graph) => openSession(graph, { threads, bitReproducible: plan.gradient }));
    sessions.set(key, open);
    return open;
  };
  type Wanted = Pick<ObjectivePlan, 'gradient' | 'nextTokens'>;
  const planFor = (batch: Batch, deepPrefix: boolean, wanted: Wanted): ObjectivePlan => ({
    ...wanted,
    deepPrefix,
    checkpointing: checkpointing && wanted.gradient,
    objective: batch.objective,
    ...(batch.tokenSmoothing !== undefined && { tokenSmoothing: batch.tokenSmoothing }),
    sharedPrefix: batch.prefixLength > 0,
    packed: batch.packed,
    ...(batch.continued && { continued: true }),
    virtualInPrefix: batch.virtualInPrefix,
    virtualInSequences: batch.virtualInSequences,
  });
  const run = async (
    batch: Batch,
    prompt: SoftPrompt | undefined,
    wanted: Wanted,
  ): Promise<Readonly<Record<string, Numbers>>> => {
    const session = await sessionFor(planFor(batch, prompt?.prefix !== undefined, wanted));
    return session.run({ ...batch.feeds, ...(prompt && promptFeeds(prompt)) });
  };
  const values = (numbers: Numbers | undefined): Float32Array | undefined => numbers?.data as Float32Array | undefined;
  return {
    async step(batch, prompt) {
      const results = await run(batch, prompt, { gradient: true });
      return {
        loss: Number(results[names.loss]!.data[0]),
        gradient: values(results[gradientOf(names.prompt)]),
        prefixGradient: values(results[gradientOf(names.deepPrefix)]),
      };
    },
    async score(batch, prompt) {
      const results = await run(batch, prompt, { gradient: false });
      return {
        loss: Number(results[names.loss]!.data[0]),
        scores: values(results[names.scores]),
        logLikelihoods: values(results[names.logLikelihoods]),
      };
    },
    async nextTokens(batch, prompt) {
      const results = await run(batch, prompt, { gradient: false, nextTokens: true });
      return values(results[names.nextTokens])!;
    },
    async close() {
      for (const session of sessions.values()) await (await session).release();
      sessions.clear();
    },
  };
}

function promptFeeds({ rows, hiddenSize, values, prefix }: SoftPrompt): Feeds {
  return {
    [names.prompt]: floats([rows, hiddenSize], values),
    ...(prefix && { [names.deepPrefix]: floats([prefix.rows, prefix.width], prefix.values) }),
  };
}

/** `PROMPT_TUNER_THREADS`, which the editor's setting fills in; 0 is the runtime's own choice. */
export const defaultThreads = (): number => Number(process.env.PROMPT_TUNER_THREADS ?? 0) || 0;
