import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assembleModel } from '../../support/models/models';
import { readmeProgram } from '../../support/text/readmeProgram';
import { json, run, tinyWeather } from '../../support/runs/runCli';

let project: string;
let packed: string;

const files: Readonly<Record<string, string>> = {
  ...tinyWeather,
  'story.prompt': `---
model: ${assembleModel('reference/stories260k')}
output: { schema: { story: string } }
config: { maxOutputTokens: 12 }
---
Once upon a time {{text}}{{story}}
`,
};

/** A project that has nothing but the packed library, and the one package that it depends on. */
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'prompt-tuner-library-'));
  packed = execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', project], {
    encoding: 'utf8',
  }).trim();
  const library = join(project, 'node_modules', 'prompt-tuner');
  mkdirSync(library, { recursive: true });
  execFileSync('tar', ['-xzf', join(project, packed), '-C', library, '--strip-components=1']);
  const { dependencies } = JSON.parse(readFileSync(join(library, 'package.json'), 'utf8')) as {
    readonly dependencies: object;
  };
  for (const name of Object.keys(dependencies))
    symlinkSync(resolve('node_modules', name), join(project, 'node_modules', name));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text);
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

const node = (file: string): string =>
  execFileSync(process.execPath, [file], { cwd: project, encoding: 'utf8', env: { ...process.env, NODE_PATH: '' } });

describe('the packed library in an empty project', () => {
  it("runs README's program with a trained run, which says what the command line says", async () => {
    const trained = await run(project, 'train', 'weather.prompt', '--method', 'soft', '--json');
    const { run: id } = JSON.parse(trained.out.trim().split('\n').at(-1)!) as { readonly run: string };
    const folder = join('.prompt-tuner', 'runs', id);
    writeFileSync(join(project, 'readme.mjs'), readmeProgram(0, folder));
    const asked = await json<{ answer: string; probability: number }>(
      project,
      ...['ask', id, '--set', 'text=My card was charged twice.'],
    );
    const [first, ...rows] = node('readme.mjs').trim().split('\n');
    expect(first).toBe(`${asked.answer} ${asked.probability}`);
    expect(rows).toEqual([
      expect.stringMatching(/^Where is my parcel\? (?:wet|dry)$/),
      expect.stringMatching(/^It hums\. (?:wet|dry)$/),
    ]);
  });

  it('writes a text piece by piece, the same for require', async () => {
    const program = `const { openPrompt, Failure } = require('prompt-tuner');
(async () => {
  const prompt = await openPrompt('story.prompt');
  ${readmeProgram(1, '').replace("'Once upon a time'", "'there'")}
  const wrong = await prompt.classify({ text: 'x' }).catch((error) => error);
  console.log(wrong instanceof Failure, wrong.code, wrong.remedy);
  await prompt.close();
})();
`;
    writeFileSync(join(project, 'story.cjs'), program);
    const out = node('story.cjs');
    const { answer, tokens } = await json<{ answer: string; tokens: number }>(
      project,
      ...['ask', 'story.prompt', '--set', 'text=there'],
    );
    expect(out).toBe(`${answer}\n ${tokens} budget\ntrue invalid-value Call generate.\n`);
    const streamed = await run(project, 'ask', 'story.prompt', '--set', 'text=there');
    expect(streamed.out).toBe(`${answer}\n`);
  });

  it('answers calls that are made at once as it answers each alone', () => {
    writeFileSync(
      join(project, 'many.mjs'),
      `import { openPrompt } from 'prompt-tuner';
const prompt = await openPrompt('weather.prompt');
const inputs = Array.from({ length: 40 }, (_, i) => ({ text: 'rain '.repeat(1 + (i % 7)) + i }));
const together = await Promise.all(inputs.map((input) => prompt.classify(input)));
const alone = [];
for (const input of inputs) alone.push(await prompt.classify(input));
const asked = [];
// Each row is handed out only once the one before is answered.
let answered = 0;
async function* rows() {
  for (const [i, input] of inputs.entries()) {
    if (answered !== i) throw new Error('Row ' + i + ' was asked for at ' + answered);
    yield input;
    while (answered === i) await new Promise(setImmediate);
  }
}
for await (const { prediction } of prompt.predict(rows())) asked.push((answered++, prediction));
const aborted = await prompt.classify(inputs[0], { signal: AbortSignal.abort(new Error('enough')) }).catch(String);
await prompt.close();
const closed = await prompt.classify(inputs[0]).catch((error) => error.message);
const same = together.every(({ probability }, i) => Math.abs(probability - alone[i].probability) < 1e-6);
console.log(JSON.stringify({ same, labels: alone.map(({ label }) => label), asked, aborted, closed }));
`,
    );
    const { same, labels, asked, aborted, closed } = JSON.parse(node('many.mjs')) as Record<string, unknown>;
    expect({ same, aborted, closed }).toEqual({
      same: true,
      aborted: 'Error: enough',
      closed: 'The prompt is closed.',
    });
    expect(asked).toEqual(labels);
  });

  it('has types that a strict project compiles with, as a module and as CommonJS', () => {
    const text = `import { openPrompt, Failure, type Classification, type Prompt } from 'prompt-tuner';
export async function main(prompt: Prompt): Promise<Classification> {
  for await (const piece of prompt.generate({ text: 'x' })) piece.answer?.tokens.toFixed();
  for await (const { prediction } of prompt.predict([{ text: 'x' }])) prediction?.trim();
  // @ts-expect-error: it is no number
  const label: number = (await prompt.classify({ text: 'x' })).label;
  return { ...(await prompt.classify({ text: 'x' })), label: String(label) };
}
export const open = (): Promise<Prompt> => openPrompt('run', { runs: 'runs' });
export const codeOf = (error: unknown): string => (error instanceof Failure ? error.code : '');
`;
    writeFileSync(join(project, 'typed.mts'), text);
    writeFileSync(join(project, 'typed.cts'), text);
    const compiler = resolve('node_modules/typescript-native/bin/tsc');
    const words = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--types',
      '',
      'typed.mts',
      'typed.cts',
    ];
    const compiled = execFileSync(process.execPath, [compiler, ...words], { cwd: project, encoding: 'utf8' });
    expect(compiled).toBe('');
  });

  it('holds what a program needs and nothing of the window', () => {
    const inside = execFileSync('tar', ['-tzf', join(project, packed)], { encoding: 'utf8' }).split('\n');
    expect(inside).toEqual(
      expect.arrayContaining(
        ['library.cjs', 'library.mjs', 'library.d.cts', 'cli.js', 'notices.txt'].map((name) => `package/dist/${name}`),
      ),
    );
    expect(inside.filter((path) => /extension|webview\/|\.map$|^package\/(?:src|test)\//.test(path))).toEqual([]);
  });
});
