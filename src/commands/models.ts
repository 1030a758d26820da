import { largest, smallest } from '../lists';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Failure } from '../failure';
import type { AddedModel, AddOptions, VariantSummary } from '../model/hub/addModel';
import { hubReference } from '../model/hub/cache';
import { memoryToTrain, recommendedModels } from '../model/hub/recommended';
import { inspectModel, type CacheOrigin, type MethodSupport, type ModelInspection } from '../model/inspectModel';
import { rememberModel, type ModelSummary } from '../model/open/listModels';
import { openModel } from '../model/openModel';
import { asFailure } from '../classifyError';
import { bytes, count, counted, decimals, duration, perSecond, percent } from '../formatNumbers';
import { asText } from '../writeTable';
import { timeModel } from '../inspection/timeModel';
import { tryMethods } from '../inspection/tryMethods';
import type { ModelSpeed } from '../inspection/modelSpeed';

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
  const { folder, file, kind } = await openModel(reference, process.cwd());
  // A folder may hold several GGUF files; each is a model of its own.
  await rememberModel(kind === 'gguf' ? resolve(file) : resolve(folder));
  return { id: reference, folder: resolve(folder) };
}

/** What a model of the hub can be had as. @throws Failure "hub-…"; "hub-reference" for what is no hub id */
export async function listVariants(reference: string): Promise<readonly VariantSummary[]> {
  const onHub = hubReference(reference);
  if (!onHub)
    throw new Failure('hub-reference', `"${reference}" is no model of the hub.`, {}, 'Write it as organisation/name.');
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
                `Other variants (--variant NAME): ${added.variants
                  .filter(({ name }) => name !== added.variant)
                  .map((each) => `${each.name} ${bytes(each.bytes)}`)
                  .join(', ')}`,
              ]
            : []),
        ]
      : [added.id];
  return [...lines, `In ${added.folder}`, `Write \`model: ${added.id}\` in a template.`].join('\n');
}

/**
 * What a model is, which methods work with it, by a short pass of each, and with `measure` how fast they are.
 * @throws Failure as opening it does
 */
export async function describeModel(
  reference: string,
  measure = false,
): Promise<ModelInspection & { readonly speed?: ModelSpeed }> {
  const model = await openModel(reference, process.cwd());
  const methods = await tryMethods(model);
  const trainable = methods.some(({ method, works }) => method === 'soft' && works);
  const inspection = { ...(await inspectModel(model)), methods, trainable };
  return measure ? { ...inspection, speed: await timeModel(model, inspection.trainable) } : inspection;
}

/** A model of the list, with what can be done with it. */
export interface ListedModel extends ModelSummary {
  readonly methods: readonly MethodSupport[];
  /** Why it cannot be opened. */
  readonly problem?: string;
}

/** Opens each model of the list to say which methods work with it. */
export async function withMethods(models: readonly ModelSummary[]): Promise<readonly ListedModel[]> {
  const listed: ListedModel[] = [];
  for (const summary of models) {
    try {
      listed.push({
        ...summary,
        methods: (
          await inspectModel(await openModel(summary.source === 'folder' ? summary.id : summary.folder, process.cwd()))
        ).methods,
      });
    } catch (error) {
      listed.push({ ...summary, methods: [], problem: asFailure(error).message });
    }
  }
  return listed;
}

/** The models as a table of text, and those worth adding. */
export function formatModels(models: readonly ListedModel[]): string {
  const lines = models.map(({ id, architecture, kind, contextLength, bytes: size, licence, methods, problem }) => [
    id,
    kind === 'masked' ? `${architecture}, masked` : architecture,
    count(contextLength),
    bytes(size),
    licence ?? '–',
    problem ??
      methods
        .filter(({ works }) => works)
        .map(({ method }) => method)
        .join(', '),
  ]);
  const table = asText({
    headings: ['model', 'kind', 'context', 'size', 'licence', 'methods'],
    rows: lines,
    alignment: ['left', 'left', 'right', 'right', 'left', 'left'],
  });
  const others = recommendedModels.filter(({ id }) => !models.some((model) => model.id === id));
  if (others.length === 0) return table;
  const offered = others.map((model) => [
    model.id,
    `${model.millions} M`,
    count(model.context),
    bytes(model.bytes),
    model.licence,
    bytes(memoryToTrain(model)),
    model.about,
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
  return large.length === 1 ? large[0]![0] : large.map(([name, share]) => `${name} ${percent(share)}`).join(', ');
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
export function formatInspection(inspection: ModelInspection & { readonly speed?: ModelSpeed }): string {
  const { configuration: sizes, operators, speed, tokenizer } = inspection;
  return asText({
    headings: [],
    rows: [
      ['model', inspection.id],
      ['folder', inspection.folder],
      [
        'file',
        [
          `${inspection.file.slice(inspection.folder.length + 1)}${sourceNote[inspection.kind]}`,
          bytes(inspection.bytes),
          describeTypes(inspection.dtypes),
        ].join(', '),
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
      ['inputs', foldNumbers(inspection.inputs).join(', ')],
      ['outputs', foldNumbers(inspection.outputs).join(', ')],
      ['key/value cache', cacheWords[inspection.keyValueCache]],
      [
        'operators',
        Object.entries(operators)
          .map(([name, times]) => `${name} ${times}`)
          .join(', '),
      ],
      ...inspection.methods.map(({ method, works, note, tried }) => [
        method,
        [`${works ? 'works' : 'does not work'}${tried ? ` (tried: ${tried})` : ''}`, note].filter(Boolean).join(': '),
      ]),
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
