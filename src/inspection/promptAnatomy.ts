import * as l10n from '@vscode/l10n';
import { basename, dirname, join } from 'node:path';
import { readPlacement, placementName, type Placement } from '../adapters/placement';
import { cosines, movement, nearestRows, rowNorms, type Nearest } from '../adapters/vectors';
import { Failure } from '../failure';
import { embeddingRows } from '../model/graph/embeddingRows';
import type { LanguageModel } from '../model/openModel';
import { unpackPrompt } from '../tuning/checkpoint';
import type { PrefixMatrix, SoftPrompt } from '../objective/prompt';
import { readCheckpoint, startOf } from '../runs/store/files/checkpointFolder';
import type { LayerAnatomy, PromptAnatomy, VectorAnatomy } from './inspectorAnswers';
import { openAdapter } from '../runs/work/openAdapter';
import { requireProduced } from '../runs/record/producedRun';
import { readRun } from '../runs/store/runFolder';

/** Words named for a vector. */
const nearWords = 5;

/**
 * What the values of a run's trained prompt say: norms, cosines among themselves, movement from the start, nearest
 * words of the vocabulary.
 * @param openModel opens the model of a reference, relative to a folder
 * @throws Failure "adapter-missing" … when the run has trained nothing yet
 */
export async function inspectPrompt(
  folder: string,
  openModel: (reference: string, from: string) => Promise<LanguageModel>,
): Promise<PromptAnatomy> {
  const record = await readRun(folder);
  requireProduced(record, folder, l10n.t`look at`);
  if (record.method === 'hard')
    throw new Failure(
      'nothing-to-train',
      l10n.t`A hard prompt has no trained vectors.`,
      { file: folder },
      l10n.t`Choose a run of another method.`,
    );
  const [{ prompt }, model, placement] = await Promise.all([
    openAdapter(join(folder, 'adapter')),
    openModel(record.model.id, dirname(record.template.path)),
    readPlacement(join(folder, 'adapter', placementName)),
  ]);
  if (prompt.rows > 0 && prompt.hiddenSize !== model.configuration.hiddenSize) {
    throw new Failure(
      'adapter-shape',
      l10n.t`The trained prompt is ${prompt.hiddenSize} wide, the model "${model.id}" is \
${model.configuration.hiddenSize} wide.`,
      { file: folder },
      l10n.t`Use the model that it was trained for.`,
    );
  }
  const start = await startingPrompt(folder, prompt);
  return {
    run: basename(folder),
    hiddenSize: model.configuration.hiddenSize,
    vectors: vectorsOf(prompt, start, { model, placement }),
    similarities: cosines(prompt.values, prompt.hiddenSize),
    wordNorms: percentiles(wordNorms(model)),
    prefix: prompt.prefix
      ? { positions: prompt.prefix.rows, layers: layersOf(prompt.prefix, start?.prefix, model) }
      : null,
  };
}

/** Where training began; nothing where the run keeps no checkpoint. */
async function startingPrompt(folder: string, shape: SoftPrompt): Promise<SoftPrompt | undefined> {
  const stored = await readCheckpoint(folder).catch(() => undefined);
  const start = stored && (unpackPrompt('initial', stored.checkpoint.arrays, shape) ?? startOf(stored));
  return start?.values.length === shape.values.length ? start : undefined;
}

interface PromptSource {
  readonly model: LanguageModel;
  readonly placement: Placement | undefined;
}

function vectorsOf(
  prompt: SoftPrompt,
  start: SoftPrompt | undefined,
  { model, placement }: PromptSource,
): readonly VectorAnatomy[] {
  const { rows, values, hiddenSize } = prompt;
  if (rows === 0) return [];
  const norms = rowNorms(values, hiddenSize);
  const moves = start ? movement(values, start.values, hiddenSize) : undefined;
  const table = wordTable(model);
  const near = nearestRows(values, hiddenSize, { rows: table.rows, read: table.read, count: nearWords });
  const instruction = placement?.instruction ?? [];
  const virtual = rows - instruction.length;
  return Array.from({ length: rows }, (_, row): VectorAnatomy => ({
    name: row < virtual ? virtualName(row, placement) : tokenText(model, instruction[row - virtual]!),
    kind: row < virtual ? 'virtual' : 'instruction',
    norm: norms[row]!,
    moved: moves?.[row]?.distance ?? null,
    turned: moves?.[row]?.cosine ?? null,
    near: near[row]!.map(({ row: token, cosine }: Nearest) => ({ text: tokenText(model, token), cosine })),
  }));
}

/** `3` in front of the text, `topic 3` in a slot of that id; both count from 1. */
function virtualName(row: number, placement: Placement | undefined): string {
  const slot = placement?.slots.find(({ offset, length }) => row >= offset && row < offset + length);
  return slot ? `${slot.id} ${row - slot.offset + 1}` : String(row + 1);
}

/** A token as a person reads it; one that is no text of its own by its entry in the vocabulary. */
function tokenText(model: LanguageModel, token: number): string {
  const text = model.tokenizer.decode([token]);
  return text.trim() === '' || text.includes('\uFFFD') ? (model.tokenizer.token(token) ?? `token ${token}`) : text;
}

function wordTable({ trainingModel, signature, tokenizer }: LanguageModel): {
  readonly rows: number;
  readonly read: (from: number, to: number) => Float32Array;
} {
  return {
    rows: tokenizer.vocabularySize,
    read: (from, to) =>
      embeddingRows(
        trainingModel,
        signature,
        Array.from({ length: to - from }, (_, i) => from + i),
      ),
  };
}

function wordNorms(model: LanguageModel): Float64Array {
  const { rows, read } = wordTable(model);
  const all = new Float64Array(rows);
  for (let from = 0; from < rows; from += 4096)
    all.set(rowNorms(read(from, Math.min(rows, from + 4096)), model.configuration.hiddenSize), from);
  return all.sort();
}

const percentiles = (ascending: Float64Array): PromptAnatomy['wordNorms'] => {
  const at = (share: number): number => ascending[Math.round(share * (ascending.length - 1))] ?? 0;
  return [at(0.05), at(0.5), at(0.95)];
};

/** Mean norm of a key, a value, per position and head, and how far both moved in relation to where they began. */
function layersOf(
  prefix: PrefixMatrix,
  start: PrefixMatrix | undefined,
  { signature, configuration: { keyValueHeads: heads, headSize } }: LanguageModel,
): readonly LayerAnatomy[] {
  return signature.cache.map((_, layer): LayerAnatomy => {
    const pieces = [0, 1].map((part) =>
      columns(prefix, { from: (2 * layer + part) * heads * headSize, width: heads * headSize }),
    );
    const before =
      start &&
      [0, 1].map((part) => columns(start, { from: (2 * layer + part) * heads * headSize, width: heads * headSize }));
    const [keyNorm, valueNorm] = pieces.map((piece) => mean(rowNorms(piece, headSize)));
    return { keyNorm: keyNorm!, valueNorm: valueNorm!, moved: before ? relativeMovement(pieces, before) : null };
  });
}

function columns(
  { rows, width: whole, values }: PrefixMatrix,
  { from, width }: { readonly from: number; readonly width: number },
): Float32Array {
  const piece = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++)
    piece.set(values.subarray(row * whole + from, row * whole + from + width), row * width);
  return piece;
}

/** Length of the movement over the length of the start; the movement itself from a start at zero. */
function relativeMovement(now: readonly Float32Array[], before: readonly Float32Array[]): number {
  let [moved, started] = [0, 0];
  now.forEach((piece, part) =>
    piece.forEach((value, i) => {
      const old = before[part]![i]!;
      moved += (value - old) ** 2;
      started += old ** 2;
    }),
  );
  return Math.sqrt(started > 0 ? moved / started : moved);
}

const mean = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
