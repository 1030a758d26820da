import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { lines } from '../../support/text/lines';
import { homeIn, ollamaStore, put, wholeGguf, type OllamaStore } from '../../support/models/modelStores';
import { json, run, workspace } from '../../support/runs/runCli';

let home: string;
let ollama: OllamaStore;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'prompt-tuner-stores-'));
  const before = { ...process.env };
  Object.assign(process.env, homeIn(home));
  ollama = ollamaStore(process.env.OLLAMA_MODELS!);
  onTestFinished(async () => {
    process.env = before;
    await rm(home, { recursive: true, force: true });
  });
});

const template = (model: string): string =>
  lines(
    '---',
    `model: ${model}`,
    'input:',
    '  schema: { text: string }',
    'output:',
    '  schema:',
    '    mood(enum): [good, bad]',
    'tune.data: { train: rows.jsonl, dev: rows.jsonl, test: rows.jsonl }',
    'tune.length: 2',
    'tune.steps: 2',
    'tune.evalEvery: 2',
    '---',
    '{{text}} is{{mood}}',
  );
const rows = '{"text":"fine film","mood":"good"}\n{"text":"dull plot","mood":"bad"}\n';

/** A workspace with a template for a model of Ollama's, which is there. */
async function withTiny(model: string): Promise<string> {
  ollama.manifest('registry.ollama.ai/library/tiny/1b', [
    ollama.layer('model', wholeGguf('llama', { 'general.file_type': 0 })),
    ollama.layer('template', '{{ .Prompt }}'),
    ollama.layer('params', '{"stop":["<|end|>"]}'),
  ]);
  return workspace({ 't.prompt': template(model), 'rows.jsonl': rows });
}

describe("a template that names a model of Ollama's", () => {
  it('is checked, measured and trained with it, and the run tells when the tag has moved', async () => {
    const folder = await withTiny('ollama:tiny:1b');
    expect(await json<readonly object[]>(folder, 'check', 't.prompt')).not.toContainEqual(
      expect.objectContaining({ code: 'model-unknown' }),
    );
    expect(await json<object>(folder, 'evaluate', 't.prompt', '--method', 'hard')).toMatchObject({ n: 2 });
    const trained = await run(folder, 'train', 't.prompt', '--method', 'soft', '--json');
    expect([trained.code, trained.err]).toEqual([0, expect.any(String)]);
    const [record] = await json<
      readonly { readonly id: string; readonly method: string; readonly model: { id: string; sha256: string } }[]
    >(folder, 'runs', 'list').then((all) => all.filter(({ method }) => method === 'soft'));
    const { digest } = ollama.layer('model', wholeGguf('llama', { 'general.file_type': 0 }));
    expect(record!.model).toMatchObject({ id: 'ollama:tiny:1b', sha256: digest.slice('sha256:'.length) });
    ollama.manifest('registry.ollama.ai/library/tiny/1b', [
      ollama.layer('model', wholeGguf('llama', { 'general.file_type': 0, 'general.name': 'newer' })),
    ]);
    const again = await run(folder, 'evaluate', 't.prompt', '--run', record!.id);
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('the model "ollama:tiny:1b" (other weights)')]);
  });

  it('says where it is missing what to pull, on the line that names it', async () => {
    const folder = await withTiny('ollama:tiny:3b');
    const { code, err } = await run(folder, 'evaluate', 't.prompt', '--method', 'hard');
    expect([code, err]).toEqual([1, expect.stringContaining('t.prompt:2:')]);
    expect(err).toContain(
      'Ollama has no model "tiny:3b"; it has ollama:tiny:1b. Fetch it: ollama pull tiny:3b. [model-missing]',
    );
    const [finding] = (await json<readonly { code: string; message: string }[]>(folder, 'check', 't.prompt')).filter(
      (each) => each.code === 'model-unknown',
    );
    expect(finding!.message).toContain('ollama pull tiny:3b');
  });
});

describe('models', () => {
  it('list those of other programs with size and quantisation, and what cannot be opened with the reason', async () => {
    const folder = await withTiny('builtin');
    ollama.manifest('registry.ollama.ai/library/cloud/latest', [], { remote_host: 'https://ollama.com' });
    put(join(home, '.lmstudio', 'models', 'ada', 'tiny', 'a.gguf'), wholeGguf('qwen3', { 'general.file_type': 15 }));
    put(join(home, 'llama.cpp', 'b.gguf'), wholeGguf('llama', { 'general.architecture': 'mamba' }));
    const { out } = await run(folder, 'models', 'list');
    const rowOf = (id: string): string => out.split('\n').find((line) => line.startsWith(id))!;
    expect(rowOf('ollama:tiny:1b')).toMatch(/llama +64 +[\d.]+ kB +F32 +– +hard, soft, v1, v2$/);
    expect(rowOf('lmstudio:ada/tiny')).toMatch(/qwen3 +64 +[\d.]+ kB +Q4_K_M +– +hard, soft, v1, v2$/);
    expect(rowOf('ollama:cloud:latest')).toContain('runs at https://ollama.com; none of its weights');
    expect(rowOf('llama.cpp:b.gguf')).toMatch(/mamba .*F32 .*The architecture "mamba" cannot be opened/);
  });

  it('inspect says what Ollama would add, and add says that it is there already', async () => {
    const folder = await withTiny('builtin');
    const { out } = await run(folder, 'models', 'inspect', 'ollama:tiny:1b');
    expect(out).toMatch(/sha256-[0-9a-f]{64} \(graph built from its metadata\), [\d.]+ kB, stored as F32, float32/);
    expect(out).toMatch(
      /Ollama's template +13 characters in Go's language, not read here; the GGUF file has no chat template/,
    );
    expect(out).toMatch(/Ollama's parameters +stop "<\|end\|>"; not applied here/);
    expect(await json<object>(folder, 'models', 'inspect', 'ollama:tiny:1b')).toMatchObject({
      ollama: { template: '{{ .Prompt }}', parameters: { stop: ['<|end|>'] } },
    });
    const added = await run(folder, 'models', 'add', 'ollama:tiny:1b');
    expect([added.code, added.out]).toEqual([0, expect.stringContaining('Write `model: ollama:tiny:1b`')]);
  });
});
