import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isPermissive, noticeOf, packageFolder, writtenNotices } from '../../../src/packaging/notices.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-notices-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const writePackage = (license: unknown, more: object = {}): void =>
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'lamp', version: '1.2.3', license, ...more }));

describe('the notices of a package', () => {
  it('end the build by name where a licence is not known to be permissive', () => {
    for (const license of ['GPL-3.0', 'MIT AND GPL-2.0', undefined, { type: 'MIT' }]) {
      writePackage(license);
      expect(() => noticeOf(folder)).toThrow(/^lamp 1\.2\.3 is bundled, and its licence is not known to be permissive/);
    }
  });

  it('end the build by name where the text of a licence is not at hand', () => {
    writePackage('CC0-1.0');
    expect(() => noticeOf(folder)).toThrow('lamp 1.2.3 comes without the text of its licence, CC0-1.0.');
  });

  it('take the text that a package comes with, else that of its licence with its author', () => {
    writePackage('MIT', { author: { name: 'A. Lamp' } });
    expect(noticeOf(folder)).toMatch(/^lamp 1\.2\.3: MIT\n\nCopyright \(c\) A\. Lamp\n\nPermission is hereby granted/);
    writeFileSync(join(folder, 'LICENSE.md'), 'Do as you like.');
    expect(noticeOf(folder)).toBe('lamp 1.2.3: MIT\n\nDo as you like.\n');
  });

  it('know a choice of licences by one that is permissive', () => {
    expect(isPermissive('(GPL-2.0 OR MIT)')).toBe(true);
    expect(isPermissive('MIT AND BSD-3-Clause')).toBe(true);
    expect(isPermissive('SEE LICENSE IN TERMS')).toBe(false);
  });

  it('hold each bundled package once, the innermost where one lies in another, and the runtime with its own', () => {
    const inputs = { 'src/cli.ts': {}, 'node_modules/yaml/a.js': {}, 'node_modules/yaml/b.js': {} };
    const titles = [...writtenNotices([{ inputs }, { inputs }]).matchAll(/^([@\w/-]+) \d[\w.]*: (.*)$/gm)];
    const names = titles.map(([, name]) => name);
    expect(names.filter((name) => name === 'yaml')).toHaveLength(1);
    expect(names).toEqual(expect.arrayContaining(['onnxruntime-node', '@mlc-ai/web-xgrammar']));
    expect(packageFolder('node_modules/a/node_modules/@b/c/index.js')).toBe('node_modules/a/node_modules/@b/c');
    expect(packageFolder('src/node.ts')).toBeUndefined();
  });
});
