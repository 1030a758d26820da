import { Failure, withLocation } from '../../failure';
import { elementCount } from '../../onnx/tensor';
import { readRegion } from '../../onnx/fileRegion';
import { requireKnownKeys } from '../build/knownKeys';
import { exportFirst } from '../build/settings';
import type { Checkpoint, StoredWeight } from '../weights/weights';
import { ggmlFormats, ggmlNames } from '../weights/ggmlFormats';
import { bytesOf, float32 } from '../weights/numberFormats';
import { numbersOf } from '../weights/float32Weights';
import { ggufFamilies, type GgufFamily } from './families';
import { readGgufHeader, type GgufHeader, type GgufTensor } from './header';
import { metadataNumber, type Metadata } from './metadata';

export interface GgufCheckpoint extends Checkpoint {
  readonly metadata: Metadata;
}

/**
 * A GGUF file as a checkpoint: weights under the names of transformers, settings as `config.json` would state them.
 * @throws Failure "model-missing", "model-truncated", "gguf-version", "model-architecture", "checkpoint-type",
 * "model-configuration"
 */
export function openGguf(file: string): GgufCheckpoint {
  const header = readGgufHeader(file);
  const { metadata } = header;
  const family = familyOf(metadata, file);
  requireKnownMetadata(family, metadata, file);
  const tensors = new Map(header.tensors.map((tensor) => [tensor.name, toWeight(tensor, header, file)]));
  const factors = tensors.get(factorsName);
  tensors.delete(factorsName);
  const weights = new Map(
    [...tensors].map(([name, weight]): [string, StoredWeight] => rename(name, weight, { family, metadata })),
  );
  return { metadata, weights, files: [file], config: configOf(family, metadata, { weights: tensors, factors }) };
}

/** Divisors of the rotary frequencies. */
const factorsName = 'rope_freqs.weight';

function familyOf(metadata: Metadata, file: string): GgufFamily {
  const architecture = metadata.get('general.architecture');
  if (typeof architecture === 'string' && Object.hasOwn(ggufFamilies, architecture)) return ggufFamilies[architecture]!;
  throw new Failure(
    'model-architecture',
    `The architecture "${String(architecture ?? 'unknown')}" cannot be opened from a GGUF file; ` +
      `${Object.keys(ggufFamilies).join(', ')} can.`,
    { file },
    exportFirst,
  );
}

/** What a file states under the name of its architecture shapes what is computed. */
function requireKnownMetadata(family: GgufFamily, metadata: Metadata, file: string): void {
  const stem = `${String(metadata.get('general.architecture'))}.`;
  const stated = [...metadata].filter(([key]) => key.startsWith(stem));
  try {
    requireKnownKeys(
      Object.fromEntries(stated.map(([key, value]) => [key.slice(stem.length), value])),
      family.keys(metadata),
      { of: `the GGUF file of ${stem.slice(0, -1)}`, remedy: exportFirst },
    );
  } catch (error) {
    throw withLocation(error, { file });
  }
}

function toWeight({ name, dims, type, offset }: GgufTensor, { size }: GgufHeader, file: string): StoredWeight {
  const format = ggmlFormats.get(type);
  if (!format)
    throw new Failure(
      'checkpoint-type',
      `The weight "${name}" is stored as ${ggmlNames[type] ?? `type ${type}`}; ` +
        `${[...ggmlFormats.values()].map((each) => each.name).join(', ')} can be read.`,
      { file },
      'Choose a file of the model that is quantised otherwise, such as Q8_0.',
    );
  const length = bytesOf(format, elementCount(dims));
  const wholeRows = dims.length === 0 || dims.at(-1)! % format.elements === 0;
  if (length === undefined || !wholeRows || offset + length > size)
    throw new Failure(
      'model-truncated',
      `The file ends before the weight "${name}" does.`,
      { file },
      'It is probably cut off: download or copy it again.',
    );
  return { dims, format, region: { file, offset, length } };
}

function rename(
  name: string,
  weight: StoredWeight,
  { family, metadata }: { readonly family: GgufFamily; readonly metadata: Metadata },
): [string, StoredWeight] {
  const [, layer, inLayer] = /^blk\.(\d+)\.(.+)$/.exec(name) ?? [];
  const [stem, part] = splitLast(inLayer ?? name);
  const table = inLayer === undefined ? family.single : family.inLayer;
  if (!Object.hasOwn(table, stem)) return [name, weight];
  const rowOrder = inLayer === undefined ? undefined : family.rowOrder?.(inLayer, weight, metadata);
  return [`${table[stem]!.replace('#', layer ?? '')}.${part}`, rowOrder ? { ...weight, rowOrder } : weight];
}

function splitLast(name: string): readonly [stem: string, part: string] {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot + 1)];
}

interface Parts {
  readonly weights: ReadonlyMap<string, StoredWeight>;
  readonly factors: StoredWeight | undefined;
}

/** What the file shows by the weights it holds, and what the family's metadata say. */
function configOf(
  family: GgufFamily,
  metadata: Metadata,
  { weights, factors }: Parts,
): Readonly<Record<string, unknown>> {
  const config = Object.fromEntries(Object.entries(family.config(metadata)).filter(([, value]) => value !== undefined));
  const rope = config.rope_parameters as Readonly<Record<string, unknown>> | undefined;
  const ends = ['eos', 'eot', 'eom'].flatMap(
    (role) => metadataNumber(metadata, `tokenizer.ggml.${role}_token_id`) ?? [],
  );
  return {
    ...config,
    vocab_size: weights.get('token_embd.weight')?.dims[0],
    tie_word_embeddings: !weights.has('output.weight'),
    attention_bias: weights.has('blk.0.attn_q.bias') || weights.has('blk.0.attn_qkv.bias'),
    mlp_bias: weights.has('blk.0.ffn_gate.bias'),
    ...(factors && { rope_parameters: { ...rope, rope_type: 'factors', factors: numbersIn(factors) } }),
    ...(ends.length > 0 && { eos_token_id: [...new Set(ends)] }),
  };
}

const numbersIn = ({ format, region, dims }: StoredWeight): readonly number[] =>
  format === float32 ? [...numbersOf(format, readRegion(region), elementCount(dims))] : [];
