import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packedReadme } from '../../../src/packaging/readme.mjs';

const sources = 'https://example.org/lamp';
let path: string;
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'prompt-tuner-readme-')), 'README.md');
});
afterEach(() => rmSync(join(path, '..'), { recursive: true, force: true }));

function packed(text: string, platform = 'linux-x64'): string {
  writeFileSync(path, text);
  return packedReadme(path, sources, platform);
}

describe('README in a package', () => {
  it('holds its pictures, and leads to the sources for the rest', () => {
    writeFileSync(join(path, '..', 'a.webp'), 'abc');
    expect(packed('# Lamp\n![a](a.webp) [docs](docs/a.md#b) [up](#lamp) [web](https://example.org/x)\n')).toBe(
      '# Lamp\n![a](data:image/webp;base64,YWJj) ' +
        `[docs](${sources}/blob/HEAD/docs/a.md#b) [up](#lamp) [web](https://example.org/x)\n`,
    );
  });

  it('refuses a picture that would not be shown', () => {
    expect(() => packed('![a](a.svg)')).toThrow(/a\.svg is no picture that a README may show/);
  });

  it('says at its top what the universal package lacks', () => {
    expect(packed('# Lamp\n\nText.\n', 'universal')).toMatch(
      /^# Lamp\n\n> \*\*This is .*without a runtime.*\n\nText\./,
    );
  });
});
