import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listModels } from '../../../src/model/open/listModels';
import { modelsOfTemplates, templatesBelow } from '../../../src/workspace/templateModels';
import { modelsTree } from '../../../src/views/models/treeModel';
import { assembleModel } from '../../support/models/models';
import { homeIn } from '../../support/models/modelStores';

const folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-listed-'));
const before = { ...process.env };
const template = (path: string, model: string): void => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), `---\nmodel: ${model}\n---\nHello.`);
};

beforeAll(() => {
  Object.assign(process.env, homeIn(join(folder, 'home')));
  cpSync(assembleModel('architectures/gpt2'), join(folder, 'models', 'gpt2'), { recursive: true });
  cpSync(assembleModel('masked/bert'), join(folder, 'models', 'bert'), { recursive: true });
  template('one.prompt', './models/gpt2#q4');
  template('deep/er/two.prompt', '../../models/bert');
  template('deep/er/three.prompt', '../../models/gpt2/model.gguf');
  template('four.prompt', 'builtin');
  template('five.prompt', 'someone/tiny');
  template('six.prompt', '"open');
  template('node_modules/seven.prompt', '../models/gpt2/model.onnx');
});
afterAll(() => {
  process.env = before;
  rmSync(folder, { recursive: true, force: true });
});

describe('the models that templates name', () => {
  it("by a path are found below a folder, those in other people's packages not", async () => {
    const templates = await templatesBelow(folder);
    expect(templates.map((path) => path.slice(folder.length + 1)).sort()).toEqual([
      'deep/er/three.prompt',
      'deep/er/two.prompt',
      'five.prompt',
      'four.prompt',
      'one.prompt',
      'six.prompt',
    ]);
    expect([...(await modelsOfTemplates(templates))].sort()).toEqual(
      ['models/bert', 'models/gpt2#q4', 'models/gpt2/model.gguf'].map((path) => join(folder, path)),
    );
  });

  it('are listed once each, a GGUF file by itself, with what their files say of them', async () => {
    const listed = await listModels([
      join(folder, 'models', 'gpt2'),
      join(folder, 'models', 'gpt2', 'model.onnx'),
      join(folder, 'models', 'gpt2', 'model.gguf'),
      join(folder, 'models', 'bert'),
      join(folder, 'nowhere'),
    ]);
    expect(
      listed.map(({ id, source, kind, layers }) => [
        id.startsWith(folder) ? id.slice(folder.length + 1) : id,
        source,
        kind,
        layers,
      ]),
    ).toEqual([
      ['builtin', 'embedded', 'causal', 6],
      ['models/gpt2', 'folder', 'causal', 2],
      ['models/gpt2/model.gguf', 'folder', 'causal', 2],
      ['models/bert', 'folder', 'masked', 2],
    ]);
    const [, folders] = modelsTree(listed, folder);
    expect(folders?.children.map(({ label, description }) => `${label}: ${description.split(' · ')[0]}`)).toEqual([
      'models/gpt2: gpt2',
      'models/gpt2/model.gguf: gpt2',
      'models/bert: masked',
    ]);
    expect(
      modelsTree(listed, join(folder, 'deep'))
        .at(-1)
        ?.children.map(({ label }) => label),
    ).toEqual(['gpt2', 'model.gguf', 'bert']);
  });
});
