// Writes the messages that promptfoo makes of the prompts in promptfooChats.json into that file.
// Needs promptfoo 0.121.20: node promptfooChats.mjs FOLDER, in whose node_modules it is installed.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const source = join(process.argv[2], 'node_modules/promptfoo/dist/src');
const recorded = join(import.meta.dirname, 'promptfooChats.json');

/** A function of the package, whose files are named otherwise in each build. */
async function named(name) {
  for (const file of readdirSync(source).filter((each) => each.endsWith('.js'))) {
    const text = readFileSync(join(source, file), 'utf8');
    if (!new RegExp(`^(?:async )?function ${name}\\(`, 'm').test(text)) continue;
    const found = Object.values(await import(pathToFileURL(join(source, file)).href));
    const wanted = found.find((each) => typeof each === 'function' && each.name === name);
    if (wanted) return wanted;
  }
  throw new Error(`promptfoo exports no ${name}.`);
}

const [readPrompts, renderPrompt, parseChatPrompt] = await Promise.all(
  ['readPrompts', 'renderPrompt', 'parseChatPrompt'].map(named),
);
const textOf = (content) => (typeof content === 'string' ? content : content.map(({ text }) => text).join(''));

const cases = JSON.parse(readFileSync(recorded, 'utf8'));
for (const each of cases) {
  const folder = mkdtempSync(join(tmpdir(), 'promptfoo-'));
  for (const [path, text] of Object.entries(each.files ?? {})) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  process.chdir(folder);
  const [prompt] = await readPrompts([each.prompt], folder);
  const rendered = await renderPrompt(prompt, structuredClone(each.vars));
  const messages = parseChatPrompt(rendered, [{ role: 'user', content: rendered }]);
  const list = Array.isArray(messages) ? messages : messages.messages;
  each.messages = list.map(({ role, content }) => [role, textOf(content)]);
}
writeFileSync(recorded, `${JSON.stringify(cases, null, 2)}\n`);
