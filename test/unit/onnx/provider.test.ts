import { describe, expect, it } from 'vitest';
import { choose, describeFallback, wantedProvider } from '../../../src/onnx/provider';

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
    expect(describeFallback(choice)).toBe('CUDA was asked for and cannot be used: its libraries are not installed. The graphs run on the processor (CPU).');
  });

  it('falls back without a word where none was asked for', async () => {
    const choice = await choose('auto', missing);
    expect(choice.used).toBe('cpu');
    expect(describeFallback(choice)).toBeUndefined();
    expect((await choose('auto', there)).used).toBe('cuda');
  });

  it('is refused by a name that is none', () => {
    expect(wantedProvider(undefined)).toBe('auto');
    expect(() => wantedProvider('abacus')).toThrow(expect.objectContaining({ code: 'provider-unknown', remedy: expect.stringContaining('webgpu') }));
  });

  it('is found missing on a system that has none of its kind', async () => {
    const foreign = process.platform === 'darwin' ? 'dml' : 'coreml';
    expect(describeFallback(await choose(foreign))).toMatch(/ONNX Runtime \S+ has no .* on/);
  });
});
