import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { readTemplateContext } from '../../../src/workspace/readTemplateContext';
import { temporaryFolder } from '../../support/comparison/comparisons';

const template = `---
output:
  schema:
    kind(enum): [good, bad]
---
{{review}} It was{{kind}}`;

async function offered(files: Readonly<Record<string, string>>): Promise<readonly string[] | undefined> {
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return (await readTemplateContext(template, join(folder, 'a.prompt'))).dataFiles;
}

it('data files with the columns of the template are offered before others, and no configuration', async () => {
  expect(
    await offered({
      'package.json': '{ "name": "x" }',
      'model/tokenizer.json': '{ "version": "1.0" }',
      'words.json': '["a", "b"]',
      'another.csv': 'text,label\nx,good\n',
      'rows/reviews.csv': 'id,review,kind\n1,x,good\n',
      'rows/reviews.json': '[{ "review": "x", "kind": "bad" }]',
      'rows/more.jsonl': '{ "review": "x", "kind": "bad" }\n',
      'rows/half.jsonl': '{ "review": "x" }\n',
      'torn.csv': '"never closed',
    }),
  ).toEqual(['rows/more.jsonl', 'rows/reviews.csv', 'rows/reviews.json', 'another.csv', 'rows/half.jsonl', 'torn.csv']);
});
