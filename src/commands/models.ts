import * as l10n from '@vscode/l10n';
import { largest, smallest } from '../lists';
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Failure } from '../failure';
import type { AddedModel, AddOptions, VariantSummary } from '../model/hub/addModel';
import { hubReference } from '../model/hub/cache';
import { memoryToTrain, recommendedModels } from '../model/hub/recommended';
import {
  inspectModel,
  methodsOfGguf,
  type CacheOrigin,
  type MethodSupport,
  type ModelInspection,
} from '../model/inspectModel';
import { rememberModel, type ModelSummary } from '../model/open/listModels';
import { summariseGguf } from '../model/open/summariseGguf';
import { openModel, type LanguageModel } from '../model/openModel';
import { readGgufHeader } from '../model/gguf/header';
import { ollamaExtras } from '../model/stores/ollama';
import { ollamaAdditions } from '../model/stores/ollamaAdditions';
import type { OllamaExtras } from '../model/stores/ollamaManifest';
import type { StoredModel } from '../model/stores/storedModel';
import { modelStores, requireStored, storeOf, unreadableFolders } from '../model/stores/stores';
import { asFailure } from '../classifyError';
import { bytes, count, counted, decimals, duration, perSecond, percent } from '../words/formatNumbers';
import { asText } from '../words/writeTable';
import { timeModel } from '../inspection/estimate/timeModel';
import { tryMethods } from '../inspection/tryMethods';
import type { ModelSpeed } from '../inspection/estimate/modelSpeed';
import { clauses, enumerated } from '../words/listed';

/** A model that was added: downloaded, or found in its folder. */
export type Added = AddedModel | { readonly id: string; readonly folder: string };

/**
 * Downloads a hub id, or looks whether a folder or file holds a model and notes it.
 * @param reference a path that exists outranks a hub id, as in a template
 * @throws Failure "hub-…" from the hub; what opening a folder throws
 */
export async function addModel(reference: string, options: AddOptions): Promise<Added> {
  const onHub = existsSync(reference) ? undefined : hubReference(reference);
  if (onHub) {
    // Loaded late: nothing else needs the ways of the network.
    const { addHubModel } = await import('../model/hub/addModel');
    return addHubModel(onHub, options);
  }
  const stored = await requireStored(reference);
  if (stored) return requireOpenable(stored);
  const { folder, file, kind } = await openModel(reference, process.cwd());
  // A folder may hold several GGUF files; each is a model of its own.
  await rememberModel(kind === 'gguf' ? resolve(file) : resolve(folder));
  return { id: reference, folder: resolve(folder) };
}

/** What another program keeps is listed without being noted. @throws Failure where its head says it cannot be opened */
async function requireOpenable({ id, file, kind }: StoredModel): Promise<Added> {
  const failure = kind === 'gguf' ? (await summariseGguf(file)).failure : undefined;
  if (failure) throw failure;
  return { id, folder: dirname(file) };
}

/** What a model of the hub can be had as. @throws Failure "hub-…"; "hub-reference" for what is no hub id */
export async function listVariants(reference: string): Promise<readonly VariantSummary[]> {
  const onHub = hubReference(reference);
  if (!onHub)
    throw new Failure(
      'hub-reference',
      l10n.t`"${reference}" is no model of the hub.`,
      {},
      l10n.t`Write it as organisation/name.`,
    );
  const { hubVariants } = await import('../model/hub/addModel');
  return hubVariants(onHub);
}

export function formatVariants(variants: readonly VariantSummary[]): string {
  return asText({
    headings: ['variant', 'size', 'file'],
    rows: variants.map(({ name, bytes: size, file }) => [name, bytes(size), file]),
    alignment: ['left', 'right', 'left'],
  });
}

export function formatAdded(added: Added): string {
  const lines =
    'variant' in added
      ? [
          `${added.id}, ${added.variant}: ${bytes(added.bytes)}${added.licence ? `, licence ${added.licence}` : ''}`,
          ...(added.variants.length > 1
            ? [
                `Other variants (--variant NAME): ${clauses(
                  added.variants
                    .filter(({ name }) => name !== added.variant)
                    .map((each) => `${each.name} ${bytes(each.bytes)}`),
                )}`,
              ]
            : []),
        ]
      : [added.id];
  return [...lines, `In ${added.folder}`, `Write \`model: ${added.id}\` in a template.`].join('\n');
}

/** A model as `models inspect` shows it. */
export interface InspectedModel extends ModelInspection {
  readonly speed?: ModelSpeed;
  /** What Ollama keeps with the weights, for a model of its store. */
  readonly ollama?: OllamaExtras;
  /** What the program that keeps the model would add and is not added here, a name and a sentence each. */
  readonly additions: readonly (readonly [string, string])[];
}

/**
 * What a model is, which methods work with it, by a short pass of each, and with `measure` how fast they are.
 * @throws Failure as opening it does
 */
export async function describeModel(reference: string, measure = false): Promise<InspectedModel> {
  const model = await openModel(reference, process.cwd());
  const methods = await tryMethods(model);
  const trainable = methods.some(({ method, works }) => method === 'soft' && works);
  const inspection = { ...(await inspectModel(model)), ...(await additionsOf(reference, model)), methods, trainable };
  return measure ? { ...inspection, speed: await timeModel(model, inspection.trainable) } : inspection;
}

async function additionsOf(
  reference: string,
  { file }: LanguageModel,
): Promise<Pick<InspectedModel, 'ollama' | 'additions'>> {
  const named = storeOf(reference);
  const extras = named?.store.name === 'ollama' ? await ollamaExtras(named.name) : undefined;
  if (!extras) return { additions: [] };
  const hasChatTemplate = readGgufHeader(file, { brief: true }).metadata.has('tokenizer.chat_template');
  return { ollama: extras, additions: ollamaAdditions(extras, hasChatTemplate) };
}

/** A model of the list, with what can be done with it. */
export interface ListedModel extends ModelSummary {
  readonly methods: readonly MethodSupport[];
}

/**
 * Says which methods work with each model of the list: of a GGUF file by its head, of others by opening them. One that
 * cannot be opened is listed with the reason.
 */
export async function withMethods(models: readonly ModelSummary[]): Promise<readonly ListedModel[]> {
  const listed: ListedModel[] = [];
  for (const summary of models) {
    try {
      listed.push({ ...summary, methods: summary.problem === undefined ? await methodsOf(summary) : [] });
    } catch (error) {
      listed.push({ ...summary, methods: [], problem: asFailure(error).message });
    }
  }
  return listed;
}

async function methodsOf({ id, source, folder, file }: ModelSummary): Promise<readonly MethodSupport[]> {
  if (file !== null) return methodsOfGguf(file);
  const reference = source === 'embedded' || source === 'hub' ? folder : id;
  return (await inspectModel(await openModel(reference, process.cwd()))).methods;
}

/** Folders of other programs' models that are there and may not be read, a sentence each. */
export async function barredStores(): Promise<readonly string[]> {
  const found = await Promise.all(
    modelStores.map(async (store) =>
      (await unreadableFolders(store)).map(
        ({ folder, reason }) => `${store.title} keeps models in ${folder}, which cannot be read (${reason}).`,
      ),
    ),
  );
  return found.flat();
}

function rowOf({ kind, methods, problem, ...model }: ListedModel): readonly string[] {
  const architecture = model.architecture ?? '–';
  return [
    model.id,
    kind === 'masked' ? `${architecture}, masked` : architecture,
    model.contextLength === null ? '–' : count(model.contextLength),
    bytes(model.bytes),
    model.quantisation ?? '–',
    model.licence ?? '–',
    problem ?? enumerated(methods.filter(({ works }) => works).map(({ method }) => method)),
  ];
}

/**
 * The models as a table of text, and those worth adding.
 * @param notes lines below the table
 */
export function formatModels(models: readonly ListedModel[], notes: readonly string[] = []): string {
  const list = asText({
    headings: ['model', 'kind', 'context', 'size', 'stored as', 'licence', 'methods'],
    rows: models.map(rowOf),
    alignment: ['left', 'left', 'right', 'right', 'left', 'left', 'left'],
  });
  const table = [list, ...notes].join('\n');
  const others = recommendedModels.filter(({ id }) => !models.some((model) => model.id === id));
  if (others.length === 0) return table;
  const offered = others.map((model) => [
    model.id,
    `${model.millions} M`,
    count(model.context),
    bytes(model.bytes),
    model.licence,
    bytes(memoryToTrain(model)),
    model.about(),
  ]);
  const recommended = asText({
    headings: ['model', 'weights', 'context', 'size, about', 'licence', 'memory from', ''],
    rows: offered,
    alignment: ['left', 'right', 'right', 'right', 'left', 'right', 'left'],
  });
  return `${table}\n\nSmall models of the hub (prompt-tuner models add ID):\n${recommended}`;
}

/** Element types with their shares; one that holds next to nothing is left out. */
function describeTypes(dtypes: ModelInspection['dtypes']): string {
  const large = Object.entries(dtypes).filter(([, share]) => share >= 0.005);
  return large.length === 1 ? large[0]![0] : enumerated(large.map(([name, share]) => `${name} ${percent(share)}`));
}

/** `a.0.key, a.1.key` as `a.0–1.key`: one name for what every layer has. */
function foldNumbers(names: readonly string[]): readonly string[] {
  const groups = new Map<string, number[]>();
  for (const name of names) {
    const [, number] = /\.(\d+)\./.exec(name) ?? [];
    const pattern = name.replace(/\.\d+\./, '.#.');
    groups.set(pattern, [...(groups.get(pattern) ?? []), Number(number ?? -1)]);
  }
  return [...groups].map(([pattern, numbers]) =>
    pattern.replace('#', numbers.length > 1 ? `${smallest(numbers)}–${largest(numbers)}` : String(numbers[0])),
  );
}

/** How the graph came about, where it was not in the file. */
const sourceNote: Readonly<Record<ModelInspection['kind'], string>> = {
  onnx: '',
  safetensors: ' (graph built from config.json)',
  gguf: ' (graph built from its metadata)',
};

const cacheWords: Readonly<Record<CacheOrigin, string>> = {
  exported: 'yes',
  added: 'not in the file; put into its attention here',
  none: 'no',
};

const maskedNote = 'masked: it chooses between label words, the answer slot standing anywhere, and writes no text';

/** A model in a few lines: sizes, operators, and whether a prompt can be trained through it. */
export function formatInspection(inspection: InspectedModel): string {
  const { configuration: sizes, operators, speed, tokenizer } = inspection;
  return asText({
    headings: [],
    rows: [
      ['model', inspection.id],
      ['folder', inspection.folder],
      [
        'file',
        clauses([
          `${inspection.file.slice(inspection.folder.length + 1)}${sourceNote[inspection.kind]}`,
          bytes(inspection.bytes),
          ...(inspection.quantisation === null ? [] : [`stored as ${inspection.quantisation}`]),
          describeTypes(inspection.dtypes),
        ]),
      ],
      ['licence', inspection.licence ?? 'not said'],
      ['kind', `${sizes.architecture}, ${sizes.kind === 'masked' ? maskedNote : 'causal'}`],
      ['weights', count(inspection.parameters)],
      [
        'layers',
        `${sizes.layers}, ${sizes.hiddenSize} wide, ${sizes.heads} heads (${sizes.keyValueHeads} for keys and values)`,
      ],
      ['vocabulary', count(sizes.vocabularySize)],
      [
        'tokenizer',
        `${tokenizer.kind}, ${counted(tokenizer.tokens, 'token')}${Object.entries(tokenizer.special)
          .map(([role, token]) => `, ${role} ${token}`)
          .join('')}`,
      ],
      ['context', counted(sizes.contextLength, 'token')],
      ['opset', String(inspection.opset)],
      ['inputs', enumerated(foldNumbers(inspection.inputs))],
      ['outputs', enumerated(foldNumbers(inspection.outputs))],
      ['key/value cache', cacheWords[inspection.keyValueCache]],
      ['operators', enumerated(Object.entries(operators).map(([name, times]) => `${name} ${times}`))],
      ...inspection.methods.map(({ method, works, note, tried }) => [
        method,
        [`${works ? 'works' : 'does not work'}${tried ? ` (tried: ${tried})` : ''}`, note].filter(Boolean).join(': '),
      ]),
      ...inspection.additions,
      ...(speed ? speedLines(speed) : []),
      ['sha256', inspection.sha256],
    ],
    alignment: ['left', 'left'],
  });
}

function speedLines({
  provider,
  batch,
  tokens,
  forwardTokensPerSecond,
  stepTokensPerSecond,
  stepOverForward,
  peakMemoryBytes,
}: ModelSpeed): readonly (readonly string[])[] {
  const passText = (tokensPerSecond: number) =>
    `${duration((batch * tokens) / tokensPerSecond)}, ${perSecond(tokensPerSecond)} tokens/s`;
  return [
    ['forward pass', `${passText(forwardTokensPerSecond)} (${batch} × ${counted(tokens, 'token')}, on ${provider})`],
    ...(stepTokensPerSecond === null || stepOverForward === null
      ? []
      : [['training step', `${passText(stepTokensPerSecond)}, ${decimals(stepOverForward, 1)} times a forward pass`]]),
    ['memory', bytes(peakMemoryBytes)],
  ];
}
