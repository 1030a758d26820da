import { describe, expect, it } from 'vitest';
import { checkTemplate } from '../../../../src/template/check/check';
import { catalogue } from '../../../../src/template/check/catalogue';
import type { TemplateContext } from '../../../../src/template/read/templateContext';
import type { Finding } from '../../../../src/template/text/finding';
import { applied, marked } from '../../../support/marked';

const wordEncoder = {
  vocabularySize: 1000,
  encode: (text: string) =>
    [...text.matchAll(/ ?\w+|\W/g)].map(([token]) =>
      [...token].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1000, 7),
    ),
};

interface Case {
  readonly code: string;
  readonly bad: string;
  readonly clean: string;
  readonly fixed?: string;
  readonly around?: TemplateContext;
  readonly severity?: string;
  readonly how?: string;
}

const task = (body: string, keys = '') =>
  `---\ninput: { schema: { text: string } }\noutput:\n  schema:\n    label(enum, kind): [person, place]\n${keys}---\n${body}`;

const seen = (keys: readonly string[]) => ({
  file: 'f',
  rows: keys.length,
  columns: ['text', 'label'],
  labels: {},
  keys: new Map(keys.map((key, row) => [key, row])),
  truncated: false,
});
const shown = (word: string, open = '', close = '') =>
  task('{{#each xs}}{{text}}{{label}}{{/each}}{{text}}{{label}}', 'tune.data: { train: t, dev: d }\n').replace(
    'string }',
    `string }, default: { xs: [ ${open}{ text: ${word}, label: place }${close}, { text: y, label: place } ] }`,
  );

const cases: readonly Case[] = [
  {
    code: 'yaml-syntax',
    bad: '---\nmodel: x\ninput: { schema: { text: string }«»\n---\n{{text}}',
    clean: '---\nmodel: x\ninput: { schema: { text: string } }\n---\n{{text}}',
    how: 'an open brace',
  },
  { code: 'yaml-syntax', bad: '---\na: 1\n«a»: 2\n---\nx', clean: '---\na: 1\nb: 2\n---\nx', how: 'a key twice' },
  {
    code: 'front-matter-open',
    bad: '«---»\nmodel: x\n\nHello {{text}}',
    clean: '--- is a dash',
    fixed: '---\nmodel: x\n---\n\nHello {{text}}',
  },
  {
    code: 'front-matter-open',
    bad: '«---»\nmodel: x\n---',
    clean: '---\nmodel: x\n---\n',
    fixed: '---\nmodel: x\n---\n',
    how: 'no break after the closing dashes',
  },
  {
    code: 'front-matter-open',
    bad: '«---»\n---\nHello {{text}}',
    clean: '---\n# settings\n---\nHello {{text}}',
    fixed: '---\n# settings\n---\nHello {{text}}',
    how: 'no line between the dashes',
  },
  {
    code: 'front-matter-open',
    bad: '«---»\nHello {{text}}',
    clean: '---\n# settings\n---\nHello {{text}}',
    fixed: '---\n# settings\n---\nHello {{text}}',
    how: 'text right behind the dashes',
  },
  { code: 'template-syntax', bad: 'a\n«{{text»\nb', clean: 'a\n{{text}}\nb', how: 'braces left open' },
  { code: 'template-syntax', bad: 'x «{{#if a}}» y', clean: 'x {{#if a}} y{{/if}}', how: 'a block left open' },
  {
    code: 'template-syntax',
    bad: 'é😀 {"a": {{x«}}}»',
    clean: 'é😀 {"a": {{x}} }',
    fixed: 'é😀 {"a": {{x}} }',
    how: 'three braces',
  },
  { code: 'template-syntax', bad: 'a {{«}}» b', clean: 'a {{b}} b', how: 'an empty tag' },
  { code: 'template-syntax', bad: '{{«if» x}}', clean: '{{#if x}}{{/if}}', how: 'a block helper without a block' },
  { code: 'template-syntax', bad: 'z «{{> a b c}}»', clean: 'z {{> a b}}', how: 'a partial with two contexts' },
  { code: 'block-mismatch', bad: '{{#if a}}x«{{/each}}»', clean: '{{#if a}}x{{/if}}', fixed: '{{#if a}}x{{/if}}' },
  { code: 'unknown-helper', bad: '{{«jsn» text}}', clean: '{{json text}}', fixed: '{{json text}}' },
  {
    code: 'unknown-helper',
    bad: '{{#if («eq» a 1)}}x{{/if}}',
    clean: '{{#if (lookup a 1)}}x{{/if}}',
    how: 'inside another call',
  },
  {
    code: 'unknown-variable',
    bad: task('{{text}} {{«txt»}} {{label}}'),
    clean: task('{{text}} {{label}}'),
    fixed: task('{{text}} {{text}} {{label}}'),
    severity: 'warning',
  },
  {
    code: 'unknown-variable',
    bad: '---\r\ninput:\r\n  schema:\r\n    text: string\r\n---\r\n😀 {{text}}\r\n{{«colour»}}',
    clean: '---\r\ninput:\r\n  schema:\r\n    text: string\r\n---\r\n😀 {{text}}',
    severity: 'warning',
    how: 'with carriage returns and emoji',
  },
  {
    code: 'unknown-variable',
    bad: '---\ninput: { schema: { a?: string }, default: { xs: [ { q: 1 } ] } }\n---\n{{a}}{{#each xs}}{{«p»}}{{/each}}',
    clean:
      '---\ninput: { schema: { a?: string }, default: { xs: [ { q: 1 } ] } }\n---\n{{a}}{{#each xs}}{{q}}{{../a}}{{@index}}{{/each}}',
    severity: 'warning',
    how: 'inside a list',
  },
  {
    code: 'unused-input',
    bad: '---\ninput: { schema: { text: string, «more»: string } }\n---\n{{text}}',
    clean: '---\ninput: { schema: { text: string, more: string } }\n---\n{{json this}}',
    severity: 'information',
  },
  {
    code: 'unknown-key',
    bad: '---\n«tune.lenght»: 3\n---\nx',
    clean: '---\ntune.length: 3\n---\nx',
    fixed: '---\ntune.length: 3\n---\nx',
    severity: 'warning',
  },
  {
    code: 'unknown-key',
    bad: '---\n«modle»: y\n---\nx',
    clean: '---\nother.key: y\n---\nx',
    fixed: '---\nmodel: y\n---\nx',
    severity: 'information',
    how: 'of dotprompt',
  },
  {
    code: 'unknown-key',
    bad: '---\n«tune.init.text»: y\n---\nx',
    clean: '---\ntune.init: { text: y }\n---\nx',
    fixed: '---\ntune.init: { text: y }\n---\nx',
    severity: 'warning',
    how: 'split at its last dot',
  },
  {
    code: 'unknown-key',
    bad: '---\n«tune»:\n  length: 3\n---\nx',
    clean: '---\ntune.length: 3\n---\nx',
    severity: 'warning',
    how: 'nested under tune',
  },
  { code: 'invalid-value', bad: '---\ntune.length: «many»\n---\nx', clean: '---\ntune.length: 7\n---\nx' },
  {
    code: 'invalid-value',
    bad: '---\ntune.optimizer: «adam»\n---\nx',
    clean: '---\ntune.optimizer: sgd\n---\nx',
    fixed: '---\ntune.optimizer: adamw\n---\nx',
  },
  {
    code: 'invalid-value',
    bad: '---\ntune.data: { train: «7» }\n---\nx',
    clean: '---\ntune.data: {}\noutput: { schema: { a: string } }\n---\nx{{a}}',
    how: 'of a data file',
  },
  { code: 'invalid-value', bad: '{{soft 3 init=«a»}}', clean: '{{soft 3 init="a"}}', how: 'of a soft prompt' },
  { code: 'soft-length', bad: '{{soft «0»}}', clean: '{{soft 1}}' },
  { code: 'soft-length', bad: 'a {{soft «2.5» id="x"}}', clean: 'a {{soft 2 id="x"}}', how: 'a fraction' },
  { code: 'soft-length', bad: 'a «{{soft}}»', clean: 'a {{soft init="b"}}', how: 'nothing to start from' },
  {
    code: 'soft-length',
    bad: '«{{soft 200}}»',
    clean: '{{soft 100}}',
    around: { contextLength: 128 },
    how: 'beyond the context',
  },
  {
    code: 'soft-id-length',
    bad: '{{soft 4 id="a"}} {{soft «5» id="a"}}',
    clean: '{{soft 4 id="a"}} {{soft id="a"}}{{soft 5 id="b"}}',
    fixed: '{{soft 4 id="a"}} {{soft 4 id="a"}}',
  },
  {
    code: 'soft-unused-method',
    bad: '---\ntune.method: p-tuning-v2\n---\n«{{soft 4}}»x',
    clean: '---\ntune.method: p-tuning\n---\n{{soft 4}}x',
    fixed: '---\ntune.method: p-tuning-v2\n---\nx',
    severity: 'warning',
  },
  {
    code: 'soft-too-long',
    bad: 'a b «{{soft 9}}»',
    clean: 'a b {{soft 4}}',
    around: { contextLength: 12, encoder: wordEncoder },
    severity: 'warning',
  },
  {
    code: 'answer-slot-missing',
    bad: task('{{text}}', '«»')
      .replace('label(enum, kind)', '«label(enum, kind)»')
      .replace('«»', 'tune.data: { train: t }\n'),
    clean: task('{{text}}{{label}}', 'tune.data: { train: t }\n'),
    fixed: task('{{text}}{{label}}', 'tune.data: { train: t }\n'),
  },
  {
    code: 'answer-slot-missing',
    bad: '---\n«tune.data»: { train: t }\n---\n{{text}}',
    clean: '---\nmodel: x\n---\n{{text}}',
    how: 'no output field',
  },
  {
    code: 'answer-slot-not-last',
    bad: task('{{text}} is{{label}}« really»', 'tune.data: { train: t }\n'),
    clean: task('{{text}} is{{label}}\n\n', 'tune.data: { train: t }\n'),
    fixed: task('{{text}} is really{{label}}', 'tune.data: { train: t }\n'),
  },
  {
    code: 'answer-slot-not-last',
    bad: task('{{text}} is{{label}}«{{#if text}}.{{/if}}»'),
    clean: task('{{text}} is{{label}}{{! end }}'),
    severity: 'warning',
    how: 'without rows to train on',
  },
  {
    code: 'answer-slot-space',
    bad: task('{{text}}:« »{{label}}'),
    clean: task('{{text}}:{{label}}'),
    fixed: task('{{text}}:{{label}}'),
    severity: 'warning',
    how: 'two spaces',
  },
  {
    code: 'answer-slot-space',
    bad: task('{{text}}:«{{label}}»', 'tune.labels: { person: who, place: where }\n'),
    clean: task('{{text}}: {{label}}', 'tune.labels: { person: who, place: where }\n'),
    severity: 'warning',
    how: 'no space',
  },
  {
    code: 'answer-leak',
    bad: task('{{«label»}} {{text}}:{{label}}'),
    clean: task('{{#each xs}}{{label}}{{/each}} {{text}}:{{label}}'),
    severity: 'warning',
  },
  {
    code: 'trailing-space',
    bad: '---\noutput: { schema: { answer: string } }\n---\n{{q}}:« »{{answer}}',
    clean: '---\noutput: { schema: { answer: string } }\n---\n{{q}}:{{answer}}',
    severity: 'information',
  },
  {
    code: 'label-unknown',
    bad: task('{{text}}{{label}}', 'tune.labels: { «persn»: who }\n'),
    clean: task('{{text}}{{label}}', 'tune.labels: { person: who }\n'),
    fixed: task('{{text}}{{label}}', 'tune.labels: { person: who }\n'),
  },
  {
    code: 'label-unknown',
    bad: task('{{text}}{{label}}').replace('[person, place]', '«[person, place]»'),
    clean: task('{{text}}{{label}}').replace('place]', 'place, thing]'),
    fixed: task('{{text}}{{label}}').replace('place]', 'place, thing]'),
    around: { dataLabels: { person: 3, place: 3, thing: 2 } },
    how: 'in the data',
  },
  {
    code: 'label-missing',
    bad: task('{{text}}{{label}}', 'tune.labels: { person: «[]» }\n'),
    clean: task('{{text}}{{label}}', 'tune.labels: { person: [" a"] }\n'),
    fixed: task('{{text}}{{label}}', 'tune.labels: { person: " person" }\n'),
  },
  {
    code: 'label-duplicate-word',
    bad: task('{{text}}{{label}}', 'tune.labels: { person: [" a", " b"], place: «" b"» }\n'),
    clean: task('{{text}}{{label}}', 'tune.labels: { person: [" a", " b"], place: " c" }\n'),
  },
  {
    code: 'label-duplicate-word',
    bad: task('{{text}}{{label}}', 'tune.labels: { person: «" place"» }\n'),
    clean: task('{{text}}{{label}}', 'tune.labels: { person: " Place" }\n'),
    how: 'with a default word',
  },
  {
    code: 'label-multi-token',
    bad: task('{{text}}{{label}}', 'tune.labels: { person: «" a b"» }\n'),
    clean: task('{{text}}{{label}}'),
    around: { encoder: wordEncoder },
    severity: 'information',
  },
  {
    code: 'label-same-first-token',
    bad: task('{{text}}{{label}}', 'tune.labels: { person: " a b", place: «" a c"» }\n'),
    clean: task('{{text}}{{label}}', 'tune.labels: { person: " a b", place: " c" }\n'),
    around: { encoder: wordEncoder },
    severity: 'warning',
  },
  {
    code: 'partial-missing',
    bad: 'a {{> «part»}}',
    clean: 'a {{> there}} {{#> part}}b{{/part}}',
    around: { readPartial: (name) => (name === 'there' ? 'x' : undefined) },
  },
  {
    code: 'partial-cycle',
    bad: 'a {{> «one»}}',
    clean: 'a {{> two}}{{> two}}',
    around: { readPartial: (name) => (name === 'one' ? '{{> one}}' : 'two') },
  },
  {
    code: 'data-missing',
    bad: task('{{text}}{{label}}', 'tune.data: { train: «gone.jsonl» }\n'),
    clean: task('{{text}}{{label}}', 'tune.data: { train: here.jsonl }\n'),
    around: { fileExists: (path) => path === 'folder/here.jsonl' },
  },
  {
    code: 'outside-workspace',
    bad: task('{{text}}{{label}}', 'tune.data: { train: «../other.jsonl» }\n'),
    clean: task('{{text}}{{label}}', 'tune.data: { train: here.jsonl }\n'),
    around: { mayRead: (path) => path.startsWith('folder') },
  },
  {
    code: 'outside-workspace',
    bad: '---\nmodel: «/models/a»\n---\nx',
    clean: '---\nmodel: org/name\n---\nx',
    around: { mayRead: () => false },
    how: 'a model',
  },
  {
    code: 'data-column',
    bad: task('{{«text»}}{{label}}', 'tune.data: { train: t }\n'),
    clean: task('{{label}}', 'tune.data: { train: t }\n'),
    around: { columns: ['texts', 'label'] },
    fixed: task('{{texts}}{{label}}', 'tune.data: { train: t }\n'),
  },
  {
    code: 'data-column',
    bad: task('{{text}}{{label}}', 'tune.data: { train: t }\n').replace('label(enum, kind)', '«label(enum, kind)»'),
    clean: task('{{text}}{{label}}'),
    around: { columns: ['text', 'kind'] },
    how: 'of the answer',
  },
  {
    code: 'data-imbalance',
    bad: task('{{text}}{{label}}').replace('[person, place]', '«[person, place]»'),
    clean: '---\noutput: { schema: { a: string } }\n---\n{{a}}',
    around: { dataLabels: { person: 9, place: 1 } },
    severity: 'information',
  },
  {
    code: 'example-schema',
    bad: task('{{#each xs}}{{label}}{{/each}}{{text}}{{label}}').replace(
      'string }',
      'string }, default: { xs: [ { label: «thing» } ] }',
    ),
    clean: task('{{#each xs}}{{label}}{{/each}}{{text}}{{label}}').replace(
      'string }',
      'string }, default: { xs: [ { label: place } ] }',
    ),
  },
  {
    code: 'example-schema',
    bad: task('{{#each xs}}{{a}}{{b}}{{/each}}{{text}}{{label}}').replace(
      'string }',
      'string }, default: { xs: [ { a: 1, b: 2 }, «{ a: 1 }» ] }',
    ),
    clean: task('{{#each xs}}{{a}}{{/each}}{{text}}{{label}}').replace(
      'string }',
      'string }, default: { xs: [ { a: 1, b: 2 }, { a: 1 } ] }',
    ),
    how: 'a key left out',
  },
  {
    code: 'model-unknown',
    bad: '---\nmodel: «bultin»\n---\nx{{soft 2}}',
    clean: '---\nmodel: ./mine\n---\nx{{soft 2}}',
    around: { models: ['org/tiny'] },
    fixed: '---\nmodel: builtin\n---\nx{{soft 2}}',
    severity: 'warning',
  },
  {
    code: 'model-unknown',
    bad: '---\nmodel: «googleai/gemini»\n---\nx',
    clean: '---\nmodel: org/tiny\n---\nx',
    around: { models: ['org/tiny'] },
    severity: 'information',
    how: 'in the file of another tool',
  },
  {
    code: 'model-unknown',
    bad: '---\nmodel: «./gone»\ntune.length: 3\n---\nx',
    clean: '---\nmodel: ./mine\ntune.length: 3\n---\nx',
    around: { fileExists: (path) => path === 'folder/mine' },
    severity: 'warning',
    how: 'a folder',
  },
  {
    code: 'data-unreadable',
    bad: task('{{text}}{{label}}', 'tune.data: { train: t, dev: «d» }\n'),
    clean: task('{{text}}{{label}}', 'tune.data: { train: t }\n'),
    around: { unreadable: { dev: 'Line 3: the row is broken.' } },
  },
  {
    code: 'data-overlap',
    bad: task('{{text}}{{label}}', 'tune.data: { train: t, dev: «d» }\n'),
    clean: task('{{text}}{{label}}', 'tune.data: { train: t, test: d }\n'),
    around: { splits: { train: seen(['["a"]', '["b"]']), dev: seen(['["c"]', '["b"]']) } },
    severity: 'warning',
  },
  {
    code: 'example-in-data',
    bad: shown('a', '«', '»'),
    clean: shown('z'),
    around: { splits: { train: seen(['["z"]']), dev: seen(['["b"]', '["a"]']) } },
    severity: 'warning',
    fixed: shown('a').replace('{ text: a, label: place }, ', ''),
  },
  {
    code: 'masked-model',
    bad: '---\ninput: { schema: { text: string } }\noutput: { schema: { «reply»: string } }\ntune.data: { train: t }\n---\n{{text}} {{reply}} .',
    clean: task('{{text}} {{label}} .', 'tune.data: { train: t }\n'),
    around: { encoder: { ...wordEncoder, mask: 7 } },
    how: 'free text',
  },
  {
    code: 'masked-model',
    bad: task('{{text}} {{label}} .', 'tune.data: { train: t }\ntune.instruction: «text»\n'),
    clean: task('{{text}} {{label}} .', 'tune.data: { train: t }\ntune.instruction: both\n'),
    fixed: task('{{text}} {{label}} .', 'tune.data: { train: t }\ntune.instruction: embeddings\n'),
    around: { encoder: { ...wordEncoder, mask: 7 } },
    how: 'a rewritten instruction',
  },
  {
    code: 'not-checked',
    bad: task('{{text}}{{label}}', 'tune.data: { train: «t», dev: d }\n'),
    clean: task('{{text}}{{label}}', 'tune.data: { dev: d }\n'),
    around: { splits: { train: { ...seen([]), rows: 9, truncated: true }, dev: seen([]) } },
    severity: 'information',
    how: 'a long file',
  },
  {
    code: 'not-checked',
    bad: '---\nmodel: «org/far»\ntune.length: 3\n---\nx',
    clean: '---\nmodel: org/far\n---\nx',
    around: { noTokens: 'The model "org/far" is not on this machine.' },
    severity: 'information',
    how: 'no tokenizer',
  },
  {
    code: 'not-checked',
    bad: `${'a '.repeat(25_000)}«{{soft 4}}»`,
    clean: `${'a '.repeat(24_000)}{{soft 4}}`,
    around: { contextLength: 1e6, encoder: wordEncoder },
    severity: 'information',
    how: 'a long body',
  },
  {
    code: 'unused-input',
    bad: '---\r\ninput:\r\n  schema:\r\n    text: string\r\n    «more»: string, a word\r\nmodel: m\r\n---\r\n{{text}}',
    clean: '---\r\ninput:\r\n  schema:\r\n    text: string\r\n    (*): any\r\n---\r\n{{text}}',
    severity: 'information',
    fixed: '---\r\ninput:\r\n  schema:\r\n    text: string\r\nmodel: m\r\n---\r\n{{text}}',
    how: 'in a block',
  },
  {
    code: 'label-missing',
    bad: task('{{text}}{{label}}', 'tune.labels:\n  «person»:\n  place: there\n'),
    clean: task('{{text}}{{label}}', 'tune.labels:\n  place: there\n'),
    fixed: task('{{text}}{{label}}', 'tune.labels:\n  person: " person"\n  place: there\n'),
    how: 'nothing written',
  },
  {
    code: 'label-unknown',
    bad: task('{{text}}{{label}}').replace('[person, place]', '\n      «- person\n      - place»'),
    clean: task('{{text}}{{label}}')
      .replace('[person, place]', '\n      - person\n      - a thing: or two')
      .replace('a thing: or two', '"a thing: or two"'),
    fixed: task('{{text}}{{label}}').replace(
      '[person, place]',
      '\n      - person\n      - place\n      - "a thing: or two"',
    ),
    around: { dataLabels: { person: 3, 'a thing: or two': 2 } },
    how: 'in the data, for a list in lines',
  },
  {
    code: 'partial-missing',
    bad: 'x {{> «intr»}}',
    clean: 'x {{> intro}}',
    around: { readPartial: (name) => (name === 'intro' ? 'y' : undefined), partialNames: ['intro'] },
    fixed: 'x {{> intro}}',
    how: 'misspelt',
  },
  {
    code: 'data-missing',
    bad: task('{{text}}{{label}}', 'tune.data: { train: «data/trian.csv» }\n'),
    clean: task('{{text}}{{label}}', 'tune.data: { train: data/train.csv }\n'),
    around: { fileExists: (path) => path === 'folder/data/train.csv', dataFiles: ['data/train.csv'] },
    fixed: task('{{text}}{{label}}', 'tune.data: { train: data/train.csv }\n'),
    how: 'misspelt',
  },
  {
    code: 'soft-too-long',
    bad: '---\noutput: { schema: { l: string } }\ntune.length: «3»\ntune.maxLength: 8\n---\n{{t}}{{l}}',
    clean: '---\noutput: { schema: { l: string } }\ntune.length: 3\ntune.maxLength: 9\n---\n{{t}}{{l}}',
    around: { encoder: wordEncoder, sampleRows: [{ t: 'a' }, { t: 'a b c d e' }, { t: 'a b c d e f g' }] },
    severity: 'warning',
    how: 'of a typical row',
  },
  {
    code: 'soft-too-long',
    bad: '---\noutput: { schema: { l: string } }\n---\n{{t}}«{{l}}»',
    clean: '---\noutput: { schema: { l: string } }\ntune.method: hard\n---\n{{t}}{{l}}',
    around: { contextLength: 20, encoder: wordEncoder, sampleRows: [{ t: 'a' }] },
    severity: 'warning',
    how: 'with virtual tokens that no line asks for',
  },
  {
    code: 'soft-too-long',
    bad: '---\noutput: { schema: { l: string } }\ntune.method: v2\ntune.length: «9»\n---\n{{t}}{{l}}',
    clean: '---\noutput: { schema: { l: string } }\ntune.method: v2\ntune.length: 8\n---\n{{t}}{{l}}',
    around: { contextLength: 10, encoder: wordEncoder, sampleRows: [{ t: 'a' }] },
    severity: 'warning',
    how: 'with a prefix',
  },
  {
    code: 'soft-unused-method',
    bad: '---\ntune.method: v2\ntune.layers: all\n---\n«{{soft 4}}»x',
    clean: '---\ntune.method: v2\ntune.layers: input\n---\n{{soft 4}}x',
    severity: 'warning',
    how: 'where the vectors stand in all layers',
  },
  {
    code: 'trailing-space',
    bad: task('{{text}}:« »{{label}}', 'tune.labels: { person: who, place: [where, "at"] }\n'),
    clean: task('{{text}}:{{label}}', 'tune.labels: { person: who, place: [where, "at"] }\n'),
    fixed: task('{{text}}:{{label}}', 'tune.labels: { person: " who", place: [" where", " at"] }\n'),
    severity: 'information',
    how: 'before label words without one',
  },
  {
    code: 'label-multi-token',
    bad: task('{{text}}{{label}}', 'tune.labels: { person: [" x", «" a b"»] }\n'),
    clean: task('{{text}}{{label}}', 'tune.labels: { person: [" x", " a"] }\n'),
    fixed: task('{{text}}{{label}}', 'tune.labels: { person: [" x", " person"] }\n'),
    around: { encoder: wordEncoder },
    severity: 'information',
    how: 'in a list of words',
  },
  {
    code: 'label-multi-token',
    bad: task('{{text}}{{label}}').replace('[person, place]', '[person, «big-place»]'),
    clean: task('{{text}}{{label}}'),
    fixed: task('{{text}}{{label}}', 'tune.labels: { big-place: " big" }\n').replace('place]', 'big-place]'),
    around: { encoder: wordEncoder },
    severity: 'information',
    how: 'where no word is written',
  },
  {
    code: 'openprompt-line',
    bad: '«{"placeholder":"text_a"} {"soft"} topic {"soft":"is about"} {"mask"}».',
    clean: '{"a": 1}',
    fixed: '{{text_a}} {{soft 1}} topic {{soft init="is about"}} {{label}}.',
    severity: 'information',
  },
];

describe('the checker', () => {
  it.each(cases)('reports $code at its place $how', ({ code, bad, around = {}, severity = 'error' }) => {
    const { text, start, end } = marked(bad);
    const found = checkTemplate(text, 'folder/a.prompt', around).filter((finding) => finding.code === code);
    expect(found.map(({ range }) => [range.start.offset, range.end.offset])).toEqual([[start, end]]);
    expect(found[0]!.severity).toBe(severity);
    const before = text.slice(0, start).split(/\r\n|\n/);
    expect(found[0]!.range.start).toMatchObject({ line: before.length - 1, column: before.at(-1)!.length });
  });

  it.each(cases)('stays silent on $code where nothing is wrong $how', ({ code, clean, around = {} }) => {
    expect(checkTemplate(clean, 'folder/a.prompt', around).filter((finding) => finding.code === code)).toEqual([]);
  });

  it.each(cases.filter((each) => each.fixed !== undefined))(
    'repairs $code $how',
    ({ code, bad, fixed, around = {} }) => {
      const { text } = marked(bad);
      const finding = checkTemplate(text, 'folder/a.prompt', around).find((each) => each.code === code)!;
      expect(applied(text, finding.fixes[0]!.edits)).toBe(fixed);
    },
  );

  it('offers only fixes that remove their finding and leave a file that still parses', () => {
    let applications = 0;
    for (const { bad, around = {} } of cases) {
      const { text } = marked(bad);
      for (const finding of checkTemplate(text, 'folder/a.prompt', around)) {
        for (const { edits, creates = [], title } of finding.fixes) {
          const fixed = applied(text, edits);
          const made = new Map(creates.map((file) => [file.path, file.text]));
          const readPartial =
            around.readPartial || made.size > 0
              ? (name: string) => around.readPartial?.(name) ?? made.get(`_${name}.prompt`)
              : undefined;
          const after = checkTemplate(fixed, 'folder/a.prompt', { ...around, readPartial });
          const same = (findings: readonly Finding[]) =>
            findings.filter((each) => each.code === finding.code && each.message === finding.message).length;
          const broken = (findings: readonly Finding[]) =>
            findings.filter((each) =>
              ['yaml-syntax', 'template-syntax', 'front-matter-open', 'block-mismatch'].includes(each.code),
            ).length;
          expect(same(after), `${title} in ${JSON.stringify(text)}`).toBeLessThan(
            same(checkTemplate(text, 'folder/a.prompt', around)),
          );
          expect(broken(after), `${title} in ${JSON.stringify(text)}`).toBeLessThanOrEqual(
            broken(checkTemplate(text, 'folder/a.prompt', around)) - broken([finding]),
          );
          applications++;
        }
      }
    }
    expect(applications).toBeGreaterThan(40);
  });

  it('has a case for every code of the catalogue, and raises none beside it', () => {
    const raised = new Set(
      cases
        .flatMap(({ bad, clean, around = {} }) =>
          [marked(bad).text, clean].flatMap((text) => checkTemplate(text, 'folder/a.prompt', around)),
        )
        .map(({ code }) => code),
    );
    expect([...raised].sort()).toEqual(catalogue.map(({ code }) => code).sort());
    expect([...new Set(cases.map(({ code }) => code))].sort()).toEqual(catalogue.map(({ code }) => code).sort());
  });

  it('gathers dotted data keys into the one form that dotprompt keeps together', () => {
    const text = '---\ntune.data.train: a.jsonl\nmodel: x\ntune.data.dev: b.jsonl\n---\nx';
    const [first] = checkTemplate(text, 'a.prompt', {}).filter((finding) => finding.code === 'unknown-key');
    expect(applied(text, first!.fixes[0]!.edits)).toBe(
      '---\ntune.data: { train: a.jsonl, dev: b.jsonl }\nmodel: x\n---\nx',
    );
  });

  it('adds an unknown variable to the schema in the style of the schema', () => {
    const add = (text: string) => {
      const finding = checkTemplate(text, 'a.prompt', {}).find((each) => each.code === 'unknown-variable')!;
      return applied(text, finding.fixes.find((fix) => fix.title.startsWith('Add'))!.edits);
    };
    expect(add('---\ninput:\n  schema:\n    text: string\nmodel: x\n---\n{{text}}{{colour}}')).toBe(
      '---\ninput:\n  schema:\n    text: string\n    colour: string\nmodel: x\n---\n{{text}}{{colour}}',
    );
    expect(add('---\ninput: { schema: { text: string } }\n---\n{{text}}{{colour}}')).toBe(
      '---\ninput: { schema: { text: string, colour: string } }\n---\n{{text}}{{colour}}',
    );
  });

  it('adds to a list that ends with a comma, and offers nothing behind a comment', () => {
    const fixes = (labels: string) =>
      checkTemplate(task('{{text}}{{label}}').replace('[person, place]', labels), 'a.prompt', {
        dataLabels: { person: 3, place: 3, thing: 2 },
      }).find(({ code }) => code === 'label-unknown')!.fixes;
    const text = task('{{text}}{{label}}').replace('[person, place]', '[person, place, ]');
    expect(applied(text, fixes('[person, place, ]')[0]!.edits)).toBe(text.replace('place, ]', 'place, thing ]'));
    expect(fixes('[person, place # two\n    ]')).toEqual([]);
  });

  it('says nothing about an ordinary dotprompt file', () => {
    const stock =
      '---\nmodel: googleai/gemini\ninput:\n  schema:\n    text: string, what to sum up\n    tone?: string\noutput:\n  schema:\n    summary: string\n---\n{{role "system"}}Sum up.\n{{role "user"}}{{#if tone}}In a {{tone}} tone.{{/if}}\n{{text}}\n';
    expect(checkTemplate(stock, 'a.prompt', { fileExists: () => false })).toEqual([]);
  });

  it('leaves a plain text with placeholders alone', () => {
    expect(checkTemplate('Question: {{question}}\nAnswer:', 'a.prompt', {})).toEqual([]);
  });
});
