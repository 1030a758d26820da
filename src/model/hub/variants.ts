/** A file of a repository on the hub. */
export interface HubFile {
  readonly path: string;
  readonly size: number;
  /** What its blob is named by and checked against: sha256 for large files, git's sha1 of the blob for small ones. */
  readonly hash: string;
  readonly hashKind: 'sha256' | 'git';
}

/** One of the forms in which a repository holds a model's weights. */
export interface Variant {
  /** `fp32`, `fp16`, `q4` … as the hub's exports name them, with `merged` for older exports. */
  readonly name: string;
  /** The model file, or the first of its parts. */
  readonly file: string;
  /** The model file and the files with its external data. */
  readonly files: readonly HubFile[];
  readonly bytes: number;
}

/**
 * Suffixes of the hub's exports, best for training on a processor first: exact, then halved, then quantised by how
 * little they lose.
 */
const numberFormats: readonly (readonly [suffix: string, name: string])[] = [
  ['', 'fp32'],
  ['_fp32', 'fp32'],
  ['_fp16', 'fp16'],
  ['_quantized', 'q8'],
  ['_int8', 'int8'],
  ['_uint8', 'uint8'],
  ['_q4', 'q4'],
  ['_q4f16', 'q4f16'],
  ['_bnb4', 'bnb4'],
];
const stems: readonly (readonly [stem: string, name: string])[] = [
  ['model', ''],
  ['decoder_model_merged', ' merged'],
  ['decoder_with_past_model', ' with past'],
  ['decoder_model', ' without cache'],
];

/** Weights in the formats of checkpoints, which some architectures are opened from directly. */
const checkpoints = [/^model\.safetensors$/, /^model-\d+-of-\d+\.safetensors$/];

/**
 * The variants that a repository offers, the one to take first: 32-bit floats before 16, whole checkpoints after
 * exports, quantised weights last.
 */
export function findVariants(files: readonly HubFile[]): readonly Variant[] {
  const exported = stems.flatMap(([stem, kind]) =>
    numberFormats.flatMap(([suffix, format]) =>
      ['onnx/', ''].flatMap((folder) => {
        const file = `${folder}${stem}${suffix}.onnx`;
        const parts = files.filter(
          ({ path }) => path === file || path.startsWith(`${file}_data`) || path.startsWith(`${file}.data`),
        );
        return parts.some(({ path }) => path === file) ? [variant(format + kind, file, parts)] : [];
      }),
    ),
  );
  const whole = checkpoints
    .map((pattern) => files.filter(({ path }) => pattern.test(path)))
    .filter((parts) => parts.length > 0)
    .map((parts) =>
      variant('safetensors', parts[0]!.path, [
        ...parts,
        ...files.filter(({ path }) => path === 'model.safetensors.index.json'),
      ]),
    );
  const packed = files
    .filter(({ path }) => /^[^/]+\.gguf$/i.test(path))
    .map((file) =>
      variant(
        `gguf ${file.path
          .replace(/\.gguf$/i, '')
          .split(/[.-]/)
          .at(-1)!
          .toLowerCase()}`,
        file.path,
        [file],
      ),
    );
  const exact = exported.filter(({ name }) => /^fp/.test(name));
  return [...exact, ...whole, ...exported.filter((each) => !exact.includes(each)), ...packed];
}

function variant(name: string, file: string, files: readonly HubFile[]): Variant {
  return { name, file, files, bytes: files.reduce((sum, { size }) => sum + size, 0) };
}

/** What a model needs besides its weights; README.md tells its licence. */
const companions = new Set([
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'chat_template.jinja',
  'README.md',
]);

export const companionFiles = (files: readonly HubFile[]): readonly HubFile[] =>
  files.filter(({ path }) => companions.has(path) || /^additional_chat_templates\/[^/]+\.jinja$/.test(path));
