import { join } from 'node:path';
import { openGguf, type GgufCheckpoint } from '../gguf/openGguf';
import { ggufTokenizer, type TokenizerRecords } from '../gguf/tokenizer';
import { longestRotated } from '../build/rotary';
import {
  readConfigurationFile,
  readGenerationFile,
  requireLanguageModel,
  toConfiguration,
  type ModelConfiguration,
} from '../configuration';
import { Failure } from '../../failure';
import { languagePart } from '../languagePart';
import type { ModelFiles } from './modelFiles';
import { readTokenizerRecords } from '../tokenizer/tokenizer';

/** What a model says of itself, as `config.json` and the tokenizer's files state it. */
export interface ModelRecords {
  readonly config: Readonly<Record<string, unknown>>;
  readonly configuration: ModelConfiguration;
  readonly tokenizer: TokenizerRecords;
}

/**
 * Reads a model's records without opening its graph: from its folder, or from the head of its GGUF file.
 * @throws Failure "model-missing", "model-configuration", "tokenizer-missing", "tokenizer-broken",
 *   "model-truncated", …
 */
export async function readModelRecords({ folder, file, kind }: ModelFiles): Promise<ModelRecords> {
  if (kind === 'gguf') return ggufRecords(openGguf(file), { folder, file });
  const configFile = join(folder, 'config.json');
  const [config, generation, tokenizer] = await Promise.all([
    readConfigurationFile(configFile),
    readGenerationFile(folder),
    readTokenizerRecords(folder),
  ]);
  requireLanguageModel(config);
  const configuration = toConfiguration(config, configFile, generation);
  return {
    config,
    tokenizer,
    configuration: kind === 'onnx' ? configuration : withinRotation(configuration, languagePart(config)),
  };
}

/** A graph that is built here is right for no longer sequence than its rotary positions are. */
export function withinRotation(configuration: ModelConfiguration, config: ModelRecords['config']): ModelConfiguration {
  return { ...configuration, contextLength: Math.min(configuration.contextLength, longestRotated(config) ?? Infinity) };
}

/** A tokenizer that is not known from the file's own account may be beside it. */
export async function ggufRecords(
  { config, metadata }: GgufCheckpoint,
  { folder, file }: { readonly folder: string; readonly file: string },
): Promise<ModelRecords> {
  const configuration = withinRotation(toConfiguration(config, file), config);
  try {
    return { config, configuration, tokenizer: ggufTokenizer(metadata, file) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const tokenizer = await readTokenizerRecords(folder).catch(() => {
      throw error;
    });
    return { config, configuration, tokenizer };
  }
}
