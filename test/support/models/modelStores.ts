import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readGgufHeader } from '../../../src/model/gguf/header';
import { ggmlFormats } from '../../../src/model/weights/ggmlFormats';
import { ggufFile, type Written, type WrittenTensor } from './ggufFiles';
import { modelFile } from './models';

/** Words that the made-up models know as one token, a space before them. */
export const knownWords = ['good', 'bad'] as const;
const letters = [...'abcdefghijklmnopqrstuvwxyz', '.', ',', 'Ġ', 'I', 'F', 'A', 'Ċ'];
const merges = ['g o', 'go o', 'goo d', 'Ġ good', 'b a', 'ba d', 'Ġ bad'];

/**
 * A tiny model of test/models as one GGUF file that holds its tokenizer, as those in other programs' stores do.
 * @param model such as `llama`, of test/models/architectures, or the path of its GGUF file
 * @param more entries of the file's metadata, beside its own or in their place
 */
export function wholeGguf(model: string, more: Readonly<Record<string, Written>> = {}): Uint8Array {
  const { metadata, tensors, words } = tensorsOf(model);
  const tokens = ['<unk>', '<s>', '</s>', ...letters, ...merges.map((merge) => merge.replace(' ', ''))];
  const filled = [...tokens, ...Array.from({ length: words - tokens.length }, (_, i) => `<${i}>`)];
  return ggufFile(
    {
      ...metadata,
      'tokenizer.ggml.model': 'gpt2',
      'tokenizer.ggml.pre': 'gpt-2',
      'tokenizer.ggml.tokens': filled,
      'tokenizer.ggml.token_type': filled.map((_, id) => (id < 3 ? 3 : 1)),
      'tokenizer.ggml.merges': merges,
      ...more,
    },
    tensors,
  );
}

/** The same model in parts, as llama.cpp's gguf-split writes them: metadata first, weights shared out. */
export function ggufParts(model: string, count: number): readonly Uint8Array[] {
  const whole = join(mkdtempSync(join(tmpdir(), 'prompt-tuner-parts-')), 'model.gguf');
  writeFileSync(whole, wholeGguf(model));
  const { metadata, tensors } = contentsOf(whole);
  rmSync(dirname(whole), { recursive: true });
  const each = Math.ceil(tensors.length / count);
  return Array.from({ length: count }, (_, part) =>
    ggufFile(
      {
        ...(part === 0 && metadata),
        'split.no': part,
        'split.count': count,
        'split.tensors.count': tensors.length,
      },
      tensors.slice(part * each, (part + 1) * each),
    ),
  );
}

function tensorsOf(model: string): ReturnType<typeof contentsOf> & { readonly words: number } {
  const contents = contentsOf(model.endsWith('.gguf') ? model : modelFile(`architectures/${model}`, 'model.gguf'));
  return { ...contents, words: contents.tensors.find(({ name }) => name === 'token_embd.weight')!.dims[0]! };
}

function contentsOf(file: string): {
  readonly metadata: Readonly<Record<string, Written>>;
  readonly tensors: readonly WrittenTensor[];
} {
  const [bytes, header] = [readFileSync(file), readGgufHeader(file)];
  const tensors = header.tensors.map(({ name, dims, type, offset }) => {
    const format = ggmlFormats.get(type)!;
    const length = (dims.reduce((product, size) => product * size, 1) / format.elements) * format.bytes;
    return { name, dims, type, bytes: new Uint8Array(bytes.subarray(offset, offset + length)) };
  });
  return { metadata: Object.fromEntries(header.metadata), tensors };
}

/** A layer as a manifest lists it. */
export interface WrittenLayer {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** A made-up store of Ollama, laid out as its own. */
export interface OllamaStore {
  readonly folder: string;
  /** Writes a blob. @param kind the end of its media type: `model`, `template`, `params` … */
  layer(kind: string, content: string | Uint8Array): WrittenLayer;
  /** Writes a manifest. @param name HOST/NAMESPACE/MODEL/TAG */
  manifest(name: string, layers: readonly WrittenLayer[], config?: object): string;
  /** The file of a layer's blob. */
  blob(layer: WrittenLayer): string;
}

export function ollamaStore(folder: string): OllamaStore {
  const blob = ({ digest }: WrittenLayer): string => join(folder, 'blobs', digest.replace(':', '-'));
  const write = (mediaType: string, content: string | Uint8Array): WrittenLayer => {
    const bytes = Buffer.from(content);
    const layer = {
      mediaType,
      digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
      size: bytes.length,
    };
    put(blob(layer), bytes);
    return layer;
  };
  return {
    folder,
    blob,
    layer: (kind, content) => write(`application/vnd.ollama.image.${kind}`, content),
    manifest(name, layers, config = { model_format: 'gguf' }) {
      const file = join(folder, 'manifests', ...name.split('/'));
      const described = write('application/vnd.docker.container.image.v1+json', JSON.stringify(config));
      put(file, JSON.stringify({ schemaVersion: 2, config: described, layers }));
      return file;
    },
  };
}

/** Writes a file, with the folders above it. */
export function put(file: string, content: string | Uint8Array): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

/** The environment of a person whose home folder, caches and stores are all in one folder. */
export const homeIn = (home: string): Readonly<Record<string, string>> => ({
  HOME: home,
  USERPROFILE: home,
  APPDATA: join(home, 'AppData'),
  LOCALAPPDATA: join(home, 'LocalAppData'),
  XDG_CACHE_HOME: join(home, '.cache'),
  XDG_CONFIG_HOME: join(home, '.config'),
  HF_HOME: join(home, 'huggingface'),
  HF_HUB_CACHE: join(home, 'huggingface', 'hub'),
  PROMPT_TUNER_HOME: join(home, '.prompt-tuner'),
  // Elsewhere on this machine there may be one of a service.
  OLLAMA_MODELS: join(home, '.ollama', 'models'),
  LLAMA_CACHE: join(home, 'llama.cpp'),
});
