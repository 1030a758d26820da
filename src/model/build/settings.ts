import { Failure } from '../../failure';

/** `config.json`, or the same record made from a GGUF file. */
export type Config = Readonly<Record<string, unknown>>;

/**
 * A whole number or measure that the configuration must state, under the first of these names it has.
 * @throws Failure "model-configuration"
 */
export function number(config: Config, names: readonly string[], fallback?: number): number {
  const found =
    names.map((name) => config[name]).find((value) => typeof value === 'number' && Number.isFinite(value)) ?? fallback;
  if (found === undefined)
    throw new Failure(
      'model-configuration',
      `config.json does not say "${names[0]}".`,
      {},
      'Use the config.json that belongs to the model.',
    );
  return found as number;
}

/** A size: a whole number from 1 on. @throws Failure "model-configuration" */
export function size(config: Config, names: readonly string[], fallback?: number): number {
  const found = number(config, names, fallback);
  if (!Number.isSafeInteger(found) || found < 1)
    throw new Failure(
      'model-configuration',
      `config.json says ${names[0]} is ${found}; it must be a whole number from 1 on.`,
      {},
      'Use the config.json that belongs to the model.',
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
      `config.json says that the model has ${layers} layers.`,
      {},
      'Use the config.json that belongs to the model.',
    );
  return layers;
}

/** A setting that is true or false. */
export const flag = (config: Config, name: string, fallback: boolean): boolean =>
  typeof config[name] === 'boolean' ? (config[name] as boolean) : fallback;

/** A setting in words. */
export const word = (config: Config, name: string, fallback: string): string =>
  typeof config[name] === 'string' ? (config[name] as string) : fallback;

/** A configuration that asks for what is not built here. */
export const notBuilt = (architecture: string, what: string): Failure =>
  new Failure(
    'model-architecture',
    `The architecture ${architecture} with ${what} cannot be opened from its weights alone.`,
    {},
    exportFirst,
  );

export const exportFirst =
  'Export the model to ONNX (optimum-cli export onnx --model …), or choose a repository that holds onnx/model.onnx.';
