import { describe, expect, it } from 'vitest';
import {
  choose,
  describeFallback,
  wantedProvider,
  whyNot,
  type Provider,
  type Runtime,
} from '../../../../src/onnx/runtime/provider';

const missing = (): Promise<string> => Promise.resolve('its libraries are not installed');
const there = (): Promise<undefined> => Promise.resolve(undefined);

describe('the execution provider', () => {
  it('is the one that was asked for, where the machine has it', async () => {
    expect(await choose('webgpu', there)).toEqual({ wanted: 'webgpu', used: 'webgpu' });
    expect(await choose('cpu', missing)).toEqual({ wanted: 'cpu', used: 'cpu' });
  });

  it('is the processor else, with a clear line that says why', async () => {
    const choice = await choose('cuda', missing);
    expect(choice.used).toBe('cpu');
    expect(describeFallback(choice)).toBe(
      'CUDA was asked for and cannot be used: its libraries are not installed. The graphs run on the processor (CPU).',
    );
  });

  it('falls back without a word where none was asked for', async () => {
    const choice = await choose('auto', missing);
    expect(choice.used).toBe('cpu');
    expect(describeFallback(choice)).toBeUndefined();
    expect((await choose('auto', there)).used).toBe('cuda');
  });

  it('is refused by a name that is none', () => {
    expect(wantedProvider(undefined)).toBe('auto');
    expect(() => wantedProvider('abacus')).toThrow(
      expect.objectContaining({ code: 'provider-unknown', remedy: expect.stringContaining('webgpu') }),
    );
  });

  const runtime = (platform: string, offered: readonly string[], negate: () => Promise<number>): Runtime => ({
    version: '1.30.0',
    platform,
    offered,
    negate,
  });
  const fails = (message: string) => (): Promise<number> => Promise.reject(new Error(message));
  const works = (): Promise<number> => Promise.resolve(-1);

  it.each([
    ['cuda', runtime('linux-x64', ['cpu', 'cuda', 'webgpu'], works), undefined],
    ['dml', runtime('win32-x64', ['cpu', 'dml', 'webgpu'], works), undefined],
    ['coreml', runtime('darwin-arm64', ['cpu', 'coreml', 'webgpu'], works), undefined],
    ['cuda', runtime('win32-x64', ['cpu', 'dml', 'webgpu'], works), 'ONNX Runtime 1.30.0 has no CUDA on win32-x64'],
    ['dml', runtime('linux-x64', ['cpu', 'cuda'], works), 'ONNX Runtime 1.30.0 has no DirectML on linux-x64'],
    [
      'cuda',
      runtime(
        'linux-x64',
        ['cpu', 'cuda'],
        fails('Error in dlopen\nFailed to load shared library libonnxruntime_providers_shared.so'),
      ),
      'its libraries are not installed (CUDA 12, cuDNN 9 and the provider library of onnxruntime-node)',
    ],
    [
      'webgpu',
      runtime('linux-x64', ['cpu', 'webgpu'], fails('WebGPU: failed to request an Adapter')),
      'no graphics adapter was found',
    ],
    [
      'dml',
      runtime(
        'win32-x64',
        ['cpu', 'dml'],
        fails('Exception during initialization.\n 887A0004 The specified device interface is not supported.'),
      ),
      '887A0004 The specified device interface is not supported',
    ],
    ['coreml', runtime('darwin-x64', ['cpu', 'coreml'], () => Promise.resolve(1)), 'it computes wrong numbers'],
  ] as const)('%s on one machine and another: used, or said why not', async (provider: Provider, machine, why) => {
    expect(await whyNot(provider, machine)).toBe(why);
    const choice = await choose(provider, (each) => whyNot(each, machine));
    expect(choice.used).toBe(why === undefined ? provider : 'cpu');
    if (why !== undefined)
      expect(describeFallback(choice)).toMatch(
        / was asked for and cannot be used: .*[^.]\. The graphs run on the processor \(CPU\)\.$/,
      );
  });

  it('is found missing on a system that has none of its kind', async () => {
    const foreign = process.platform === 'darwin' ? 'dml' : 'coreml';
    expect(describeFallback(await choose(foreign))).toMatch(/ONNX Runtime \S+ has no .* on/);
  });
});
