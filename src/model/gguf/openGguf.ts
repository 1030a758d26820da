import * as l10n from '@vscode/l10n';
import { Failure, withLocation } from '../../failure';
import { clauses, enumerated } from '../../words/listed';
import { elementCount } from '../../onnx/tensor';
import { readRegion } from '../../onnx/fileRegion';
import { requireKnownKeys } from '../build/knownKeys';
import { exportFirst, type Config } from '../build/settings';
import type { Checkpoint, StoredWeight } from '../weights/weights';
import { ggmlFormats, ggmlNames } from '../weights/ggmlFormats';
import { bytesOf } from '../weights/numberFormats';
import { numbersOf } from '../weights/float32Weights';
import { ggufFamilies } from './families';
import type { GgufContents, GgufFamily } from './family';
import { readGgufHeader, type GgufTensor } from './header';
import { metadataNumber, type Metadata } from './metadata';
import { partsOf, type GgufPart } from './parts';
import { settingsOf, type GgufSettings } from './settings';
import { requireTextModel } from './textModel';
import { expertsApart } from '../weights/expertsApart';

export interface GgufCheckpoint extends Checkpoint {
  readonly metadata: Metadata;
}

/**
 * A GGUF file as a checkpoint: weights under the names of transformers, settings as `config.json` would state them. Of
 * a model in parts, the first one is named.
 * @param header of the file, where it has been read
 * @throws Failure "model-missing", "model-truncated", "gguf-version", "model-architecture", "checkpoint-type",
 * "model-configuration"
 */
export function openGguf(file: string, header = readGgufHeader(file)): GgufCheckpoint {
  const { metadata } = header;
  // Only the first part has the metadata of the model.
  const parts = partsOf(file, header);
  requireTextModel(metadata, file);
  const { architecture, family } = familyOf(metadata, file);
  const settings = settingsOf(metadata, architecture);
  try {
    requireKnownKeys(statedBy(metadata, architecture), family.keys(settings), {
      of: l10n.t`the GGUF file of ${architecture}`,
      remedy: exportFirst(),
    });
    const stored = new Map(
      parts.flatMap((part) => part.header.tensors.map((tensor) => [tensor.name, toWeight(tensor, part)] as const)),
    );
    const contents: GgufContents = { settings, weights: stored, vector: (name) => numbersIn(stored.get(name)) };
    const named = [...stored]
      .filter(([name]) => !rotationVectors.has(name))
      .map(([name, weight]): [string, StoredWeight] => rename(name, weight, { family, settings }));
    return {
      metadata,
      weights: expertsApart(new Map(named)),
      files: parts.map((part) => part.file),
      config: configOf(family, metadata, contents),
    };
  } catch (error) {
    throw withLocation(error, { file });
  }
}

/** What a file states under the name of its architecture shapes what is computed. */
function statedBy(metadata: Metadata, architecture: string): Config {
  const stem = `${architecture}.`;
  return Object.fromEntries(
    [...metadata].flatMap(([key, value]) => (key.startsWith(stem) ? [[key.slice(stem.length), value]] : [])),
  );
}

/** Divisors of the rotary frequencies, which belong to the configuration. */
const rotationVectors: ReadonlySet<string> = new Set([
  'rope_freqs.weight',
  'rope_factors_long.weight',
  'rope_factors_short.weight',
]);

function familyOf(metadata: Metadata, file: string): { readonly architecture: string; readonly family: GgufFamily } {
  const architecture = metadata.get('general.architecture');
  if (typeof architecture === 'string' && Object.hasOwn(ggufFamilies, architecture))
    return { architecture, family: ggufFamilies[architecture]! };
  throw new Failure(
    'model-architecture',
    l10n.t`The architecture "${String(architecture ?? 'unknown')}" cannot be opened from a GGUF file; \
${enumerated(Object.keys(ggufFamilies))} can.`,
    { file },
    exportFirst(),
  );
}

function toWeight({ name, dims, type, offset }: GgufTensor, { file, header: { size } }: GgufPart): StoredWeight {
  const format = ggmlFormats.get(type);
  if (!format)
    throw new Failure(
      'checkpoint-type',
      l10n.t`The weight "${name}" is stored as ${ggmlNames[type] ?? `type ${type}`}; \
${clauses([...ggmlFormats.values()].map((each) => each.name))} can be read.`,
      { file },
      l10n.t`Choose a file of the model that is quantised otherwise, such as Q8_0.`,
    );
  const length = bytesOf(format, elementCount(dims));
  const wholeRows = dims.length === 0 || dims.at(-1)! % format.elements === 0;
  if (length === undefined || !wholeRows || offset + length > size)
    throw new Failure(
      'model-truncated',
      l10n.t`The file ends before the weight "${name}" does.`,
      { file },
      l10n.t`It is probably cut off: download or copy it again.`,
    );
  return { dims, format, region: { file, offset, length } };
}

function rename(
  name: string,
  weight: StoredWeight,
  { family, settings }: { readonly family: GgufFamily; readonly settings: GgufSettings },
): [string, StoredWeight] {
  const [, layer, inLayer] = /^blk\.(\d+)\.(.+)$/.exec(name) ?? [];
  const [stem, part] = splitLast(inLayer ?? name);
  const table = inLayer === undefined ? family.single : family.inLayer;
  if (!Object.hasOwn(table, stem)) return [name, weight];
  const rowOrder = inLayer === undefined ? undefined : family.rowOrder?.(inLayer, weight, settings);
  return [`${table[stem]!.replace('#', layer ?? '')}.${part}`, rowOrder ? { ...weight, rowOrder } : weight];
}

function splitLast(name: string): readonly [stem: string, part: string] {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot + 1)];
}

/** What the file shows by the weights it holds, and what the family's settings say. */
function configOf(family: GgufFamily, metadata: Metadata, contents: GgufContents): Config {
  const { weights } = contents;
  const stated = Object.entries(family.config(contents)).filter(([, value]) => value !== undefined);
  const ends = ['eos', 'eot', 'eom'].flatMap(
    (role) => metadataNumber(metadata, `tokenizer.ggml.${role}_token_id`) ?? [],
  );
  return {
    ...Object.fromEntries(stated),
    vocab_size: weights.get('token_embd.weight')?.dims[0],
    tie_word_embeddings: !weights.has('output.weight'),
    ...(ends.length > 0 && { eos_token_id: [...new Set(ends)] }),
  };
}

const numbersIn = (weight: StoredWeight | undefined): readonly number[] | undefined =>
  weight && [...numbersOf(weight.format, readRegion(weight.region), elementCount(weight.dims))];
