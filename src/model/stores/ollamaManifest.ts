import * as l10n from '@vscode/l10n';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isNumber, isObject, isText, listOf, object, optional, type Infer } from '../../channel/guards';
import { Failure } from '../../failure';
import { readJson } from '../../files/jsonFile';
import { bytes } from '../../words/formatNumbers';

const isLayer = object({ mediaType: isText, digest: isText, size: isNumber });
type Layer = Infer<typeof isLayer>;

const isManifest = object({ config: optional(isLayer), layers: listOf(isLayer) });

/** Kinds of layers, as Ollama's media types call them. */
const kind = (name: string): string => `application/vnd.ollama.image.${name}`;

/** A model as its manifest says it: which blobs it is made of. */
export interface OllamaManifest {
  /** The store's folder, in which `blobs` is. */
  readonly store: string;
  readonly file: string;
  readonly config: Layer | undefined;
  readonly layers: readonly Layer[];
}

/** @throws Failure "model-configuration" where the manifest cannot be read, named with its path */
export async function readManifest(store: string, file: string): Promise<OllamaManifest> {
  const broken = (why: string): Failure =>
    new Failure('model-configuration', l10n.t`Ollama's manifest ${why}.`, { file }, l10n.t`Pull the model again.`);
  const manifest = await readJson(file, isManifest, {
    missing: (reason) => broken(l10n.t`cannot be read (${reason})`),
    damaged: (value) => broken(value === undefined ? l10n.t`is no JSON` : l10n.t`does not list the layers of a model`),
  });
  return { store, file, config: manifest.config, layers: manifest.layers };
}

/**
 * The file of a layer: Ollama names it by its hash. Anything else as a digest could be a way out of the store.
 * @throws Failure "model-configuration"
 */
function blobOf({ store, file }: OllamaManifest, { digest }: Layer): string {
  const [, hash] = /^sha256[:-]([0-9a-fA-F]{64})$/.exec(digest) ?? [];
  if (hash === undefined)
    throw new Failure(
      'model-configuration',
      l10n.t`Ollama's manifest names a layer "${digest}", which is no SHA-256.`,
      { file },
      l10n.t`Pull the model again.`,
    );
  return join(store, 'blobs', `sha256-${hash}`);
}

/** Bytes of all layers. */
export const manifestBytes = ({ layers, config }: OllamaManifest): number =>
  [...layers, ...(config ? [config] : [])].reduce((sum, { size }) => sum + size, 0);

/**
 * The GGUF file of a model.
 * @throws Failure "model-missing" for a model without weights on this machine, or whose blob is gone; "model-truncated"
 * where it is cut off; "model-architecture" where the weights are of another kind, or an adapter changes them
 */
export async function requireGgufBlob(manifest: OllamaManifest, name: string): Promise<string> {
  const { file, layers } = manifest;
  const config = await readConfig(manifest);
  const models = layersOf(manifest, 'model');
  const refuse = (what: string, remedy: string): Failure =>
    new Failure('model-architecture', l10n.t`The model "${name}" ${what}.`, { file }, remedy);
  if (isText(config.remote_host) && config.remote_host !== '')
    throw new Failure(
      'model-missing',
      l10n.t`The model "${name}" runs at ${config.remote_host}; none of its weights are on this machine.`,
      { file },
      l10n.t`Pull a model that runs here.`,
    );
  const isPacked = config.model_format === undefined || config.model_format === '' || config.model_format === 'gguf';
  if (!isPacked || layers.some(({ mediaType }) => mediaType === kind('tensor')))
    throw refuse(
      l10n.t`holds its weights tensor by tensor \
(${isText(config.model_format) ? config.model_format : 'safetensors'}), and no GGUF file`,
      l10n.t`Pull a variant that Ollama keeps as GGUF.`,
    );
  if (layersOf(manifest, 'adapter').length > 0)
    throw refuse(
      l10n.t`changes its weights by a LoRA adapter, which is not applied here`,
      l10n.t`Name the model that the adapter was put on, or merge the two into one GGUF file.`,
    );
  if (models.length !== 1)
    throw new Failure(
      'model-missing',
      models.length === 0
        ? l10n.t`The model "${name}" has no layer of weights.`
        : l10n.t`The model "${name}" has ${models.length} layers of weights; one is read.`,
      { file },
      l10n.t`Pull it again: ollama pull ${name}.`,
    );
  await requireWhole(manifest, { layer: models[0]!, name });
  return blobOf(manifest, models[0]!);
}

async function requireWhole(
  manifest: OllamaManifest,
  { layer, name }: { readonly layer: Layer; readonly name: string },
): Promise<void> {
  const blob = blobOf(manifest, layer);
  const again = l10n.t`Pull it again: ollama pull ${name}.`;
  const size = await stat(blob).then(
    (found) => found.size,
    (error: NodeJS.ErrnoException) => {
      const missing = error.code === 'ENOENT';
      throw new Failure(
        'model-missing',
        missing
          ? l10n.t`The weights of the model "${name}" are not in Ollama's store.`
          : l10n.t`The weights of the model "${name}" cannot be read (${String(error.code)}).`,
        { file: blob },
        missing ? again : l10n.t`Let your user read the folder of models.`,
      );
    },
  );
  if (size !== layer.size)
    throw new Failure(
      'model-truncated',
      l10n.t`The weights of the model "${name}" are ${bytes(size)} of ${bytes(layer.size)} (${size} of ${layer.size} \
bytes).`,
      { file: blob },
      again,
    );
}

const layersOf = ({ layers }: OllamaManifest, name: string): readonly Layer[] =>
  layers.filter(({ mediaType }) => mediaType === kind(name));

/** What the model's configuration says; nothing where it has none or it cannot be read. */
async function readConfig(manifest: OllamaManifest): Promise<Readonly<Record<string, unknown>>> {
  return (manifest.config && (await readJson(blobOf(manifest, manifest.config), isObject))) ?? {};
}

/** What Ollama adds to the weights of a model when it runs it; nothing of it is applied here. */
export interface OllamaExtras {
  /** Its template, in Go's language of templates; it is no chat template of the tokenizer's. */
  readonly template: string | null;
  /** The system text that it begins with where a conversation has none. */
  readonly system: string | null;
  /** Settings of generation: `stop`, `temperature`, `num_ctx` … */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Messages that stand before those of a conversation. */
  readonly messages: readonly unknown[];
  /** The first line of its licence. */
  readonly licence: string | null;
  /** Whether a part for images or sound comes with it. */
  readonly hasProjector: boolean;
}

/** Larger than any text of a model. */
const mostText = 2 ** 22;

/** Reads what comes with a model's weights; what cannot be read of it counts as missing. @throws Failure never */
export async function readExtras(manifest: OllamaManifest): Promise<OllamaExtras> {
  const text = async (...names: readonly string[]): Promise<string | null> => {
    const layer = names.flatMap((name) => layersOf(manifest, name)).at(-1);
    if (!layer || layer.size > mostText) return null;
    try {
      return await readFile(blobOf(manifest, layer), 'utf8');
    } catch {
      return null;
    }
  };
  const [template, system, parameters, messages, licence] = await Promise.all([
    text('template', 'prompt'),
    text('system'),
    text('params').then(parsed),
    text('messages').then(parsed),
    text('license'),
  ]);
  return {
    template,
    system,
    parameters: isObject(parameters) ? parameters : {},
    messages: Array.isArray(messages) ? (messages as readonly unknown[]) : [],
    licence:
      licence
        ?.split('\n')
        .map((line) => line.trim())
        .find((line) => line !== '') ?? null,
    hasProjector: layersOf(manifest, 'projector').length > 0,
  };
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}
