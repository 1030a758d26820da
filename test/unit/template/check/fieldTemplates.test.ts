import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { checkFiles } from '../../../../src/workspace/checkFiles';
import { confineReading } from '../../../../src/fileAccess';
import { linksOf } from '../../../../src/template/language/definitions';
import { loadTemplate } from '../../../../src/template/read/loadTemplate';
import { findPartial } from '../../../../src/template/read/partials';
import { applied } from '../../../support/text/marked';

const field = join(import.meta.dirname, '../../../field/check');
const codesOf = async (name: string) =>
  (await checkFiles([join(field, name)])).map(({ code, severity }) => `${severity} ${code}`);

describe('templates as people have them', () => {
  it.each([
    ['helper.prompt', ['information unknown-helper']],
    ['sub/ask.prompt', []],
    ['genkitkeys.prompt', []],
    ['stray.prompt', ['error template-syntax']],
    ['yaml-echo.prompt', ['error yaml-syntax']],
    ['roleblock.prompt', ['information unused-input', 'warning block-dropped', 'warning block-dropped']],
    ['media.prompt', ['warning media-ignored']],
  ])('%s is told what is wrong with it, once', async (name, codes) => {
    expect(await codesOf(name)).toEqual(codes);
  });

  it('the types that Picoschema has not are named, each with its fix', async () => {
    const path = join(field, 'pico.prompt');
    const found = (await checkFiles([path])).filter(({ code }) => code === 'schema-type');
    expect(found).toHaveLength(6);
    let text = await readFile(path, 'utf8');
    for (const { fixes } of [...found].reverse()) text = applied(text, fixes[0]!.edits);
    expect(text).toContain(
      [
        '    tags(array): string',
        '    rows(array): any',
        '    n: integer',
        '    note: string',
        '    mood: "string, the mood"',
        '    when: string',
      ].join('\n'),
    );
  });

  it('a closing tag of no block is removed by its fix, and nothing new is wrong', async () => {
    const path = join(field, 'stray.prompt');
    const [found] = await checkFiles([path]);
    expect(found!.message).toBe('"{{/section}}" closes a block that was never opened.');
    const folder = mkdtempSync(join(tmpdir(), 'stray-'));
    const mended = join(folder, 'a.prompt');
    writeFileSync(mended, applied(await readFile(path, 'utf8'), found!.fixes[0]!.edits));
    expect((await checkFiles([mended])).filter(({ severity }) => severity === 'error')).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  it('a name is not suggested that has half of its letters changed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'suggest-'));
    const path = join(folder, 'a.prompt');
    writeFileSync(path, '---\ninput:\n  schema: { name: string, city: string }\n---\n{{age}} {{nmae}} {{city}}');
    const found = (await checkFiles([path])).filter(({ code }) => code === 'unknown-variable');
    expect(found.map(({ message }) => message)).toEqual([
      'Nothing provides "age".',
      'Nothing provides "nmae"; did you mean "name"?',
    ]);
    rmSync(folder, { recursive: true });
  });
});

describe('a partial', () => {
  const root = mkdtempSync(join(tmpdir(), 'partials-'));
  const template = join(root, 'a/b/t.prompt');
  const write = (path: string, text: string) => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };

  afterEach(() => {
    confineReading(undefined);
    rmSync(root, { recursive: true, force: true });
  });

  it('is found in the nearest folder upwards, and by every feature alike', async () => {
    write('a/b/t.prompt', '{{> tone}} {{> x/y}}');
    write('_tone.prompt', 'far');
    write('a/_tone.prompt', 'near');
    write('x/_y.prompt', 'deep');
    expect(findPartial(template, 'tone')).toBe(join(root, 'a/_tone.prompt'));
    expect((await loadTemplate(template)).partials).toEqual({ tone: 'near', 'x/y': 'deep' });
    expect(linksOf('{{> tone}}', template).map(({ file }) => file)).toEqual([join(root, 'a/_tone.prompt')]);
    expect(await checkFiles([template])).toEqual([]);
  });

  it('is not looked for above the root of a repository', () => {
    write('a/b/t.prompt', '{{> tone}}');
    write('_tone.prompt', 'far');
    mkdirSync(join(root, 'a/.git'));
    expect(findPartial(template, 'tone')).toBeUndefined();
  });

  it('is not looked for above the workspace, but above repositories inside of it', () => {
    write('a/b/t.prompt', '{{> tone}}');
    write('_tone.prompt', 'far');
    confineReading([join(root, 'a')]);
    expect(findPartial(template, 'tone')).toBeUndefined();
    mkdirSync(join(root, 'a/b/.git'));
    write('a/_tone.prompt', 'near');
    expect(findPartial(template, 'tone')).toBe(join(root, 'a/_tone.prompt'));
  });
});
