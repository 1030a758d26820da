import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { asFailure } from '../../classifyError';
import type { Failure } from '../../failure';
import { rememberByFile } from '../../files/fileCache';
import { elementCount } from '../../onnx/tensor';
import { toConfiguration, type ModelConfiguration } from '../configuration';
import { ggmlFormats, ggmlNames } from '../weights/ggmlFormats';
import { readGgufHeader, type GgufTensor } from '../gguf/header';
import { metadataNumber, type Metadata } from '../gguf/metadata';
import { openGguf } from '../gguf/openGguf';
import { partFiles } from '../gguf/parts';
import { requireKnownTokenizer } from '../gguf/tokenizer';
import { withinRotation } from './modelRecords';
import { sketchModel } from './sketchModel';

/** What the head of a GGUF file shows. */
export interface GgufSummary {
  /** `general.architecture`; null where the head cannot be read. */
  readonly architecture: string | null;
  /** How most of its weights are stored, `Q4_K_M` for one; null where the head cannot be read. */
  readonly quantisation: string | null;
  /** `general.license`, as a model's card would say it. */
  readonly licence: string | null;
  /** Absent where the model cannot be opened. */
  readonly configuration?: ModelConfiguration;
  /** Why it cannot be opened. */
  readonly failure?: Failure;
}

const unreadable = { architecture: null, quantisation: null, licence: null };

/** More models than anybody keeps. */
const mostKept = 5000;
const remember = rememberByFile<GgufSummary>(mostKept);

/**
 * What a GGUF file's head shows of a model, and whether it can be opened: its weights are not read, nor its vocabulary.
 * It is read again only when the file has changed.
 */
export function summariseGguf(file: string): Promise<GgufSummary> {
  // What stands beside the file belongs to the question: its other parts, and a tokenizer of the folder.
  const beside = [...partFiles(file).slice(1), besideTokenizer(file)].map((path) => (existsSync(path) ? '1' : '0'));
  return remember(file, beside.join(''), () =>
    inTurn(() => {
      const summary = readSummary(file);
      lastRead.set(file, summary);
      return summary;
    }),
  );
}

/** What was last read of a file's head, whatever has become of the file since; undefined where nobody has. */
export const knownSummary = (file: string): GgufSummary | undefined => lastRead.get(file);

const lastRead = new Map<string, GgufSummary>();

let last: Promise<unknown> = Promise.resolve();

/** Reads one after the other; between two, whoever else waits in this process gets a turn. */
function inTurn<T>(read: () => T): Promise<T> {
  const reading = last.then(() => new Promise(setImmediate)).then(read);
  last = reading.catch(() => undefined);
  return reading;
}

const besideTokenizer = (file: string): string => join(dirname(file), 'tokenizer.json');

function readSummary(file: string): GgufSummary {
  let known: GgufSummary = unreadable;
  try {
    const header = readGgufHeader(file, { brief: true });
    known = factsOf(header);
    const checkpoint = openGguf(file, header);
    if (!existsSync(besideTokenizer(file))) requireKnownTokenizer(checkpoint.metadata, file);
    sketchModel(checkpoint);
    const { config } = checkpoint;
    return { ...known, configuration: withinRotation(toConfiguration(config, file), config) };
  } catch (error) {
    return { ...known, failure: asFailure(error) };
  }
}

function factsOf({
  metadata,
  tensors,
}: {
  readonly metadata: Metadata;
  readonly tensors: readonly GgufTensor[];
}): GgufSummary {
  const text = (key: string): string | null => {
    const value = metadata.get(key);
    return typeof value === 'string' && value !== '' ? value : null;
  };
  return {
    architecture: text('general.architecture'),
    quantisation: quantisationOf(metadata, tensors),
    licence: text('general.license'),
  };
}

/** The names of llama.cpp's llama_ftype, by its numbers, without MOSTLY_. */
const fileTypes: Readonly<Record<number, string>> = {
  0: 'F32',
  1: 'F16',
  2: 'Q4_0',
  3: 'Q4_1',
  7: 'Q8_0',
  8: 'Q5_0',
  9: 'Q5_1',
  10: 'Q2_K',
  11: 'Q3_K_S',
  12: 'Q3_K_M',
  13: 'Q3_K_L',
  14: 'Q4_K_S',
  15: 'Q4_K_M',
  16: 'Q5_K_S',
  17: 'Q5_K_M',
  18: 'Q6_K',
  19: 'IQ2_XXS',
  20: 'IQ2_XS',
  21: 'Q2_K_S',
  22: 'IQ3_XS',
  23: 'IQ3_XXS',
  24: 'IQ1_S',
  25: 'IQ4_NL',
  26: 'IQ3_S',
  27: 'IQ3_M',
  28: 'IQ2_S',
  29: 'IQ2_M',
  30: 'IQ4_XS',
  31: 'IQ1_M',
  32: 'BF16',
  36: 'TQ1_0',
  37: 'TQ2_0',
  38: 'MXFP4',
  39: 'NVFP4',
  40: 'Q1_0',
};

/** Set where the converter has guessed the type of the file. */
const guessed = 1024;

/** As the file says; where it says nothing, the type that most of its numbers are stored as. */
function quantisationOf(metadata: Metadata, tensors: readonly GgufTensor[]): string | null {
  const stated = metadataNumber(metadata, 'general.file_type');
  if (stated !== undefined && fileTypes[stated % guessed]) return fileTypes[stated % guessed]!;
  const counts = new Map<number, number>();
  for (const { type, dims } of tensors) counts.set(type, (counts.get(type) ?? 0) + elementCount(dims));
  const [most] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [];
  return most === undefined ? null : (ggmlFormats.get(most)?.name ?? ggmlNames[most] ?? `type ${most}`);
}
