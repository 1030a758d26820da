import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { checkTemplate } from '../../../src/template/check/check';
import { readTemplateContext } from '../../../src/workspace/readTemplateContext';

/** How long the check of a template over many rows takes: at first, and after each kind of edit. */
const count = Number(process.env.PROMPT_TUNER_BENCH_ROWS ?? 100_000);
const rows: string[][] = [];

async function timed(name: string, work: () => Promise<unknown>): Promise<void> {
  const [began, processor] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(processor);
  rows.push([name, `${(performance.now() - began).toFixed(0)} ms`, `${((user + system) / 1000).toFixed(0)} ms`]);
}

const lineOf = (i: number): string =>
  JSON.stringify({
    text: `The parcel number ${i} came ${i % 7} days late and was ${['wet', 'fine', 'open'][i % 3]!}.`,
    label: ['good', 'bad'][i % 2],
  });

/** The embedded model as if it had been taught messages. */
function writeChatModel(folder: string): void {
  cpSync(join(__dirname, '..', 'media', 'models', 'prompt-tuner-base'), folder, { recursive: true });
  const path = join(folder, 'tokenizer_config.json');
  const turn = "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}";
  const opening = "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";
  const chat_template = `{% for message in messages %}${turn}{% endfor %}${opening}`;
  writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(path, 'utf8')) as object), chat_template }));
}

const template = (words: string): string =>
  [
    '---',
    'model: builtin',
    'input: { schema: { text: string } }',
    'output: { schema: { label(enum): [good, bad] } }',
    'tune.data: { train: data/train.jsonl, dev: data/dev.jsonl }',
    '---',
    `Say how it went.${words}`,
    '{{soft 20}}Text: {{text}}',
    'It went{{label}}',
    '',
  ].join('\n');

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-bench-'));
  try {
    mkdirSync(join(folder, 'data'));
    writeChatModel(join(folder, 'chat'));
    const lines = Array.from({ length: count }, (_, i) => lineOf(i));
    const [train, dev] = ['train', 'dev'].map((name) => join(folder, 'data', `${name}.jsonl`)) as [string, string];
    writeFileSync(train, `${lines.join('\n')}\n`);
    writeFileSync(dev, `${lines.slice(0, 200).join('\n').replaceAll('parcel', 'letter')}\n`);
    utimesSync(train, new Date(0), new Date(0));
    // What was written just now is read again each time.
    await setTimeout(2500);
    const path = join(folder, 'a.prompt');
    const check = async (text: string): Promise<void> => {
      const found = checkTemplate(text, path, await readTemplateContext(text, path, { rows: true, tokens: true }));
      for (const { severity, message } of found) if (severity === 'error') console.error(message);
    };
    await timed('first check', () => check(template('')));
    await timed('the same text again', () => check(template('')));
    for (const words of [' Be exact.', ' Be brief.']) await timed('another text', () => check(template(words)));
    await timed('another label', () => check(template('').replace('[good, bad]', '[good, bad, other]')));
    await timed('another variable', () => check(template('').replace('{{text}}', '{{texts}}')));
    const asked = '{{#if text}}Text: {{text}}{{else}}No text{{/if}}';
    const bodies = {
      'a condition on the row': asked,
      'a loop over examples': '{{#each examples}}Text: {{text}}\nIt went{{label}}\n{{/each}}Text: {{text}}',
      'a conversation': '{{role "system"}}Say how it went.{{role "user"}}{{text}}{{role "model"}}',
    };
    const shown = '{ examples: [{ text: It came, label: good }, { text: It broke, label: bad }] }';
    for (const [name, body] of Object.entries(bodies)) {
      const of = (words: string): string =>
        template(words)
          .replace('model: builtin', name === 'a conversation' ? 'model: ./chat' : 'model: builtin')
          .replace('Text: {{text}}', body)
          .replace('text: string } }', `text: string }, default: ${shown} }`);
      await timed(`${name}: first`, () => check(of('')));
      await timed(`${name}: another text`, () => check(of(' Be exact.')));
    }
    console.log(JSON.stringify({ count, rows }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

void main();
