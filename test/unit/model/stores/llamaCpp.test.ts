import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findModelFiles } from '../../../../src/model/open/modelFiles';
import { openModel } from '../../../../src/model/openModel';
import { put, wholeGguf } from '../../../support/models/modelStores';
import { listed, names, strangersHome } from '../../../support/models/storeHome';

const home = strangersHome();

describe("a model of llama.cpp's cache", () => {
  const cache = (...path: string[]): string => join(home(), 'llama.cpp', ...path);

  it('is called as -hf calls it, by the manifest, and by its file where there is none', async () => {
    const gguf = wholeGguf('llama');
    const manifest = (tag: string, rfilename: string): string =>
      put(cache(`manifest=ada=tiny-GGUF=${tag}.json`), JSON.stringify({ ggufFile: { rfilename, size: 1 } }));
    manifest('latest', 'sub/tiny.Q4_K_M.gguf');
    manifest('Q4_K_M', 'sub/tiny.Q4_K_M.gguf');
    manifest('Q8_0', 'tiny.Q8_0.gguf');
    put(cache('manifest=ada=torn=latest.json'), '{');
    put(cache('ada_tiny-GGUF_sub_tiny.Q4_K_M.gguf'), gguf);
    put(cache('ada_tiny-GGUF_sub_tiny.Q4_K_M.gguf.etag'), 'x');
    put(cache('ai_smollm2_135M-Q4_0.gguf'), gguf);
    put(cache('other.gguf.downloadInProgress'), gguf.subarray(0, 100));
    const all = await listed('llama.cpp');
    expect(names(all)).toEqual([
      'llama.cpp:ada/tiny-GGUF:Q4_K_M',
      'llama.cpp:ada/tiny-GGUF:Q8_0',
      'llama.cpp:ada/torn',
      'llama.cpp:ai_smollm2_135M-Q4_0.gguf',
    ]);
    expect(all.map(({ problem }) => problem)).toEqual([
      undefined,
      "ada_tiny-GGUF_tiny.Q8_0.gguf is not in llama.cpp's cache any more.",
      "llama.cpp's manifest names no GGUF file.",
      undefined,
    ]);
    const packed = cache('ada_tiny-GGUF_sub_tiny.Q4_K_M.gguf');
    for (const name of ['ada/tiny-GGUF', 'ada/tiny-GGUF:latest', 'ada/tiny-GGUF:q4_k_m'])
      expect((await findModelFiles(`llama.cpp:${name}`, '/')).file).toBe(packed);
    await expect(openModel('llama.cpp:ada/tiny-GUF:Q4_K_M', '/')).rejects.toMatchObject({
      message: expect.stringContaining('it has llama.cpp:ada/tiny-GGUF:Q4_K_M') as string,
      remedy: 'Fetch it: llama-cli -hf ada/tiny-GUF:Q4_K_M.',
    });
  });

  it.each(['LLAMA_CACHE', 'HF_HUB_CACHE'])(
    'in the layout of the hub, in %s, is chosen as llama.cpp does',
    async (name) => {
      process.env[name] = join(home(), 'new');
      const snapshot = (file: string): string =>
        put(join(home(), 'new', 'models--ada--tiny-GGUF', 'snapshots', 'c0ffee', file), wholeGguf('llama'));
      const [half, packed] = [snapshot('tiny-f16.gguf'), snapshot('tiny-Q4_K_M.gguf')];
      snapshot('mmproj-Q4_K_M.gguf');
      const fileOf = async (tag: string): Promise<string> =>
        (await findModelFiles(`llama.cpp:ada/tiny-GGUF${tag}`, '/')).file;
      expect([await fileOf(''), await fileOf(':F16'), await fileOf(':q4_k_m')]).toEqual([packed, half, packed]);
      await expect(fileOf(':Q2_K')).rejects.toThrow('model');
      const own = names(await listed('llama.cpp'));
      expect(own).toEqual(
        name === 'LLAMA_CACHE' ? ['llama.cpp:ada/tiny-GGUF:F16', 'llama.cpp:ada/tiny-GGUF:Q4_K_M'] : [],
      );
    },
  );
});
