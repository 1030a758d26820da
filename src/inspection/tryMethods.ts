import * as l10n from '@vscode/l10n';
import { Failure } from '../failure';
import { prefixObstacle } from '../model/graph/past';
import { methodNotes, type MethodSupport } from '../model/inspectModel';
import type { LanguageModel } from '../model/openModel';
import { layOut, type Batch } from '../objective/batch';
import type { Example } from '../objective/example';
import { openObjective, type ObjectiveValue, type OpenObjective } from '../objective/objective';
import { prefixWidth, type SoftPrompt } from '../objective/prompt';
import { openGenerator } from '../decoding/generator';
import { sentences } from '../words/listed';

/** Texts of unlike length, in tokens; virtual tokens, or rows of a prefix, in front of them. */
const [lengths, rows] = [[5, 8], 2] as const;

/**
 * Which methods work with a model, found by one pass of each over two short texts: `hard` scores and, where the model
 * is causal, writes a token; `soft` and `v1` take the gradient of virtual tokens, which is one graph for both; `v2`
 * that of a prefix in every layer.
 */
export async function tryMethods(model: LanguageModel): Promise<readonly MethodSupport[]> {
  const notes = methodNotes(model);
  const objective = openObjective(model);
  try {
    const hard = await attempt(l10n.t`two texts scored`, () => tryHard(model, objective));
    const soft = await attempt(l10n.t`a step of two virtual tokens`, () => trySoft(model, objective));
    const prefix = prefixObstacle(model.signature)
      ? soft
      : await attempt(l10n.t`a step of a prefix in every layer`, () => tryPrefix(model, objective));
    return [
      { method: 'hard', ...hard },
      { method: 'soft', ...soft },
      { method: 'v1', ...soft },
      { method: 'v2', ...prefix, ...(prefix.works && notes.v2 !== undefined && { note: notes.v2 }) },
    ];
  } finally {
    await objective.close().catch(() => undefined);
  }
}

type Attempt = Omit<MethodSupport, 'method'>;

async function attempt(tried: string, pass: () => Promise<void>): Promise<Attempt> {
  try {
    await pass();
    return { works: true, tried };
  } catch (error) {
    const note = error instanceof Failure ? sentences([error.message, error.remedy]) : String(error);
    return { works: false, tried, note };
  }
}

async function tryHard(model: LanguageModel, objective: OpenObjective): Promise<void> {
  requireNumbers(await objective.score(batchOf(model, []), undefined));
  if (model.configuration.kind === 'masked') return;
  const generator = await openGenerator(model);
  const prompts = examplesOf(model, []).map(({ prompt }) => prompt);
  await generator.generate(prompts, undefined, { most: 2 }).finally(() => generator.close());
}

async function trySoft(model: LanguageModel, objective: OpenObjective): Promise<void> {
  const { hiddenSize } = model.configuration;
  const virtual = Array.from({ length: rows }, (_, i) => model.tokenizer.firstVirtualToken + i);
  const prompt = { rows, hiddenSize, values: wave(rows * hiddenSize) };
  requireNumbers(await objective.step(batchOf(model, virtual), prompt));
}

async function tryPrefix(model: LanguageModel, objective: OpenObjective): Promise<void> {
  const width = prefixWidth(model);
  const prompt: SoftPrompt = {
    rows: 0,
    hiddenSize: model.configuration.hiddenSize,
    values: new Float32Array(),
    prefix: { rows, width, values: wave(rows * width) },
  };
  requireNumbers(await objective.step(batchOf(model, [], rows), prompt));
}

const wave = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => Math.sin(i) / 10);

function examplesOf(model: LanguageModel, front: readonly number[]): readonly Example[] {
  const { tokenizer, configuration } = model;
  const word = (i: number): number => (7 * i + 3) % tokenizer.vocabularySize;
  return lengths.map((length, row) => ({
    row,
    prompt: [...front, ...Array.from({ length }, (_, i) => word(i + row))],
    ...(configuration.kind === 'masked' && { masks: front.length + 1 }),
    expected: '',
    label: -1,
    answer: [word(row)],
  }));
}

const batchOf = (model: LanguageModel, front: readonly number[], deepRows = 0): Batch =>
  layOut(examplesOf(model, front), {
    objective: 'token',
    firstVirtualToken: model.tokenizer.firstVirtualToken,
    sharePrefix: false,
    deepRows,
  });

/** @throws Failure "runtime-run" for what training could not go on with */
function requireNumbers({ loss, gradient, prefixGradient }: ObjectiveValue): void {
  const finite = [gradient, prefixGradient].every((values) => values?.every(Number.isFinite) ?? true);
  if (Number.isFinite(loss) && finite) return;
  throw new Failure(
    'runtime-run',
    finite ? l10n.t`The loss of two short texts is no number.` : l10n.t`The gradient of two short texts is no number.`,
  );
}
