import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bakePrompt, type BakedModel } from '../../../adapters/bakedModel';
import type { ExamplePrompt } from '../../../adapters/exportedPrompt';
import { onnxTexts } from '../../../adapters/exportReadme';
import { adapterFiles } from '../../../adapters/peft';
import { Failure } from '../../../failure';
import { bytes } from '../../../words/formatNumbers';
import { writeModel } from '../../../onnx/writeModel';
import { copyIfThere, writeTexts } from '../exportFiles';
import { exampleOf, type ExportSource } from '../exportSource';

/** What one protobuf message can hold. */
const largestFile = 2 ** 31 - 1;

/** An ONNX model that holds the prompt. @throws Failure "export-too-large" */
export async function writeOnnx(folder: string, source: ExportSource): Promise<void> {
  const { placement, provenance, model } = source;
  const { baked, example } = await writeBaked({ folder, graphFile: join(folder, 'model.onnx') }, source);
  await writeTexts(
    folder,
    onnxTexts(provenance, { placement, prompt: example, front: baked.front, configuration: model.configuration }),
  );
}

/** What {@link writeBaked} has written. */
export interface Baked {
  readonly baked: BakedModel;
  readonly example: ExamplePrompt;
}

/**
 * The model with the prompt inside, and the records that are read beside it.
 * @param to `config` is added to the model's configuration, `tokenizer` to that of its tokenizer
 * @throws Failure "export-too-large"
 */
export async function writeBaked(
  to: {
    readonly folder: string;
    readonly graphFile: string;
    readonly config?: Readonly<Record<string, unknown>>;
    readonly tokenizer?: (example: ExamplePrompt) => Readonly<Record<string, unknown>>;
  },
  source: ExportSource,
): Promise<Baked> {
  const { prompt, placement, model } = source;
  const { folder, graphFile } = to;
  const baked = await bakePrompt(model, prompt, placement.prepended);
  const size = [...baked.model.graph.initializers.values()].reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  if (size > largestFile)
    throw new Failure(
      'export-too-large',
      `The model's weights take ${bytes(size)}; one ONNX file holds ${bytes(largestFile)}.`,
      { file: model.file },
      'Export with --format peft, or train with a smaller model.',
    );
  await writeFile(graphFile, writeModel(baked.model));
  await copyIfThere(join(model.folder, 'generation_config.json'), join(folder, 'generation_config.json'));
  const example = exampleOf(source, prompt.prefix ? 0 : baked.front, model.tokenizer.firstVirtualToken);
  const { config, tokenizer } = model.records;
  const shortened = shortenContext(config, model.configuration.kind === 'masked' ? 0 : baked.front);
  const records = {
    'tokenizer.json': tokenizer.definition,
    'tokenizer_config.json': { ...tokenizer.settings, ...to.tokenizer?.(example) },
    'config.json': { ...shortened, ...to.config },
    [adapterFiles.placement]: placement,
  };
  for (const [name, record] of Object.entries(records))
    await writeFile(join(folder, name), `${JSON.stringify(record, null, 2)}\n`);
  return { baked, example };
}

const contextFields = ['max_position_embeddings', 'n_positions', 'n_ctx', 'max_seq_len'];

/** The constant positions in front take their part of the context. */
function shortenContext(config: Readonly<Record<string, unknown>>, front: number): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [
      name,
      contextFields.includes(name) && typeof value === 'number' ? value - front : value,
    ]),
  );
}
