import * as l10n from '@vscode/l10n';
import { basename, dirname, join } from 'node:path';
import { isText, object, tableOf } from '../../channel/guards';
import { readJson } from '../../files/jsonFile';
import { Failure } from '../../failure';
import { readConfigurationFile } from '../configuration';
import { languagePart, nameInLanguagePart } from '../languagePart';
import { expertsApart } from './expertsApart';
import type { Checkpoint, StoredWeight } from './weights';
import { readSafetensorsHeader } from './safetensors';

/** Names a sharded checkpoint's files; is beside them. */
export const shardIndex = 'model.safetensors.index.json';

/**
 * The checkpoint of a Hugging Face folder, its weights in one file or in shards.
 * @param file `model.safetensors`, the index of shards, or any one safetensors file
 * @throws Failure "model-missing", "model-truncated", "model-configuration", "checkpoint-type"
 */
export async function openSafetensors(folder: string, file: string): Promise<Checkpoint> {
  const whole = await readConfigurationFile(join(folder, 'config.json'));
  const config = languagePart(whole);
  const shards = basename(file) === shardIndex ? await shardsOf(file) : [file];
  const weights = new Map<string, StoredWeight>();
  for (const shard of shards) for (const [name, weight] of readSafetensorsHeader(shard)) weights.set(name, weight);
  return { config, weights: expertsApart(config === whole ? weights : ofLanguage(weights)), files: shards };
}

/** The weights of a language model that stands among other parts, under the names that it has alone. */
const ofLanguage = (weights: ReadonlyMap<string, StoredWeight>): ReadonlyMap<string, StoredWeight> =>
  new Map(
    [...weights].flatMap(([name, weight]) => {
      const alone = nameInLanguagePart(name);
      return alone === undefined ? [] : [[alone, weight] as const];
    }),
  );

const isShardIndex = object({ weight_map: tableOf(isText) });

async function shardsOf(index: string): Promise<readonly string[]> {
  const broken = (): Failure =>
    new Failure(
      'model-truncated',
      l10n.t`The index of the weight files is broken.`,
      { file: index },
      l10n.t`Download or copy it again.`,
    );
  const { weight_map: files } = await readJson(index, isShardIndex, {
    missing: (reason) =>
      new Failure(
        'model-missing',
        l10n.t`The index of the weight files cannot be read (${reason}).`,
        { file: index },
        l10n.t`Put it back, or add the model again.`,
      ),
    damaged: broken,
  });
  const names = [...new Set(Object.values(files))];
  if (names.length === 0 || !names.every((name) => basename(name) === name && name.endsWith('.safetensors')))
    throw broken();
  return names.sort().map((name) => join(dirname(index), name));
}
