import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isObject, isText } from '../../channel/guards';
import { fromHome } from '../../files/homePath';
import { parseJson } from '../../files/jsonFile';
import { hubCache } from '../hub/cache';

/** What decides where programs keep their models. */
export interface Machine {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
}

export function thisMachine(): Machine {
  const { env, platform } = process;
  // As os.homedir() finds it, which asks the process and not the environment that this thread was given.
  return { environment: env, platform, home: (platform === 'win32' ? env.USERPROFILE : env.HOME) || homedir() };
}

/** Where packages of Linux let Ollama's service keep its models. */
const serviceFolders = [
  '/usr/share/ollama/.ollama/models',
  '/var/lib/ollama/.ollama/models',
  '/var/lib/ollama/models',
  '/var/snap/ollama/common/models',
];

/**
 * Ollama's stores, the person's own first: `OLLAMA_MODELS` alone where it is set, as Ollama reads it; else the one in
 * the home folder, and on Linux those of the service.
 */
export function ollamaFolders({ environment, platform, home }: Machine = thisMachine()): readonly string[] {
  // Ollama takes white space and quotes away, that a file of a service may leave around the value.
  const set = (environment.OLLAMA_MODELS ?? '').trim().replace(/^["']+|["']+$/g, '');
  if (set !== '') return [fromHome(set)];
  return [join(home, '.ollama', 'models'), ...(platform === 'linux' ? serviceFolders : [])];
}

/**
 * LM Studio's folders of models: the one chosen in its settings, and those that it comes with, of which the second is
 * of its first versions.
 */
export function lmStudioFolders(machine: Machine = thisMachine()): readonly string[] {
  const homes = lmStudioHomes(machine);
  const chosen = [...homes, lmStudioSettings(machine)].flatMap((folder) => chosenFolder(join(folder, 'settings.json')));
  return [...new Set([...chosen, ...homes.map((folder) => join(folder, 'models'))])];
}

/** Where LM Studio keeps what says of a virtual model which files it is made of: PUBLISHER/MODEL/model.yaml. */
export const lmStudioHubs = (machine: Machine = thisMachine()): readonly string[] =>
  lmStudioHomes(machine).map((folder) => join(folder, 'hub', 'models'));

/** `~/.lmstudio-home-pointer` names the folder where somebody has moved it. */
function lmStudioHomes({ home }: Machine): readonly string[] {
  const pointer = textOf(join(home, '.lmstudio-home-pointer')).split('\n')[0]!.trim();
  const usual = [join(home, '.lmstudio'), join(home, '.cache', 'lm-studio')];
  return pointer === '' ? usual : [...new Set([pointer, ...usual])];
}

/** Where the desktop program keeps its settings. */
function lmStudioSettings({ environment, platform, home }: Machine): string {
  if (platform === 'win32') return join(environment.APPDATA ?? join(home, 'AppData', 'Roaming'), 'LM Studio');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'LM Studio');
  return join(environment.XDG_CONFIG_HOME ?? join(home, '.config'), 'LM Studio');
}

function chosenFolder(settings: string): readonly string[] {
  const value = parseJson(textOf(settings));
  return isObject(value) && isText(value.downloadsFolder) && value.downloadsFolder !== ''
    ? [fromHome(value.downloadsFolder)]
    : [];
}

/** llama.cpp's cache (fs_get_cache_directory): `LLAMA_CACHE`, or the folder for caches of the system. */
export function llamaCppFolder({ environment, platform, home }: Machine = thisMachine()): string {
  if (environment.LLAMA_CACHE) return fromHome(environment.LLAMA_CACHE);
  if (platform === 'win32') return join(environment.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'llama.cpp');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'llama.cpp');
  return join(environment.XDG_CACHE_HOME ?? join(home, '.cache'), 'llama.cpp');
}

/** Caches in the hub's own layout, in which llama.cpp looks since 2026: `LLAMA_CACHE`, then the hub's. */
export function llamaCppHubCaches(machine: Machine = thisMachine()): readonly string[] {
  const { LLAMA_CACHE: own } = machine.environment;
  return [...new Set([...(own ? [fromHome(own)] : []), hubCache(machine.environment)])];
}

function textOf(file: string): string {
  try {
    // What is larger than any settings is no settings.
    return existsSync(file) && statSync(file).size < 2 ** 20 ? readFileSync(file, 'utf8') : '';
  } catch {
    return '';
  }
}
