import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';

/** `config.json`, or the same record made from a GGUF file. */
export type Config = Readonly<Record<string, unknown>>;

/** The first of these names that the configuration states, and its value; `null` states nothing. */
function stated(config: Config, names: readonly string[]): readonly [name: string, value: unknown] | undefined {
  const name = names.find((each) => config[each] !== undefined && config[each] !== null);
  return name === undefined ? undefined : [name, config[name]];
}

const ofModel = () => l10n.t`Use the config.json that belongs to the model.`;

const wrongKind = (name: string, value: unknown, kind: string): Failure =>
  new Failure(
    'model-configuration',
    l10n.t`config.json says ${name} is ${JSON.stringify(value)}; it must be ${kind}.`,
    {},
    ofModel(),
  );

/**
 * A whole number or measure that the configuration must state, under the first of these names it has.
 * @throws Failure "model-configuration"
 */
export function number(config: Config, names: readonly string[], fallback?: number): number {
  const [name, found] = stated(config, names) ?? [names[0]!, fallback];
  if (found === undefined)
    throw new Failure('model-configuration', l10n.t`config.json does not say "${String(names[0])}".`, {}, ofModel());
  if (typeof found !== 'number' || !Number.isFinite(found)) throw wrongKind(name, found, l10n.t`a number`);
  return found;
}

/** A measure that may be left out. @throws Failure "model-configuration" */
export const optionalNumber = (config: Config, name: string): number | undefined =>
  stated(config, [name]) ? number(config, [name]) : undefined;

/** A size: a whole number from 1 on. @throws Failure "model-configuration" */
export function size(config: Config, names: readonly string[], fallback?: number): number {
  const found = number(config, names, fallback);
  if (!Number.isSafeInteger(found) || found < 1)
    throw new Failure(
      'model-configuration',
      l10n.t`config.json says ${String(names[0])} is ${found}; it must be a whole number from 1 on.`,
      {},
      ofModel(),
    );
  return found;
}

/** More layers than any model has: a damaged configuration. */
const mostLayers = 4096;

/** @throws Failure "model-configuration" */
export function layerCount(config: Config, names: readonly string[]): number {
  const layers = size(config, names);
  if (layers > mostLayers)
    throw new Failure(
      'model-configuration',
      l10n.t`config.json says that the model has ${layers} layers.`,
      {},
      ofModel(),
    );
  return layers;
}

/** A setting that is true or false. @throws Failure "model-configuration" */
export function flag(config: Config, name: string, fallback: boolean): boolean {
  const [, value] = stated(config, [name]) ?? [name, fallback];
  if (typeof value !== 'boolean') throw wrongKind(name, value, l10n.t`true or false`);
  return value;
}

/** A setting in words. @throws Failure "model-configuration" */
export function word(config: Config, name: string, fallback: string): string {
  const [, value] = stated(config, [name]) ?? [name, fallback];
  if (typeof value !== 'string') throw wrongKind(name, value, l10n.t`a word`);
  return value;
}

/** A list with an entry for each layer; undefined where it is not stated. @throws Failure "model-configuration" */
export function perLayer(config: Config, name: string, layers: number): readonly unknown[] | undefined {
  const [, value] = stated(config, [name]) ?? [];
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.length < layers) throw wrongKind(name, value, l10n.t`a list of ${layers} entries`);
  return value as readonly unknown[];
}

/** A configuration that asks for what is not built here. */
export const notBuilt = (architecture: string, what: string): Failure =>
  new Failure(
    'model-architecture',
    l10n.t`The architecture ${architecture} with ${what} cannot be opened from its weights alone.`,
    {},
    exportFirst(),
  );

export const exportFirst = () =>
  l10n.t`Export the model to ONNX (optimum-cli export onnx --model …), or choose a repository that holds \
onnx/model.onnx.`;
