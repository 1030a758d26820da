import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { formatRendering, renderFile } from '../../../src/commands/render';
import { openDataset } from '../../../src/data/dataset';
import { resolveSettings } from '../../../src/template/read/resolveSettings';
import { requireTemplate } from '../../../src/template/read/template';
import { checkFiles } from '../../../src/workspace/checkFiles';
import { repository } from '../../support/running/paths';

const example = join(repository, 'media/examples/reviews-zh');
const file = join(example, 'reviews.prompt');
const folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-chinese-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the example in Chinese', () => {
  it('holds as many rows of each aspect, and no row twice', async () => {
    const seen = new Set<unknown>();
    for (const [split, each] of [
      ['train', 12],
      ['dev', 6],
      ['test', 6],
    ] as const) {
      const data = await openDataset(join(example, 'data', `${split}.csv`));
      const rows = await data.read([...Array(data.rows).keys()]);
      await data.close();
      for (const aspect of ['质量', '物流', '服务', '价格'])
        expect(rows.filter((row) => row['方面'] === aspect)).toHaveLength(each);
      for (const { 评论: review } of rows) {
        expect(seen).not.toContain(review);
        seen.add(review);
      }
    }
  });

  it('says of itself only that its model is to be downloaded, where it is not there', async () => {
    const codes = (await checkFiles([file])).map(({ code }) => code);
    expect(codes.filter((code) => !['model-unknown', 'not-checked', 'label-multi-token'].includes(code))).toEqual([]);
  });

  it('has its labels as words without a space, and shows whole characters where a token is a part of one', async () => {
    const text = readFileSync(file, 'utf8');
    const { labels } = resolveSettings(requireTemplate(text, file), 'hard', {});
    expect(labels).toEqual({ 质量: ['质量'], 物流: ['物流'], 服务: ['服务'], 价格: ['价格'] });
    const copy = join(folder, 'a.prompt');
    writeFileSync(copy, text.replace(/^model: .*$/m, 'model: builtin').replaceAll('data/', `${example}/data/`));
    const shown = formatRendering(await renderFile({ file: copy, row: 0, set: {} }));
    expect(shown).toContain('方⟨×3⟩|面⟨×3⟩|：⟨×3⟩');
    expect(shown).not.toContain('\uFFFD');
  });
});
