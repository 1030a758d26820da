import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type * as Files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { lengthAbove } from '../../../src/template/render/length/promptLength';
import { rowsThatMayExceed } from '../../../src/template/render/length/rowBound';
import { analysisOf } from '../../../src/template/read/analysisCache';
import { partialReader } from '../../../src/template/read/partials';
import type { LongRows } from '../../../src/template/read/templateContext';
import { modelTokenizer } from '../../../src/workspace/modelTokenizer';
import { readTemplateContext } from '../../../src/workspace/readTemplateContext';
import type { TokenEncoder } from '../../../src/template/text/tokenEncoder';

const opened = vi.hoisted(() => ({ paths: [] as string[] }));
vi.mock('node:fs/promises', async (original) => {
  const files = await original<typeof Files>();
  const open = (path: unknown, ...rest: readonly unknown[]): unknown => {
    opened.paths.push(String(path));
    return (files.open as (...words: readonly unknown[]) => unknown)(path, ...rest);
  };
  return { ...files, open };
});

type Row = Readonly<Record<string, unknown>>;

const embedded = resolve('media/models/prompt-tuner-base');
let folder: string;
let encoder: TokenEncoder;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bound-'));
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, '_part.prompt'), 'Part {{more}} and {{text}}.');
  encoder = (await modelTokenizer('builtin', folder)).tokenizer;
  for (const name of Object.keys(chatTemplates)) writeChatModel(name as keyof typeof chatTemplates);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  opened.paths = [];
});

let files = 0;
/** A template over a data file of its own. */
function written(rows: readonly Row[], body: string, more = '', output = '{ label(enum): [a, b] }') {
  const data = `data/rows${files++}.jsonl`;
  writeFileSync(join(folder, data), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const text = `---\nmodel: builtin\noutput: { schema: ${output} }\ntune.data: { train: ${data} }\n${more}---\n${body}`;
  return { text, path: join(folder, 'a.prompt'), data: join(folder, data) };
}

const look = async ({ text, path }: { readonly text: string; readonly path: string }) =>
  (await readTemplateContext(text, path, { rows: true, tokens: true })).longRows?.train;

const turn = "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}";
const opening = "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";
const inEach = (what: string) => `{% for message in messages %}${what}{% endfor %}${opening}`;
/** Chat templates; the last three go by what a message says. */
const chatTemplates = {
  plain: inEach(turn),
  trimmed: inEach("[{{ message['role'] }}] {{ message['content'] | trim }}\n"),
  usualSystem: `{% if messages[0]['role'] != 'system' %}You are a helper.{% endif %}${inEach(turn)}`,
  twice: inEach(`${turn}{{ message.content }}`),
  holding: inEach(`{% if 'a' in message['content'] %}${'It has an a in it. '.repeat(20)}{% endif %}${turn}`),
  long: inEach(`{% if message['content'] | length > 9 %}${'It is long. '.repeat(20)}{% endif %}${turn}`),
  empty: inEach(`{% if not message['content'] | trim %}${'It is empty. '.repeat(20)}{% endif %}${turn}`),
};

/** The embedded model as if it had been taught messages. */
function writeChatModel(name: keyof typeof chatTemplates): void {
  const to = join(folder, name);
  mkdirSync(to);
  for (const file of ['config.json', 'tokenizer.json', 'generation_config.json'])
    copyFileSync(join(embedded, file), join(to, file));
  symlinkSync(join(embedded, 'model.onnx'), join(to, 'model.onnx'));
  const settings = JSON.parse(readFileSync(join(embedded, 'tokenizer_config.json'), 'utf8')) as object;
  writeFileSync(join(to, 'tokenizer_config.json'), JSON.stringify({ ...settings, chat_template: chatTemplates[name] }));
}

/** What measuring every row by itself comes to. */
function measured(
  rows: readonly Row[],
  { text, path }: { readonly text: string; readonly path: string },
  tokenizer = encoder,
) {
  const analysis = analysisOf(text, path, partialReader(path));
  const limit = Math.min(1024, analysis.written.maxLength || Infinity);
  const long = rows.flatMap((row, index) => {
    const tokens = lengthAbove(analysis, tokenizer, { row, limit });
    return tokens === undefined ? [] : [{ line: index + 1, tokens }];
  });
  if (long.length === 0) return undefined;
  const longest = Math.max(...long.map(({ tokens }) => tokens));
  return { limit, rows: long.length, first: long.slice(0, 5), longest } satisfies LongRows;
}

const defaults = [
  'input: { default: { text: by default, other: another,',
  ' shown: [{ text: ü, label: b }, { text: é, label: a }] } }\n',
].join('');
const pieces = [
  'Say it. ',
  '{{text}} ',
  '{{{text}}}',
  '{{more}}',
  '{{soft 3}}',
  '{{#instruction}}Which of {{more}}?{{/instruction}}',
  '{{> part}}',
  '{{> part text=more}}',
  '{{#if more}}{{text}}{{text}}{{else}}{{text}}{{/if}}',
  '{{#unless more}}{{text}} and {{text}}{{/unless}}',
  '{{#each list}}{{this}} {{/each}}',
  '{{#each list}}- {{@index}} {{this}}{{#if @first}}, the first of them{{/if}}\n{{else}}nothing at all{{/each}}',
  '{{#each shown}}Shown: {{text}} is {{label}}. {{json this}}{{/each}}',
  '{{#each objects}}{{@key}} = {{text}}, {{json text}}; {{/each}}',
  '{{objects}}',
  '{{list}}',
  '{{#ifEquals more "a"}}{{text}}{{else}}{{more}}{{more}}{{/ifEquals}}',
  '{{#with objects}}{{text}}{{/with}}',
  '{{#each list}}{{../text}}{{/each}}',
  '{{json more}}',
  '{{lookup this "text"}}',
  '{{role "user"}}',
  '{{! nothing }}',
  '{{other}}',
];
const messagePieces = ['{{role "system"}}Be kind.', '{{role "user"}}{{text}}', '{{role "user"}}Say {{more}} now.'];
const words = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', ' ', 'ü', '\u4e2d', '😀', '"', '\n'), maxLength: 40 }),
  fc.constantFrom('</s>', '<|endoftext|>', '<s> and </s>', '\\{{text}}'),
);
const value = fc.oneof({ weight: 6, arbitrary: words }, fc.integer(), fc.boolean(), fc.constant(null), fc.array(words));
const row = fc.record(
  {
    text: value,
    more: value,
    list: fc.array(words, { maxLength: 3 }),
    objects: fc.oneof(
      fc.dictionary(words, fc.record({ text: words }), { maxKeys: 3 }),
      fc.array(fc.record({ text: value }), { maxLength: 3 }),
    ),
    label: fc.constantFrom('a', 'b'),
  },
  { requiredKeys: ['label'] },
);

describe('the rows that are too long', () => {
  it('are those that measuring each of them finds, whatever the template writes of a row', async () => {
    const found = { some: 0, none: 0 };
    const question = fc.record({
      rows: fc.array(row, { minLength: 1, maxLength: 12 }),
      parts: fc.uniqueArray(fc.constantFrom(...pieces), { maxLength: 5 }),
      maxLength: fc.integer({ min: 8, max: 400 }),
      more: fc.constantFrom('', defaults, 'tune.method: v2\n'),
      output: fc.constantFrom('{ label(enum): [a, b] }', '{ text: string }'),
    });
    const property = fc.asyncProperty(question, async ({ rows, parts, maxLength, more, output }) => {
      const answer = output.includes('enum') ? '{{label}}' : '{{text}}';
      const template = written(rows, `${parts.join('')}:${answer}`, `tune.maxLength: ${maxLength}\n${more}`, output);
      const expected = measured(rows, template);
      expect(await look(template)).toEqual(expected);
      found[expected ? 'some' : 'none']++;
    });
    await fc.assert(property, { numRuns: 300 });
    expect(found.some).toBeGreaterThan(20);
    expect(found.none).toBeGreaterThan(20);
  });

  it('are not looked for in files of which all rows fit, however often the text changes', async () => {
    const rows = Array.from({ length: 500 }, (_, i) => ({ text: `row ${i}`, label: 'a' }));
    const { text, path, data } = written(rows, 'Say {{text}}:{{label}}');
    const now = Date.now();
    vi.spyOn(Date, 'now').mockReturnValue(now + 60_000);
    const reads = (): number => opened.paths.splice(0).filter((each) => each === data).length;
    expect(await look({ text, path })).toBeUndefined();
    reads();
    for (let i = 0; i < 5; i++) {
      expect(await look({ text: text.replace('Say', `Say ${i}`), path })).toBeUndefined();
      expect(reads()).toBe(0);
    }
    for (const body of ['{{#if text}}Say {{text}}{{else}}Nothing{{/if}}', '{{#each text}}{{this}}{{/each}}{{text}}']) {
      const other = text.replace('Say {{text}}', body);
      expect(await look({ text: other, path })).toBeUndefined();
      reads();
      expect(await look({ text: other.replace('---\n', '---\n# again\n'), path })).toBeUndefined();
      expect(reads()).toBe(0);
    }
    // One row that does not fit is found again by the next look.
    writeFileSync(
      data,
      [...rows, { text: 'word '.repeat(1100), label: 'a' }].map((each) => JSON.stringify(each)).join('\n'),
    );
    expect((await look({ text, path }))?.first).toEqual([{ line: 501, tokens: expect.any(Number) as number }]);
  });

  it('are those also where a chat template writes around messages, whatever it goes by', async () => {
    const found = { some: 0, none: 0, bounded: 0 };
    const question = fc.record({
      model: fc.constantFrom(...(Object.keys(chatTemplates) as (keyof typeof chatTemplates)[])),
      rows: fc.array(row, { minLength: 1, maxLength: 8 }),
      parts: fc.uniqueArray(fc.constantFrom(...pieces, ...messagePieces), { maxLength: 5 }),
      maxLength: fc.integer({ min: 30, max: 500 }),
      more: fc.constantFrom('', defaults),
    });
    const property = fc.asyncProperty(question, async ({ model, rows, parts, maxLength, more }) => {
      const body = `${parts.join('')}{{role "model"}}{{label}}`;
      const plain = written(rows, body, `tune.maxLength: ${maxLength}\n${more}`);
      const template = { ...plain, text: plain.text.replace('model: builtin', `model: ./${model}`) };
      const { tokenizer } = await modelTokenizer(`./${model}`, folder);
      const expected = measured(rows, template, tokenizer);
      expect(await look(template)).toEqual(expected);
      found[expected ? 'some' : 'none']++;
      const { splits } = await readTemplateContext(template.text, template.path, { rows: true });
      const columns = splits!.train!.lengths!;
      const analysis = analysisOf(template.text, template.path, partialReader(template.path));
      if (rowsThatMayExceed(analysis, tokenizer, { columns, limit: 2000 })?.size === 0) found.bounded++;
    });
    await fc.assert(property, { numRuns: 200 });
    expect(Math.min(found.some, found.none, found.bounded)).toBeGreaterThan(8);
  });

  it('are the only ones that are rendered', async () => {
    const rows = Array.from({ length: 50 }, (_, i) => ({
      text: i === 31 ? 'word '.repeat(1100) : `row ${i}`,
      label: 'a',
    }));
    const { text, path } = written(rows, '{{#if text}}Say {{text}}{{else}}Say nothing{{/if}}:{{label}}');
    const { splits } = await readTemplateContext(text, path, { rows: true });
    const analysis = analysisOf(text, path, partialReader(path));
    const columns = splits!.train!.lengths!;
    expect([...rowsThatMayExceed(analysis, encoder, { columns, limit: 1024 })!]).toEqual([31]);
  });
});
