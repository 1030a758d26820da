import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runtimeBinaries, whyNotPackaged } from '../../../src/packaging/runtimes.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-runtimes-'));
  writeFileSync(join(folder, 'package.json'), '{ "name": "onnxruntime-node", "version": "9.9.9" }');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function writeBinaries(platform: string, ...names: readonly string[]): void {
  for (const name of names) {
    const path = join(folder, 'bin/napi-v6', platform, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '');
  }
}

describe('the runtime in a package', () => {
  it('is the binding and its library, without the libraries of graphics cards', () => {
    const cuda = ['libonnxruntime_providers_cuda.so', 'libonnxruntime_providers_shared.so'];
    writeBinaries('linux/x64', 'onnxruntime_binding.node', 'libonnxruntime.so.1', ...cuda);
    expect(runtimeBinaries('linux-x64', folder)).toEqual([
      'bin/napi-v6/linux/x64/onnxruntime_binding.node',
      'bin/napi-v6/linux/x64/libonnxruntime.so.1',
    ]);
  });

  it('is no reason to hand a library on twice', () => {
    writeBinaries('darwin/arm64', 'onnxruntime_binding.node', 'libonnxruntime.1.dylib', 'libonnxruntime.9.9.9.dylib');
    expect(runtimeBinaries('darwin-arm64', folder)).toHaveLength(2);
  });

  it('is refused with the names of what is lacking', () => {
    writeBinaries('darwin/x64', 'onnxruntime_binding.node');
    const why = 'onnxruntime-node 9.9.9 lacks bin/napi-v6/darwin/x64/libonnxruntime.1.dylib.';
    expect(whyNotPackaged('darwin-x64', folder)).toBe(why);
    expect(() => runtimeBinaries('darwin-x64', folder)).toThrow(`There is no package for darwin-x64: ${why}`);
    expect(whyNotPackaged('amiga-68k', folder)).toMatch(/^amiga-68k is none of linux-x64,/);
  });

  it('is refused where it holds a file whose use nobody has said', () => {
    writeBinaries('linux/arm64', 'onnxruntime_binding.node', 'libonnxruntime.so.1', 'libnovel.so');
    expect(() => runtimeBinaries('linux-arm64', folder)).toThrow(/linux-arm64 needs libnovel\.so/);
  });
});
