import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { openHub, type FakeHub, type FakeRepository } from '../../../support/hub/hubServer';
import { lines } from '../../../support/text/lines';
import { homeIn, ollamaStore, put, wholeGguf } from '../../../support/models/modelStores';
import { until } from '../../../support/running/until.mjs';
import {
  accept,
  inThemes,
  inOrder,
  isWatched,
  key,
  openWith,
  press,
  readWindow,
  type,
  windowShows,
  workspaceFolder,
} from '../window';

const fixtures = (...path: string[]): string =>
  join(vscode.extensions.getExtension('prompt-tuner.prompt-tuner')!.extensionPath, 'test', 'models', ...path);

/** A model of our tests, as if it lay on the hub. */
function repository(folder: string, files: Readonly<Record<string, string>>): FakeRepository {
  const own = Object.fromEntries(
    // The tokenizer is the one that all models of the kind share.
    ['config.json', '../tokenizer.json', '../tokenizer_config.json'].map((path) => [
      basename(path),
      readFileSync(fixtures(folder, path)),
    ]),
  );
  const graphs = Object.fromEntries(Object.entries(files).map(([name, file]) => [name, readFileSync(fixtures(file))]));
  return { files: { ...own, ...graphs, 'README.md': '---\nlicense: apache-2.0\n---\n' }, licence: 'apache-2.0' };
}

const add = (reference?: string): Thenable<unknown> =>
  vscode.commands.executeCommand('promptTuner.addModel', reference);

/** Gives the models the room of the other views, or takes it back. */
async function toggleOtherViews(): Promise<void> {
  for (const view of ['templates', 'runs'])
    await vscode.commands.executeCommand(`promptTuner.${view}.toggleVisibility`);
}

describe('models in the editor', () => {
  const environment = process.env;
  const home = mkdtempSync(join(tmpdir(), 'prompt-tuner-models-'));
  let hub: FakeHub;
  /** Answers of the hub that wait to be sent to their end. */
  const held: (() => void)[] = [];

  /** Sends half of each graph and waits. */
  const holdGraphs = (): void => {
    hub.mischief = ({ path }, response, content) => {
      if (!path.endsWith('.onnx')) return undefined;
      hold(response, content);
      return true;
    };
  };
  const hold = (response: ServerResponse, content: Uint8Array): void => {
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, content.length / 2));
    held.push(() => response.end(content.subarray(content.length / 2)));
  };
  const letGo = (): void => {
    hub.mischief = () => undefined;
    for (const end of held.splice(0)) end();
  };

  before(async () => {
    hub = await openHub({
      'someone/tiny': repository('architectures/llama', {
        'onnx/model.onnx': 'architectures/llama/model.onnx',
        'onnx/model_q4.onnx': 'variants/llama.q4.onnx',
      }),
      'someone/other': repository('architectures/gpt2', { 'onnx/model.onnx': 'architectures/gpt2/model.onnx' }),
      'someone/gated': repository('masked/bert', { 'onnx/model.onnx': 'masked/bert/model.onnx' }),
      'someone/vast': repository('architectures/gpt2', { 'onnx/model.onnx': 'architectures/gpt2/model.onnx' }),
    });
    const others = Object.entries(environment).filter(([name]) => !/^(?:HF_|HUGGING_FACE|https?_proxy)/i.test(name));
    const folders = { ...homeIn(home), HF_HOME: home, HF_HUB_CACHE: join(home, 'hub'), PROMPT_TUNER_HOME: home };
    process.env = { ...Object.fromEntries(others), ...folders, HF_ENDPOINT: hub.url };
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  after(async () => {
    process.env = environment;
    await hub.close();
    for (const path of [home, join(workspaceFolder(), 'own')]) rmSync(path, { recursive: true, force: true });
    await vscode.commands.executeCommand('promptTuner.refreshModels');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  beforeEach(function () {
    if (!isWatched) this.skip();
  });

  it('are recommended with size, licence and context, and any id of the hub can be typed', async () => {
    void add();
    await windowShows(
      /SmolLM2-135M-Instruct[\s\S]*apache-2\.0[\s\S]*tokens[\s\S]*135 M weights, about [\d.]+ GB of memory to train/,
      'recommended',
    );
    await inThemes('models-add');
    await type('someone/tiny');
    await windowShows(/someone\/tiny\s*from the hub/, 'typed');
    await accept(/someone\/tiny/);
    await windowShows(/Which variant of someone\/tiny\?[\s\S]*fp32[\s\S]*the best for training[\s\S]*q4/, 'variants');
    await readWindow('models-variants', true);
    holdGraphs();
    await accept(/fp32/);
  });

  it("are downloaded with progress, into the layout of the hub's own cache, and then shown on a page", async () => {
    await windowShows(/Adding someone\/tiny[\s\S]*\d+ [kM]?B of \d+ [kM]?B/, 'progress');
    await readWindow('models-progress', true);
    letGo();
    await windowShows(/Write "model: someone\/tiny" in a template\./, 'added');
    await readWindow('models-added', true);
    const snapshots = join(home, 'hub', 'models--someone--tiny', 'snapshots');
    assert.deepEqual(readdirSync(join(snapshots, readdirSync(snapshots)[0]!, 'onnx')), ['model.onnx']);
    await press('button', 'Show Model');
    await windowShows(
      inOrder(
        /llama, a causal language model/,
        /Context/,
        /64 tokens/,
        /Tokenizer/,
        /apache-2\.0/,
        /Soft Prompt/,
        /works/,
        /P-Tuning v2/,
        /works/,
        /A gradient can pass through all operators/,
      ),
      'page',
    );
    await press('button', 'Measure');
    await windowShows(
      /Forward pass[\s\S]*tokens per second[\s\S]*Training step[\s\S]*times a forward pass[\s\S]*Memory/,
      'measured',
    );
    await inThemes('models-page');
  });

  it('keep what was fetched when a download is cancelled, and go on from there', async () => {
    holdGraphs();
    void add('someone/other');
    const blobs = join(home, 'hub', 'models--someone--other', 'blobs');
    const halves = () =>
      readdirSync(blobs).filter((name) => name.includes('incomplete') && statSync(join(blobs, name)).size > 1000);
    await until('the half that came', () => held.length > 0 && halves().length > 0);
    // A notification stays for a moment after its work is done.
    await until(
      'the notification of the download alone',
      async () => (await readWindow('one', false)).match(/^Cancel$/gm)?.length === 1,
    );
    await press('button', 'Cancel');
    await until('the notification to go', async () => !/Cancel/.test(await readWindow('cancelled', false)));
    assert.equal(halves().length, 1);
    letGo();
    const askedBefore = hub.ranges.length;
    void add('someone/other');
    await windowShows(/Write "model: someone\/other" in a template\./, 'resumed');
    const resumed = hub.ranges.slice(askedBefore);
    assert(
      resumed.some((range) => /^bytes=[1-9]/.test(range ?? '')),
      resumed.join(', '),
    );
    await vscode.commands.executeCommand('notifications.clearAll');
  });

  it('ask for a token where the hub wants one, and keep it in the secret storage', async () => {
    const wantsToken = new Set<string>();
    hub.mischief = ({ path, headers }, response) => {
      if (!path.includes('someone/gated')) return undefined;
      wantsToken.add(headers.authorization ?? 'none');
      if (headers.authorization === 'Bearer hf_secret') return undefined;
      response
        .writeHead(401, { 'x-error-code': 'GatedRepo', 'content-type': 'application/json' })
        .end('{"error":"Access to model someone/gated is restricted."}');
      return true;
    };
    void add('someone/gated');
    await windowShows(/only for people who have accepted its terms[\s\S]*Set Hub Token/, 'gated');
    await readWindow('models-gated', true);
    await press('button', 'Set Hub Token');
    await windowShows(/kept in the secret storage/, 'token');
    await type('my token');
    await windowShows(/A token has .* no spaces\./, 'no token');
    for (let i = 0; i < 'my token'.length; i++) await key('Backspace');
    await until(
      'the field to be empty',
      async () => !/A token has .* no spaces\./.test(await readWindow('token', false)),
    );
    await type('hf_secret');
    await readWindow('models-token', true);
    await key('Enter');
    await windowShows(/Write "model: someone\/gated" in a template\./, 'let in');
    assert.deepEqual([...wantsToken], ['none', 'Bearer hf_secret']);
    letGo();
    await vscode.commands.executeCommand('notifications.clearAll');
  });

  it('that fill in masks show them in the preview, wherever the answer stands', async () => {
    await openWith(
      'film.prompt',
      lines(
        '---',
        'model: someone/gated',
        'output: { schema: { "mood(enum)": [good, bad] } }',
        'tune.labels: { good: [good, "very fine"], bad: bad }',
        'tune.method: soft',
        'tune.length: 3',
        '---',
        'review : slow plot it was {{mood}} . truly told',
        '',
      ),
    );
    await vscode.commands.executeCommand('promptTuner.openPreview');
    await windowShows(/\[CLS\][\s\S]*it was[\s\S]*\[MASK\]\[MASK\] · mood[\s\S]*truly told/, 'masks');
    await readWindow('models-preview-masked', true);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('are not begun where the disk has no room for them', async () => {
    hub.mischief = ({ path }, response) => {
      if (!path.includes('someone/vast') || !path.includes('/tree/')) return undefined;
      const files = Object.keys(hub.repositories['someone/vast']!.files).map((name) => ({
        type: 'file',
        path: name,
        size: 4e15,
        oid: 'a'.repeat(40),
        lfs: { oid: 'a'.repeat(64), size: 4e15, pointerSize: 1 },
      }));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(files));
      return true;
    };
    void add('someone/vast');
    await windowShows(
      /"someone\/vast" needs \d+\.\d\d GB and \d+\.\d\d GB are free\.[\s\S]*Free some space/,
      'no room',
    );
    assert(!hub.asked.some((path) => path.includes('someone/vast/resolve')));
    letGo();
    await vscode.commands.executeCommand('notifications.clearAll');
  });

  it('are added from a folder and from a file, and listed with those of the hub and of templates', async () => {
    const beside = join(home, 'beside');
    const own = join(workspaceFolder(), 'own', 'qwen2');
    const packed = join(home, 'packed', 'neox.gguf');
    cpSync(fixtures('masked', 'distilbert'), beside, { recursive: true });
    cpSync(fixtures('architectures', 'gpt-neox', 'model.gguf'), packed);
    cpSync(fixtures('architectures', 'qwen2'), own, { recursive: true });
    for (const name of ['tokenizer.json', 'tokenizer_config.json']) {
      cpSync(fixtures('masked', name), join(beside, name));
      for (const folder of [dirname(packed), own]) cpSync(fixtures('architectures', name), join(folder, name));
    }
    const { showOpenDialog } = vscode.window;
    const choose = async (words: string, path: string): Promise<void> => {
      Object.assign(vscode.window, { showOpenDialog: () => Promise.resolve([vscode.Uri.file(path)]) });
      void add();
      await windowShows(/A folder on this machine…/, 'choice');
      await type(words);
      await accept(new RegExp(words, 'i'));
      await windowShows(new RegExp(`Write "model: ${path}" in a template`), 'noted');
      await vscode.commands.executeCommand('notifications.clearAll');
    };
    try {
      await choose('folder on this', beside);
      await choose('file on this', packed);
    } finally {
      Object.assign(vscode.window, { showOpenDialog });
    }
    await openWith('named.prompt', '---\nmodel: ./own/qwen2\n---\nSay{{soft 2}} hello.');
    await vscode.commands.executeCommand('promptTuner.models.focus');
    await toggleOtherViews();
    await vscode.commands.executeCommand('promptTuner.refreshModels');
    await windowShows(
      inOrder(
        /Embedded/,
        /builtin/,
        /Downloaded/,
        /someone\/gated\s*masked/,
        /someone\/other/,
        /someone\/tiny/,
        /Folders/,
        /beside/,
        /neox\.gguf/,
        /own\/qwen2/,
      ),
      'tree',
    );
    await inThemes('models-view');
    await toggleOtherViews();
  });

  it('that other programs keep are offered and listed in groups, what cannot be opened with the reason', async () => {
    const ollama = ollamaStore(process.env.OLLAMA_MODELS!);
    ollama.manifest('registry.ollama.ai/library/llama3.2/1b', [
      ollama.layer(
        'model',
        wholeGguf(fixtures('architectures', 'llama', 'model.gguf'), {
          'general.file_type': 15,
          'general.license': 'llama3.2',
        }),
      ),
      ollama.layer('template', '{{ .Prompt }}'),
      ollama.layer('params', '{"stop":["<|eot_id|>"],"temperature":0.6}'),
    ]);
    ollama.manifest('registry.ollama.ai/library/gpt-oss/120b-cloud', [], { remote_host: 'https://ollama.com:443' });
    put(
      join(home, '.lmstudio', 'models', 'lmstudio-community', 'Qwen3-0.6B-GGUF', 'Qwen3-0.6B-Q8_0.gguf'),
      wholeGguf(fixtures('architectures', 'qwen3', 'model.gguf'), { 'general.file_type': 7 }),
    );
    put(
      join(home, 'llama.cpp', 'mamba.gguf'),
      wholeGguf(fixtures('architectures', 'llama', 'model.gguf'), { 'general.architecture': 'mamba' }),
    );
    await vscode.commands.executeCommand('promptTuner.models.focus');
    await toggleOtherViews();
    await vscode.commands.executeCommand('promptTuner.refreshModels');
    await windowShows(
      inOrder(
        /Ollama/,
        /gpt-oss:120b-cloud\s*cannot be opened/,
        /llama3\.2:1b\s*llama · [\d.]+ kB · Q4_K_M/,
        /LM Studio/,
        /lmstudio-community\/Qwen3-0\.6B-GGUF\s*qwen3 · [\d.]+ kB · Q8_0/,
        /llama\.cpp/,
        /mamba\.gguf\s*cannot be opened/,
      ),
      'tree',
    );
    await inThemes('models-stores-view');
    await toggleOtherViews();
    void add();
    await windowShows(/A folder on this machine…/, 'choice');
    await type('ollama');
    await windowShows(/ollama:gpt-oss:120b-cloud[\s\S]*runs at https:\/\/ollama\.com:443/, 'not opened');
    await windowShows(/ollama:llama3\.2:1b\s*llama · [\d.]+ kB · Q4_K_M/, 'stored');
    await inThemes('models-stores-add');
    await type(':llama3');
    await accept(/ollama:llama3\.2:1b/);
    await windowShows(/ollama:llama3\.2:1b is on this machine\. Write "model: ollama:llama3\.2:1b"/, 'at hand');
    await vscode.commands.executeCommand('notifications.clearAll');
    await vscode.commands.executeCommand('promptTuner.showModel', 'ollama:llama3.2:1b');
    await windowShows(
      inOrder(/stored as Q4_K_M/, /Ollama's template/, /in Go's language, not read here/, /Ollama's parameters/),
      'page',
    );
    await inThemes('models-stores-page');
  });

  it('that cannot be opened say why on their page', async () => {
    const broken = join(home, 'broken');
    cpSync(fixtures('architectures', 'gpt2'), broken, { recursive: true });
    rmSync(join(broken, 'config.json'));
    await vscode.commands.executeCommand('promptTuner.showModel', broken);
    await windowShows(/The model folder has no config\.json\./, 'broken');
    await readWindow('models-broken', true);
  });
});
