import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  llamaCppFolder,
  llamaCppHubCaches,
  lmStudioFolders,
  ollamaFolders,
} from '../../../../src/model/stores/storeFolders';
import { put } from '../../../support/models/modelStores';
import { strangersHome } from '../../../support/models/storeHome';

const folder = strangersHome();
const machine = (platform: NodeJS.Platform, environment: Readonly<Record<string, string>> = {}) => ({
  platform,
  environment,
  home: folder(),
});

describe("other programs' models", () => {
  it('of Ollama are in the home folder, on Linux in those of its service too, or where OLLAMA_MODELS says', () => {
    const own = join(folder(), '.ollama', 'models');
    expect(ollamaFolders(machine('darwin'))).toEqual([own]);
    expect(ollamaFolders(machine('win32'))).toEqual([own]);
    expect(ollamaFolders(machine('linux')).slice(0, 2)).toEqual([own, '/usr/share/ollama/.ollama/models']);
    expect(ollamaFolders(machine('linux', { OLLAMA_MODELS: ' "/disk/models" ' }))).toEqual(['/disk/models']);
    expect(ollamaFolders(machine('linux', { OLLAMA_MODELS: ' ' }))[0]).toBe(own);
  });

  it.each([
    ['linux', ['.config']],
    ['darwin', ['Library', 'Application Support']],
    ['win32', ['AppData', 'Roaming']],
  ] as const)('of LM Studio are on %s first where its settings say', (platform, path) => {
    const usual = [join(folder(), '.lmstudio', 'models'), join(folder(), '.cache', 'lm-studio', 'models')];
    expect(lmStudioFolders(machine(platform))).toEqual(usual);
    const settings = put(join(folder(), ...path, 'LM Studio', 'settings.json'), '{"downloadsFolder":"/disk/lm"}');
    expect(lmStudioFolders(machine(platform))).toEqual(['/disk/lm', ...usual]);
    put(settings, '{"downloadsFolder":');
    expect(lmStudioFolders(machine(platform))).toEqual(usual);
  });

  it("of llama.cpp are in the system's folder for caches, or where LLAMA_CACHE says", () => {
    expect(llamaCppFolder(machine('linux'))).toBe(join(folder(), '.cache', 'llama.cpp'));
    expect(llamaCppFolder(machine('linux', { XDG_CACHE_HOME: '/cache' }))).toBe(join('/cache', 'llama.cpp'));
    expect(llamaCppFolder(machine('darwin'))).toBe(join(folder(), 'Library', 'Caches', 'llama.cpp'));
    expect(llamaCppFolder(machine('win32', { LOCALAPPDATA: '/local' }))).toBe(join('/local', 'llama.cpp'));
    const set = machine('linux', { LLAMA_CACHE: '/own', HF_HUB_CACHE: '/hub' });
    expect([llamaCppFolder(set), ...llamaCppHubCaches(set)]).toEqual(['/own', '/own', '/hub']);
  });
});
