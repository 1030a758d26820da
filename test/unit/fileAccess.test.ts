import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openDataset } from '../../src/data/dataset';
import { findFolder } from '../../src/model/open/modelFiles';
import { allowModelFolders, confineReading, mayRead } from '../../src/fileAccess';
import { checkFiles } from '../../src/workspace/checkFiles';
import { partialReader } from '../../src/template/read/partials';
import { temporaryFolder } from '../support/comparison/comparisons';

/** A workspace beside a folder that is none of its business. */
async function scene() {
  const root = await temporaryFolder();
  const [inside, outside] = [join(root, 'work space 🙂'), join(root, 'private')];
  await Promise.all([inside, outside].map((folder) => mkdir(folder)));
  await writeFile(join(outside, 'secret.jsonl'), '{"text":"a","label":"b"}\n');
  await writeFile(join(inside, 'open.jsonl'), '{"text":"a","label":"b"}\n');
  await symlink(join(outside, 'secret.jsonl'), join(inside, 'link.jsonl'));
  confineReading([inside]);
  return { inside, outside };
}

describe('what a template may read where reading is confined', () => {
  afterEach(() => confineReading(undefined));

  it('is what lies in the folders, by whatever way it is named', async () => {
    const { inside, outside } = await scene();
    expect(mayRead(inside)).toBe(true);
    expect(mayRead(join(inside, 'not', 'yet', 'there'))).toBe(true);
    expect(mayRead(join(inside, '..names'))).toBe(true);
    expect(mayRead(`${inside}-other/a`)).toBe(false);
    expect(mayRead(join(inside, '..', 'private', 'secret.jsonl'))).toBe(false);
    expect(mayRead(join(inside, 'link.jsonl'))).toBe(false);
    expect(mayRead(outside)).toBe(false);
  });

  it('holds for data, parts and model folders, and says what to do', async () => {
    const { inside, outside } = await scene();
    await (await openDataset(join(inside, 'open.jsonl'))).close();
    for (const path of [join(outside, 'secret.jsonl'), join(inside, 'link.jsonl')]) {
      await expect(openDataset(path)).rejects.toMatchObject({
        code: 'outside-workspace',
        location: { file: path },
        remedy: expect.stringContaining('promptTuner.allowOutsideWorkspace') as string,
      });
    }
    await expect(findFolder('../private', inside)).rejects.toMatchObject({ code: 'outside-workspace' });
    await expect(findFolder('builtin', inside)).resolves.toContain('models');
    await writeFile(join(outside, '_part.prompt'), 'hidden');
    await symlink(join(outside, '_part.prompt'), join(inside, '_part.prompt'));
    expect(partialReader(join(inside, 'a.prompt'))('part')).toBeUndefined();
  });

  it('leaves out model folders of an untrusted workspace, but not the model of the product', async () => {
    const { inside } = await scene();
    await mkdir(join(inside, 'model'));
    allowModelFolders(false);
    try {
      await expect(findFolder('./model', inside)).rejects.toMatchObject({
        code: 'untrusted',
        message: 'Model folders are not opened in Restricted Mode.',
      });
      await expect(findFolder('builtin', inside)).resolves.toContain('models');
    } finally {
      allowModelFolders(true);
    }
    await expect(findFolder('./model', inside)).resolves.toBe(join(inside, 'model'));
  });

  it('is told of by a check of the template, at the path', async () => {
    const { inside, outside } = await scene();
    const file = join(inside, 'a.prompt');
    await writeFile(join(outside, '_part.prompt'), 'hidden');
    await symlink(join(outside, '_part.prompt'), join(inside, '_part.prompt'));
    await writeFile(
      file,
      [
        '---',
        'model: ../private',
        'output: { schema: { label(enum): [b, c] } }',
        'tune.data: { train: link.jsonl, dev: open.jsonl }',
        '---',
        '{{> part}}{{> nowhere}}{{text}}{{label}}',
        '',
      ].join('\n'),
    );
    const found = await checkFiles([file]);
    expect(found.filter(({ code }) => code === 'outside-workspace').map(({ range }) => range.start.line)).toEqual([
      1, 3, 5,
    ]);
    expect(found.filter(({ code }) => code === 'partial-missing').map(({ message }) => message)).toEqual([
      'The partial "nowhere" is not there; ' +
        'it is read from "_nowhere.prompt" beside the template, or in a folder above it.',
    ]);
    confineReading(undefined);
    expect((await checkFiles([file])).filter(({ code }) => code === 'outside-workspace')).toEqual([]);
  });
});
