import { join } from 'node:path';
import { readConfiguration, type ModelConfiguration } from '../model/configuration';
import { findFolder } from '../model/openModel';
import { readTokenizer, type Tokenizer } from '../model/tokenizer';
import { rememberByFile } from './rememberByFile';

export interface ModelTokenizer {
  readonly tokenizer: Tokenizer;
  readonly sizes: ModelConfiguration;
}

const tokenizers = rememberByFile<ModelTokenizer>();

/**
 * Tokenizer and sizes of a model, read again only when its tokenizer has changed; the graph is never opened.
 * @param model `builtin`, a path relative to `from`, or a hub id in the hub's cache
 * @throws Failure "model-missing", "model-configuration", "tokenizer-missing", "tokenizer-broken"
 */
export async function modelTokenizer(model: string, from: string): Promise<ModelTokenizer> {
  const folder = await findFolder(model, from);
  return tokenizers(join(folder, 'tokenizer.json'), '', async () => {
    const sizes = await readConfiguration(folder);
    return { sizes, tokenizer: await readTokenizer(folder, sizes.vocabularySize, sizes.kind) };
  });
}
