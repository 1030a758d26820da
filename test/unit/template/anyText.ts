import fc from 'fast-check';
import type { Facts } from '../../../src/template/read/context';

const pieces = fc.constantFrom(
  '---\n', '---\r\n', '\t', 'é', 'e\u0301', 'שלום', '\u202E', '\u200D', '👩‍🚀',  'input:', '\n  schema:', '\n    a: string', ' { schema: { a: string, l(enum): [x, y] } }', 'output:', 'tune.data: { train: t }', 'tune.labels:', '{ x: [] }', 'tune.', 'length: 0',
  '\n', '\r\n', '\r', ' ', '😀', '{{', '}}', '}}}', '{{a}}', '{{l}}', '{{soft 3}}', '{{soft', ' id="k"', '{{soft 2 id="k"}}', '{{#if a}}', '{{/if}}', '{{else}}', '{{#each a}}', '{{/each}}', '{{^}}', '{{> p}}',
  '{{#> p}}', '{{/p}}', '{{#*inline "p"}}', '{{/inline}}', '{{{{raw}}}}', '{{{{/raw}}}}', '{{!-- ', '--}}', '{{#instruction}}', '{{/instruction}}', '{{json (lookup a "b")}}', '{{../a}}', '{{@index}}', '{{#a as |b|}}', '{{/a}}', '{{#a}}x{{/a}}', '\\', '[', ']', '"', '&x', '*x', '<<: ', '!!t ', '"placeholder"', '{"mask"}', '# c\n', '~', '\u0000', '\ud83d',
);
const frontMatterLines = fc.subarray([
  'model: m', 'input: { schema: { a: string, "b"?: any }, default: { c: [ { a: 1, l: x }, { a: two, l: "y" } ], d: "é😀" } }',
  'output:', '  schema:', '    l(enum, kind): [x, "y"]', '    m(enum): [u, v, ] # all', '    n: string', 'tune.labels: { x: " one", y: [two] }', 'tune.data: { train: t.csv, dev: t.csv }', 'tune.init: text', '# note', '',
]);
const bodyParts = fc.constantFrom(
  'Words ', 'é😀שלום\t', 'e\u0301 مرحبا\u200F', '\n', '{{a}}', '{{ b }}', '{{l}}', '{{n}}', '{{#each c}}{{a}}-{{l}}{{../a}}{{@index}}{{/each}}', '{{#each  c  as |k i|}}{{k.a}}{{i}}{{/each}}', '{{soft 2 id="k"}}', '{{soft  init="a  b" }}', '{{#if a}}y{{else}}{{l}}{{/if}}',
  '{{#ifEquals l "x"}}z{{/ifEquals}}', '{{#instruction}}Say it.{{/instruction}}', '{{> p}}', '{{>p}}', '{{this.a}}', '{{[a]}}', '{{a.b}}', '{{#with d}}{{../b}}{{/with}}', '{{#a}}{{../b}}{{/a}}', '{{^d}}{{a}}{{/d}}', '{{!-- {{a}} --}}', '{{lookup c 0}}', '{{json  @root.b }}', '{{~ a ~}}', '{{{ b }}}', '{{ a }}}',
);
/** Prompt files that mostly parse. */
const wholeTexts = fc.tuple(fc.constantFrom('\n', '\r\n'), frontMatterLines, fc.array(bodyParts, { maxLength: 8 })).map(([lineBreak, lines, parts]) => ['---', ...lines, '---', parts.join('')].join('\n').replaceAll('\n', lineBreak));

/** Texts of every kind that a prompt file may hold while it is written: pieces of templates in any order, and any characters. */
export const texts = fc.oneof(wholeTexts, fc.array(pieces, { maxLength: 18 }).map((parts) => parts.join('')), fc.string({ unit: 'grapheme', maxLength: 60 }));

export const partials = (name: string): string | undefined => ({ p: '{{a}}{{> q}}', q: '{{soft 2}}{{#if a}}x{{/if}}' })[name];

const rows = { rows: 2, columns: ['a', 'l'], labels: { x: 2 }, keys: new Map([['["1"]', 0], ['[""]', 1]]), truncated: true };

/** Facts of every kind. */
export const surroundings: Facts = {
  readPartial: partials, partialUsers: (name) => name === 'q' ? ['_p.prompt'] : [], partialNames: ['p', 'q'], fileExists: () => false, dataFiles: ['t.csv', 'data/dev.jsonl'], columns: ['b'], dataLabels: { x: 9, z: 1 }, contextLength: 4, models: ['m'],
  sampleRows: [{ a: '1', b: '`two`\n' }, { a: 2 }], splits: { train: { file: 't', ...rows }, dev: { file: 'd', ...rows } }, unreadable: { test: 'It is broken.' },
  sizes: { hiddenSize: 8, layers: 2, keyValueHeads: 1, headSize: 4, contextLength: 4 },
  lastRuns: [{ run: 'r', method: 'soft', accuracy: 0.5, loss: 1, n: 2, finished: '2026-01-02T03:04:05Z' }],
  encoder: { vocabularySize: 65_536, encode: (text: string) => [...text].map((letter) => letter.charCodeAt(0)) },
};
