import { Dotprompt } from 'dotprompt';
import { describe, expect, it } from 'vitest';
import { withLineFeeds } from '../../../../src/template/text/lineFeeds';
import { renderText } from '../../../../src/template/render/render';
import { readTemplate } from '../../../../src/template/read/template';
import { lines } from '../../../support/text/lines';

interface Case {
  readonly what: string;
  readonly text: string;
  readonly row?: Record<string, unknown>;
  readonly defaults?: Record<string, unknown>;
  readonly partials?: Record<string, string>;
}

const cases: readonly Case[] = [
  { what: 'a plain text without front matter, untrimmed', text: '\n  Hello {{name}}!  \n', row: { name: 'Ann' } },
  {
    what: 'a body that front matter trims',
    text: '---\nmodel: x\n---\n\n  Hello {{name}}!  \n\n',
    row: { name: 'Ann' },
  },
  {
    what: 'carriage returns',
    text: '---\r\nmodel: x\r\n---\r\nA {{x}}\r\n{{#if y}}\r\nyes\r\n{{/if}}\r\nend',
    row: { x: 1, y: true },
  },
  { what: 'characters that HTML would escape', text: '<b>{{x}}</b> & {{{x}}}', row: { x: '"<&>\'' } },
  {
    what: 'a list of objects',
    text: '{{#each xs}}\n- {{@index}} {{a}} {{../t}}\n{{/each}}\nend',
    row: { t: 'T', xs: [{ a: 'p' }, { a: 'q' }] },
  },
  { what: 'else and else-if chains', text: '{{#if a}}\n1\n{{else if b}}\n2\n{{else}}\n3\n{{/if}}\n.', row: { b: 1 } },
  { what: 'unless and with', text: '{{#unless a}}no{{/unless}} {{#with o}}{{p}}{{/with}}', row: { o: { p: 'deep' } } },
  { what: 'tilde whitespace control', text: 'a  {{~x~}}  b {{#if y ~}}  c  {{~/if}} d', row: { x: 'X', y: 1 } },
  { what: 'json, flat and indented', text: '{{json o}} {{json o indent=2}}', row: { o: { a: [1, 'é"'] } } },
  {
    what: 'ifEquals and unlessEquals',
    text: '{{#ifEquals a "x"}}same{{else}}other{{/ifEquals}}/{{#unlessEquals a b}}differ{{/unlessEquals}}',
    row: { a: 'x', b: 'y' },
  },
  {
    what: 'roles, whose marks become messages',
    text: '{{role "system"}}You answer. {{role "user"}}Ask {{q}}',
    row: { q: 'why' },
  },
  {
    what: 'a partial on its own line, indented',
    text: 'list:\n  {{> item}}\nend {{> item}}',
    row: { a: 'A' },
    partials: { item: 'one {{a}}\ntwo\n' },
  },
  {
    what: 'nested partials with values',
    text: '{{> outer n="N" }}',
    partials: { outer: '[{{n}} {{> inner}}]', inner: '<{{n}}>' },
  },
  {
    what: 'inline partials and partial blocks',
    text: '{{#*inline "p"}}in {{x}}{{/inline}}{{> p}}|{{#> missing}}fallback{{/missing}}',
    row: { x: 1 },
  },
  { what: 'block parameters', text: '{{#each xs as |x i|}}{{i}}={{x.a}};{{/each}}', row: { xs: [{ a: 1 }, { a: 2 }] } },
  {
    what: 'comments, escapes and raw blocks',
    text: 'a{{! note }}b {{!-- {{x}} --}}\\{{x}} \\\\{{x}}',
    row: { x: 'X' },
  },
  {
    what: 'emoji and text from other scripts',
    text: '😀 {{x}} — ñ\n{{#each xs}}{{this}}·{{/each}}',
    row: { x: '🙂‍↔️', xs: ['中', '文'] },
  },
  {
    what: 'defaults under the row',
    text: '---\ninput:\n  default: { a: one, b: two }\n---\n{{a}} {{b}}',
    row: { b: 'zwei' },
    defaults: { a: 'one', b: 'two' },
  },
  {
    what: 'missing values and literals',
    text: '[{{none}}] [{{o.none}}] [{{lookup o "k"}}] [{{0}}]',
    row: { o: { k: 'v' } },
  },
  {
    what: 'columns named like our own helpers',
    text: lines(
      '---',
      'input: { schema: { instruction: string, soft: string } }',
      '---',
      '{{instruction}} and {{soft}} and {{this.instruction}}',
    ),
    row: { instruction: 'Do', soft: 'pillow' },
  },
  {
    what: 'sections over values',
    text: '{{#o}}{{a}}{{/o}}{{^none}}nothing{{/none}}{{#xs}}{{this}},{{/xs}}',
    row: { o: { a: 1 }, xs: [1, 2] },
  },
  {
    what: 'the model of the front matter',
    text: '---\nmodel: tiny\n---\n{{@metadata.prompt.model}} {{@root.x}}',
    row: { x: 3 },
  },
];

async function stockText({ text, row = {}, defaults, partials }: Case): Promise<string> {
  const rendered = await new Dotprompt({ partials }).render(text, { input: row }, { input: { default: defaults } });
  return rendered.messages
    .flatMap((message) => message.content)
    .map((part) => ('text' in part ? part.text : ''))
    .join('');
}

describe('a stock dotprompt file', () => {
  it.each(cases)('renders as the dotprompt package renders it: $what', async (example) => {
    const { template, findings } = readTemplate(example.text, 'stock.prompt', (name) => example.partials?.[name]);
    expect(findings.filter((finding) => finding.severity === 'error')).toEqual([]);
    // Here alone a prompt is not dotprompt's: its tokens must not depend on how the file ends its lines.
    const text = withLineFeeds(example.text);
    expect(renderText(template!, example.row ?? {})).toBe(await stockText({ ...example, text }));
  });

  it('ends where its answer would stand', async () => {
    const text =
      '---\noutput: { schema: { label(enum): [a, b] } }\n---\nSort {{x}}:\n{{~#if x}} now{{/if}} {{label}}\n';
    const { template } = readTemplate(text, 'stock.prompt');
    expect(renderText(template!, { x: 'this', label: 'a' })).toBe(
      await stockText({ what: '', text, row: { x: 'this', label: '' } }),
    );
  });
});
