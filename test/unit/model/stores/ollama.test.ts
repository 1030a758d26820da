import { chmodSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { methodsOfGguf } from '../../../../src/model/inspectModel';
import { listModels } from '../../../../src/model/open/listModels';
import { findModelFiles } from '../../../../src/model/open/modelFiles';
import { openModel } from '../../../../src/model/openModel';
import { ollamaExtras } from '../../../../src/model/stores/ollama';
import { modelsTree } from '../../../../src/views/models/treeModel';
import { ggufFile } from '../../../support/models/ggufFiles';
import { ollamaStore, put, wholeGguf, type OllamaStore } from '../../../support/models/modelStores';
import { listed, names, strangersHome } from '../../../support/models/storeHome';

const home = strangersHome();
let ollama: OllamaStore;
beforeEach(() => {
  ollama = ollamaStore(join(home(), '.ollama', 'models'));
});

/** Every file and folder below, with size and times. */
function stateOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((path) => {
      const { size, mtimeMs, mode } = statSync(join(folder, path));
      return `${path} ${size} ${mtimeMs} ${mode}`;
    });
}

describe("a model of Ollama's store", () => {
  it('opens by the name that `ollama list` shows, and by every shorter way to write it', async () => {
    const weights = ollama.layer('model', wholeGguf('llama'));
    ollama.manifest('registry.ollama.ai/library/tiny/latest', [weights]);
    ollama.manifest('registry.ollama.ai/library/tiny/1b-q8_0', [weights]);
    ollama.manifest('registry.ollama.ai/ada/Tiny/latest', [weights]);
    ollama.manifest('hf.co/ada/tiny-GGUF/Q8_0', [weights]);
    expect(names(await listed('ollama'))).toEqual([
      'ollama:ada/Tiny:latest',
      'ollama:hf.co/ada/tiny-GGUF:Q8_0',
      'ollama:tiny:1b-q8_0',
      'ollama:tiny:latest',
    ]);
    for (const name of [
      ...['tiny', 'tiny:latest', 'library/tiny', 'registry.ollama.ai/library/tiny:latest', 'TINY', 'tiny:1b-Q8_0'],
      ...['ada/tiny', 'hf.co/ada/tiny-GGUF:Q8_0', 'hf.co/ada/tiny-gguf:q8_0', 'https://hf.co/ada/tiny-GGUF:Q8_0'],
    ])
      expect(await findModelFiles(`ollama:${name}`, '/')).toEqual({
        folder: join(ollama.folder, 'blobs'),
        file: ollama.blob(weights),
        kind: 'gguf',
      });
  });

  it('computes what the same file does, is told by the hash in its name, and its store is not touched', async () => {
    const file = put(join(home(), 'beside', 'tiny.gguf'), wholeGguf('llama'));
    const weights = ollama.layer('model', readFileSync(file));
    ollama.manifest('registry.ollama.ai/library/tiny/latest', [weights]);
    const state = stateOf(ollama.folder);
    const [stored, plain] = [await openModel('ollama:tiny', '/'), await openModel(file, '/')];
    expect(stored.sha256).toBe(weights.digest.slice('sha256:'.length));
    expect(stored.sha256).toBe(plain.sha256);
    expect(stored.id).toBe('ollama:tiny');
    expect(stored.tokenizer.encode('a good film', true)).toEqual(plain.tokenizer.encode('a good film', true));
    await listModels();
    expect(stateOf(ollama.folder)).toEqual(state);
  });

  it('is another once its tag names other weights', async () => {
    const [first, second] = ['llama', 'qwen3'].map((model) => ollama.layer('model', wholeGguf(model)));
    ollama.manifest('registry.ollama.ai/library/tiny/latest', [first!]);
    const { sha256 } = await openModel('ollama:tiny', '/');
    ollama.manifest('registry.ollama.ai/library/tiny/latest', [second!]);
    expect((await openModel('ollama:tiny', '/')).sha256).not.toBe(sha256);
  });

  it('is listed with size, quantisation and licence, and with the methods that work, by its head alone', async () => {
    const gguf = wholeGguf('llama', { 'general.file_type': 0, 'general.license': 'apache-2.0' });
    const [weights, licence] = [ollama.layer('model', gguf), ollama.layer('license', 'Apache License\n…')];
    ollama.manifest('registry.ollama.ai/library/tiny/latest', [weights, licence]);
    const [model] = await listed('ollama');
    expect(model).toMatchObject({
      architecture: 'llama',
      kind: 'causal',
      layers: 2,
      contextLength: 64,
      quantisation: 'F32',
      licence: 'apache-2.0',
    });
    expect(model!.bytes).toBeGreaterThan(weights.size + licence.size);
    expect(model).not.toHaveProperty('problem');
    expect(await methodsOfGguf(model!.file!)).toEqual(
      ['hard', 'soft', 'v1', 'v2'].map((method) => ({ method, works: true })),
    );
    expect(readdirSync(home())).not.toContain('.prompt-tuner');
  });

  it('brings template, system text and parameters, which are read and not applied', async () => {
    ollama.manifest('registry.ollama.ai/library/tiny/latest', [
      ollama.layer('model', wholeGguf('llama')),
      ollama.layer('template', '{{ if .System }}<|system|>{{ .System }}{{ end }}'),
      ollama.layer('system', 'You are terse.'),
      ollama.layer('params', JSON.stringify({ stop: ['<|end|>', '<|user|>'], temperature: 0.6 })),
      ollama.layer('license', '\n  LLAMA 3.2 COMMUNITY LICENSE\nmore'),
      ollama.layer('projector', 'GGUF'),
    ]);
    expect(await ollamaExtras('tiny')).toEqual({
      template: '{{ if .System }}<|system|>{{ .System }}{{ end }}',
      system: 'You are terse.',
      parameters: { stop: ['<|end|>', '<|user|>'], temperature: 0.6 },
      messages: [],
      licence: 'LLAMA 3.2 COMMUNITY LICENSE',
      hasProjector: true,
    });
    expect(await openModel('ollama:tiny', '/')).toMatchObject({ id: 'ollama:tiny', kind: 'gguf' });
  });

  it.each<[string, (store: OllamaStore) => void, string]>([
    [
      'whose blob is gone',
      (store) => {
        const weights = store.layer('model', wholeGguf('llama', { 'general.name': 'odd' }));
        rmSync(store.blob(weights));
        store.manifest('registry.ollama.ai/library/odd/latest', [weights]);
      },
      'The weights of the model "odd:latest" are not in Ollama\'s store.',
    ],
    [
      'whose blob is cut off',
      (store) => {
        const weights = store.layer('model', wholeGguf('llama', { 'general.name': 'odd' }));
        truncateSync(store.blob(weights), 1000);
        store.manifest('registry.ollama.ai/library/odd/latest', [weights]);
      },
      'The weights of the model "odd:latest" are 1 kB of',
    ],
    [
      'that runs elsewhere',
      (store) =>
        void store.manifest('registry.ollama.ai/library/odd/latest', [], {
          remote_host: 'https://ollama.com:443',
          remote_model: 'gpt-oss:120b',
        }),
      'The model "odd:latest" runs at https://ollama.com:443; none of its weights are on this machine.',
    ],
    [
      'with a LoRA adapter, whose weights alone would be another model',
      (store) =>
        void store.manifest('registry.ollama.ai/library/odd/latest', [
          store.layer('model', wholeGguf('llama')),
          store.layer('adapter', wholeGguf('qwen3')),
        ]),
      'The model "odd:latest" changes its weights by a LoRA adapter, which is not applied here.',
    ],
    [
      'in tensors of its own',
      (store) =>
        void store.manifest('registry.ollama.ai/library/odd/latest', [store.layer('tensor', 'x')], {
          model_format: 'safetensors',
        }),
      'The model "odd:latest" holds its weights tensor by tensor (safetensors), and no GGUF file.',
    ],
    [
      'without weights',
      (store) => void store.manifest('registry.ollama.ai/library/odd/latest', [store.layer('template', 'x')]),
      'The model "odd:latest" has no layer of weights.',
    ],
    [
      'with two layers of weights',
      (store) =>
        void store.manifest(
          'registry.ollama.ai/library/odd/latest',
          ['llama', 'qwen3'].map((model) => store.layer('model', wholeGguf(model))),
        ),
      'The model "odd:latest" has 2 layers of weights; one is read.',
    ],
    [
      'whose manifest leads out of the store',
      (store) =>
        void store.manifest('registry.ollama.ai/library/odd/latest', [
          { mediaType: 'application/vnd.ollama.image.model', digest: 'sha256:../../../etc/passwd', size: 1 },
        ]),
      'names a layer "sha256:../../../etc/passwd", which is no SHA-256.',
    ],
    [
      'whose manifest is torn',
      (store) => void put(join(store.folder, 'manifests/registry.ollama.ai/library/odd/latest'), '{"layers": ['),
      "Ollama's manifest is no JSON.",
    ],
    [
      'whose manifest says something else',
      (store) => void put(join(store.folder, 'manifests/registry.ollama.ai/library/odd/latest'), '{"layers": 7}'),
      "Ollama's manifest does not list the layers of a model.",
    ],
  ])('%s is listed with the reason, which opening it says with the file', async (_, write, reason) => {
    ollama.manifest('registry.ollama.ai/library/tiny/latest', [ollama.layer('model', wholeGguf('llama'))]);
    write(ollama);
    const [odd, tiny] = await listed('ollama');
    expect([odd!.id, tiny!.problem]).toEqual(['ollama:odd:latest', undefined]);
    expect(odd!.problem).toContain(reason);
    await expect(openModel('ollama:odd', '/')).rejects.toMatchObject({
      message: odd!.problem,
      location: { file: expect.stringContaining(ollama.folder) as string },
      remedy: expect.stringMatching(/\w+/) as string,
    });
  });

  it.each<[string, Parameters<typeof wholeGguf>[1], string]>([
    ['of an unknown architecture', { 'general.architecture': 'mamba' }, 'The architecture "mamba" cannot be opened'],
    ['that states what is not known', { 'llama.attention.sinks': true }, 'states "attention.sinks": true'],
    ['that gives vectors', { 'llama.pooling_type': 3 }, 'holds a model of embeddings (llama)'],
    ['that reads images for another', { 'general.type': 'mmproj' }, 'holds what reads images or sound for a model'],
    ['with a tokenizer that is not read', { 'tokenizer.ggml.model': 'bert' }, 'tokenizer is of the kind "bert"'],
    ['with unknown cuts', { 'tokenizer.ggml.pre': 'gpt-7' }, 'cuts texts in the way "gpt-7"'],
  ])('%s is told by the head of its file, in the list as when it is opened', async (_, metadata, reason) => {
    ollama.manifest('registry.ollama.ai/library/odd/latest', [ollama.layer('model', wholeGguf('llama', metadata))]);
    const [odd] = await listed('ollama');
    expect(odd!.problem).toContain(reason);
    expect(odd).toMatchObject({ quantisation: 'F32', kind: null, layers: null });
    await expect(openModel('ollama:odd', '/')).rejects.toThrow(odd!.problem);
  });

  it('in a quantisation that cannot be read is named with it', async () => {
    const gguf = ggufFile({ 'general.architecture': 'llama', 'general.file_type': 24, 'llama.block_count': 1 }, [
      { name: 'token_embd.weight', dims: [4, 256], type: 19, bytes: new Uint8Array(200) },
    ]);
    ollama.manifest('registry.ollama.ai/library/odd/latest', [ollama.layer('model', gguf)]);
    const [odd] = await listed('ollama');
    expect(odd).toMatchObject({ quantisation: 'IQ1_S', architecture: 'llama' });
    expect(odd!.problem).toContain('The weight "token_embd.weight" is stored as IQ1_S');
  });

  it('that is missing is named with those near it and with what to do', async () => {
    const weights = ollama.layer('model', wholeGguf('llama'));
    for (const tag of ['1b', '3b']) ollama.manifest(`registry.ollama.ai/library/llama3.2/${tag}`, [weights]);
    ollama.manifest('registry.ollama.ai/library/other/latest', [weights]);
    await expect(openModel('ollama:llama3.2', '/')).rejects.toMatchObject({
      code: 'model-missing',
      message: 'Ollama has no model "llama3.2"; it has ollama:llama3.2:1b, ollama:llama3.2:3b.',
      remedy: 'Fetch it: ollama pull llama3.2.',
    });
    await expect(openModel('ollama:lama3.2:1b', '/')).rejects.toThrow('it has ollama:llama3.2:1b');
    await expect(openModel('ollama:../../x', '/')).rejects.toThrow('"../../x" is no name of a model in Ollama.');
    await expect(openModel('ollama:', '/')).rejects.toThrow('is no name of a model in Ollama');
    rmSync(ollama.folder, { recursive: true });
    await expect(openModel('ollama:tiny', '/')).rejects.toThrow(
      `Ollama keeps no models on this machine (looked in ${ollama.folder}).`,
    );
  });

  it.skipIf(process.getuid?.() === 0)('in a folder that may not be read is not called missing', async () => {
    ollama.manifest('registry.ollama.ai/library/tiny/latest', []);
    chmodSync(ollama.folder, 0);
    await expect(openModel('ollama:tiny', '/')).rejects.toThrow('which cannot be read (EACCES)');
    chmodSync(ollama.folder, 0o755);
  });

  it('is found through links', async () => {
    const elsewhere = ollamaStore(join(home(), 'large disk'));
    elsewhere.manifest('registry.ollama.ai/library/tiny/latest', [elsewhere.layer('model', wholeGguf('llama'))]);
    put(join(home(), '.ollama', 'x'), '');
    symlinkSync(elsewhere.folder, ollama.folder);
    expect(names(await listed('ollama'))).toEqual(['ollama:tiny:latest']);
    expect((await openModel('ollama:tiny', '/')).configuration.layers).toBe(2);
  });
});

describe('the Models view', () => {
  it('shows each store as a group, with size and quantisation, and says what cannot be opened', async () => {
    ollama.manifest('registry.ollama.ai/library/tiny/latest', [ollama.layer('model', wholeGguf('llama'))]);
    ollama.manifest('registry.ollama.ai/library/cloud/latest', [], { remote_host: 'https://ollama.com' });
    put(join(home(), '.lmstudio', 'models', 'ada', 'tiny', 'a.gguf'), wholeGguf('qwen3'));
    const tree = modelsTree(await listModels(), '/');
    expect(tree.map(({ label }) => label)).toEqual(['Embedded', 'Ollama', 'LM Studio']);
    const [, shown] = tree;
    expect(shown!.children.map(({ label, description }) => `${label}: ${description}`)).toEqual([
      expect.stringMatching(/^cloud:latest: cannot be opened · \d+ B$/),
      expect.stringMatching(/^tiny:latest: llama · [\d.]+ kB · F32$/),
    ]);
    expect(shown!.children[0]!.details[0]).toEqual([
      'Cannot be opened',
      expect.stringContaining('runs at https://ollama.com'),
    ]);
  });
});
