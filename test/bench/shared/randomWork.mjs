import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { bundled, root } from './bundle.mjs';

/** Sizes of models that are measured: the embedded one, and random weights in the shapes of others. */
export const sizes = ['7M', '135M', '360M'];

/** Where the weights of a size are, for us and for a peer. @param python one that has transformers */
export async function modelOf(size, python) {
  const embedded = join(root, 'media', 'models', 'prompt-tuner-base');
  const folder = join(root, 'out', 'bench', `random-${size}`);
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, 'model.safetensors'))) {
    if (size === '7M') execFileSync(process.execPath, [(await bundled('shared/weights'))[0], embedded, folder]);
    else execFileSync(python, [join(root, 'test/bench/shared/random_model.py'), size, folder], { stdio: 'inherit' });
    for (const file of ['tokenizer.json', 'tokenizer_config.json']) cpSync(join(embedded, file), join(folder, file));
  }
  return { ours: size === '7M' ? 'builtin' : folder, theirs: folder };
}

/** The same numbers each time, each below what is asked for: a linear congruential generator. */
export function numbers(seed) {
  let state = seed;
  return (below) => ((state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 8) % below;
}

/** The names in a list of a command line. */
export function chosen(text, known) {
  const names = text.split(',');
  const unknown = names.find((name) => !known.includes(name));
  if (unknown) throw new Error(`There is no "${unknown}"; there are ${known.join(', ')}.`);
  return names;
}
