import { cp, readFile, truncate, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run, storiesWeather as weather, workspace } from '../../support/runs/runCli';

interface Case {
  readonly name: string;
  /** What is wrong with the template. */
  readonly edit?: (template: string) => string;
  /** Files beside it that are other than they should be. */
  readonly files?: Readonly<Record<string, string>>;
  readonly set?: readonly string[];
  /** The sentence, from its place on. */
  readonly says: RegExp;
  readonly exit?: number;
}

const cases: readonly Case[] = [
  {
    name: 'broken YAML',
    edit: (text) => text.replace('label(enum): [', 'label(enum): [['),
    says: /^weather\.prompt:\d+:\d+: The YAML is broken.* \[yaml-syntax\]$/,
  },
  {
    name: 'front matter that never ends',
    edit: (text) => text.replace('\n---\n{{', '\n{{'),
    says: /^weather\.prompt:\d+:\d+: .* \[front-matter-open\]$/,
  },
  {
    name: 'unclosed braces',
    edit: (text) => text.replace('{{text}}', '{{text'),
    says: /^weather\.prompt:13:\d+: .* \[template-syntax\]$/,
  },
  {
    name: 'a block closed by another name',
    edit: (text) => text.replace('{{text}}', '{{#if text}}a{{/each}}'),
    says: /^weather\.prompt:13:\d+: .* \[block-mismatch\]$/,
  },
  {
    name: 'no answer slot',
    edit: (text) => text.replace('{{label}}', ''),
    says: /^weather\.prompt.*: .*answer.* \[answer-slot-missing\]$/,
  },
  {
    name: 'text behind the answer slot',
    edit: (text) => text.replace(/^model: .*/m, 'model: builtin').replace('{{label}}', '{{label}}!'),
    says: /^weather\.prompt:13:\d+: .* \[answer-slot-not-last\]$/,
  },
  {
    name: 'an unknown column',
    edit: (text) => text.replace('{{text}}', '{{words}}'),
    says: /^.*: .*"words".* \[(data-column|unknown-variable)\]$/,
  },
  { name: 'an unknown setting', set: ['tune.stepps=3'], says: /^.*weather\.prompt.*: .*stepps.* \[unknown-key\]$/ },
  {
    name: 'missing data',
    files: { 'weather.prompt': weather['weather.prompt']!.replace('train.jsonl', 'trian.jsonl') },
    says: /^.*trian\.jsonl: .* \[data-missing\]$/,
  },
  { name: 'empty data', files: { 'train.jsonl': '\n' }, says: /^.*train\.jsonl.*: .* \[data-empty\]$/ },
  {
    name: 'a broken line of data',
    files: { 'train.jsonl': `${weather['train.jsonl']!}{"text": \n` },
    says: /^.*train\.jsonl:9.*: .* \[data-syntax\]$/,
  },
  {
    name: 'a row whose label is not in the enum',
    files: { 'train.jsonl': `${weather['train.jsonl']!}{"text":"snow","label":"cold"}\n` },
    says: /^.*train\.jsonl:9.*: .*"cold".* \[label-unknown\]$/,
  },
  {
    name: 'a word for a label that is not in the enum',
    edit: (text) => text.replace('tune.length', 'tune.labels: { wett: " wet" }\ntune.length'),
    says: /^.*weather\.prompt.*: .*wett.* \[label-unknown\]$/,
  },
  {
    name: 'two labels with the same word',
    edit: (text) => text.replace('tune.length', 'tune.labels: { wet: " damp", dry: " damp" }\ntune.length'),
    says: /^.*weather\.prompt.*: .*damp.* \[label-duplicate-word\]$/,
  },
  {
    name: 'a model that is not there',
    edit: (text) => text.replace(/^model: .*/m, 'model: ../no/model'),
    says: /^.*weather\.prompt:2:8: The model \"..\/no\/model\" is not on this machine.* \[model-missing\]$/,
  },
  {
    name: 'a prompt longer than the context',
    set: ['tune.maxLength=8'],
    says: /^.*train\.jsonl:\d+: .* \[prompt-too-long\]$/,
  },
  {
    name: 'a loss that is not a number',
    set: ['tune.learningRate=1e38', 'tune.schedule=constant', 'tune.warmup=0', 'tune.steps=30'],
    says: /^.*: The loss is no longer a number.* \[loss-not-finite\]$/,
    exit: 3,
  },
];

/** One sentence with place, remedy and code, and nothing else. */
async function refuse(
  folder: string,
  set: readonly string[] = [],
): Promise<{ readonly code: number | null; readonly sentence: string }> {
  const { code, err } = await run(
    folder,
    'train',
    'weather.prompt',
    '--method',
    'soft',
    '--json',
    ...set.flatMap((setting) => ['--set', setting]),
  );
  expect(err.trim().split('\n')).toHaveLength(1);
  expect(err).not.toMatch(/\bat .*:\d+:\d+\)?$/m);
  return { code, sentence: err.trim() };
}

describe('bad input', () => {
  it.each(cases)(
    '$name is refused in one sentence with place and remedy',
    async ({ edit, files, set, says, exit = 1 }) => {
      const template = edit ? edit(weather['weather.prompt']!) : weather['weather.prompt']!;
      if (edit) expect(template).not.toBe(weather['weather.prompt']);
      const folder = await workspace({ ...weather, 'weather.prompt': template, ...files });
      const { code, sentence } = await refuse(folder, set);
      expect(sentence).toMatch(says);
      // What is wrong is one sentence, what to do another.
      expect(sentence.match(/[.?!](?= |$)/g)!.length, sentence).toBeGreaterThanOrEqual(2);
      expect(code).toBe(exit);
    },
  );

  it('a misspelt setting in a template is told of and left out', async () => {
    const folder = await workspace({
      ...weather,
      'weather.prompt': weather['weather.prompt']!.replace('tune.length', 'tune.lenght'),
    });
    const { code, err } = await run(
      folder,
      'train',
      'weather.prompt',
      '--method',
      'soft',
      '--json',
      '--set',
      'tune.steps=1',
    );
    expect(err).toMatch(/^weather\.prompt:7:\d+: warning: .*lenght.* \[unknown-key\]\n$/);
    expect(code).toBe(0);
  });

  it('a template that is not there is refused', async () => {
    const { code, sentence } = await refuse(await workspace({}));
    expect(sentence).toMatch(/^weather\.prompt: .* \[template-missing\]$/);
    expect(code).toBe(1);
  });

  it('an adapter that is not there is refused', async () => {
    const { code, err } = await run(await workspace(weather), 'evaluate', 'weather.prompt', '--adapter', 'none');
    expect(err.trim()).toMatch(/none.*: The adapter cannot be read.* \[adapter-missing\]$/);
    expect(code).toBe(1);
  });
});

describe('a bad model', () => {
  const embedded = resolve('media/models/prompt-tuner-base');

  async function withModel(): Promise<string> {
    const folder = await workspace({
      ...weather,
      'weather.prompt': weather['weather.prompt']!.replace(/^model: .*/m, 'model: ./model'),
    });
    await cp(embedded, join(folder, 'model'), { recursive: true });
    return folder;
  }

  it('that is cut off is refused', async () => {
    const folder = await withModel();
    await truncate(join(folder, 'model', 'model.onnx'), 1_000_000);
    const { code, sentence } = await refuse(folder);
    expect(sentence).toMatch(/^.*model\.onnx: .* \[model-truncated\]$/);
    expect(code).toBe(1);
  });

  it('with an operator that has no gradient rule is refused, and the operator named', async () => {
    const folder = await withModel();
    const path = join(folder, 'model', 'model.onnx');
    const bytes = await readFile(path);
    // As long in the file as the operator it replaces, and like it of one argument.
    const changed = Buffer.from(bytes.toString('latin1').replaceAll('Sigmoid', 'Hardmax'), 'latin1');
    expect(changed.equals(bytes)).toBe(false);
    await writeFile(path, changed);
    const { code, sentence } = await refuse(folder);
    expect(sentence).toMatch(/Hardmax.* \[no-rule\]$/);
    expect(code).toBe(1);
  });
});
