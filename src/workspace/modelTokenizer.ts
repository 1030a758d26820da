import { join } from 'node:path';
import type { ModelConfiguration } from '../model/configuration';
import { findModelFiles } from '../model/open/modelFiles';
import { readModelRecords } from '../model/open/modelRecords';
import { makeTokenizer, type Tokenizer } from '../model/tokenizer/tokenizer';
import { rememberByFile } from '../files/fileCache';

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
  const files = await findModelFiles(model, from);
  const file = files.kind === 'gguf' ? files.file : join(files.folder, 'tokenizer.json');
  return tokenizers(file, '', async () => {
    const { configuration: sizes, tokenizer } = await readModelRecords(files);
    return {
      sizes,
      tokenizer: makeTokenizer(tokenizer, { file, vocabularySize: sizes.vocabularySize, kind: sizes.kind }),
    };
  });
}
