import { describe, expect, it } from 'vitest';
import { formatTemplate } from '../../../../src/template/language/format';
import { occurrencesAt, renameAt, renameTargetAt } from '../../../../src/template/language/rename';
import { applied } from '../../../support/text/marked';
import { lines } from '../../../support/text/lines';

function renamed(marked: string, name: string, context = {}): string {
  const text = marked.replace('¦', '');
  const result = renameAt(text, marked.indexOf('¦'), name, context);
  return 'reason' in result ? result.reason : applied(text, result.edits);
}

const head = lines(
  '---',
  'input:',
  '  schema: { text: "string, what 😀 wrote" }',
  '  default: { shots: [ { text: a, kind: bug }, { text: é, kind: "slow" } ] }',
  'output:',
  '  schema:',
  "    kind(enum, the desk): [bug, 'slow']",
  'tune.labels: { bug: " fault", slow: " speed" }',
  '---',
  '',
).replaceAll('\n', '\r\n');
const body =
  '{{#each shots}}{{text}} {{../text}} {{kind}}{{/each}}😀 {{text}} {{#ifEquals kind "bug"}}!{{/ifEquals}}' +
  '{{soft 2 id="k"}}{{soft id="k"}}:{{kind}}';

describe('renaming', () => {
  it('changes a variable in the body and the schema, and leaves fields of demonstrations of that name', () => {
    const result = renamed(`${head}${body.replace('😀 {{text}}', '😀 {{te¦xt}}')}`, 'message');
    expect(result).toBe(
      (head.replace('{ text: "', '{ message: "') + body)
        .replace('{{../text}}', '{{../message}}')
        .replace('😀 {{text}}', '😀 {{message}}'),
    );
  });

  it('changes the tag that closes a block of the name', () => {
    const text = `${head}{{#te¦xt}}{{#if ../text}}x{{/if}}{{/text}}{{^text.length}}-{{/text.length}}{{kind}}`;
    expect(renamed(text, 'message')).toBe(
      `${head.replace('{ text: "', '{ message: "')}{{#message}}{{#if ../message}}x{{/if}}{{/message}}` +
        '{{^message.length}}-{{/message.length}}{{kind}}',
    );
    expect(renamed(`${head}{{{{text}}}}x{{{{/text}}}}{{te¦xt}}{{kind}}`, 'message')).toMatch(
      /cannot be changed in one step/,
    );
  });

  it('changes a field of demonstrations in every one of them', () => {
    const result = renamed(`${head}${body.replace('{{text}} {{../', '{{te¦xt}} {{../')}`, 'said');
    expect(result).toBe(
      (head + body)
        .replaceAll('{ text: a', '{ said: a')
        .replace('{ text: é', '{ said: é')
        .replace('each shots}}{{text}}', 'each shots}}{{said}}'),
    );
  });

  it('changes the answer and keeps what is written behind its name', () => {
    expect(renamed(`${head}${body.replace(':{{kind}}', ':{{ki¦nd}}')}`, 'desk')).toContain(
      'desk(enum, the desk): [bug',
    );
  });

  it('changes an id of virtual tokens wherever it stands', () => {
    expect(renamed(`${head}${body.replace('2 id="k"', '2 id="¦k"')}`, 'task')).toBe(
      head + body.replaceAll('id="k"', 'id="task"'),
    );
  });

  it('changes a label in the enum, the verbalizer, demonstrations and comparisons, whatever its quotes', () => {
    expect(renamed(`${head.replace('[bug', '[b¦ug')}${body}`, 'crash report')).toBe(
      (head + body)
        .replaceAll('kind: bug', 'kind: crash report')
        .replace('[bug', '[crash report')
        .replace('{ bug:', '{ crash report:')
        .replace('"bug"', '"crash report"'),
    );
    expect(renamed(`${head.replace('slow: " speed"', 'sl¦ow: " speed"')}${body}`, 'late')).toBe(
      (head + body).replace('"slow"', '"late"').replace("'slow'", "'late'").replace('slow: "', 'late: "'),
    );
  });

  it.each([
    ['a name that is there', `${head}{{te¦xt}}{{kind}}`, 'kind', /there already/],
    ['a helper', `${head}{{te¦xt}}{{kind}}`, 'soft', /helper/],
    ['what is no name', `${head}{{te¦xt}}{{kind}}`, 'a b', /not a name/],
    ['a label that would need quotes', `${head.replace('[bug', '[b¦ug')}${body}`, 'a: b', /quotes/],
    ['a label that is there', `${head.replace('[bug', '[b¦ug')}${body}`, 'slow', /there already/],
    ['plain text', `${head}pla¦in {{kind}}`, 'x', /no variable/],
    ['a file that does not parse', `${head}{{te¦xt}}{{#if`, 'x', /syntax error/],
  ])('refuses %s and says why', (_, text, name, reason) => {
    expect(renamed(text, name)).toMatch(reason);
  });

  it('refuses a name that a partial uses too', () => {
    const context = { readPartial: (name: string) => (name === 'p' ? '{{text}}' : undefined) };
    expect(renamed(`${head}{{te¦xt}}{{> p}}{{kind}}`, 'message', context)).toMatch(/partial "p"/);
  });

  describe('in partials', () => {
    const partials: Readonly<Record<string, string>> = {
      p: 'Read {{text}} 😀 {{#ifEquals kind "bug"}}!{{/ifEquals}}{{soft id="k"}}{{> q}}',
      q: '{{#if text}}{{this.text}}{{/if}}',
      both: '{{text}}',
    };
    const readPartial = (name: string) => partials[name];
    const users = (others: Readonly<Record<string, readonly string[]>> = {}) => ({
      readPartial,
      partialUsers: (name: string) => others[name] ?? (name === 'q' ? ['_p.prompt'] : []),
    });
    const inPartials = (marked: string, name: string, context = users()) => {
      const result = renameAt(marked.replace('¦', ''), marked.indexOf('¦'), name, context);
      return 'reason' in result
        ? result.reason
        : Object.fromEntries(result.partials.map((each) => [each.name, applied(each.text, each.edits)]));
    };

    it('changes the name there too, where the template alone includes them', () => {
      const text = `${head}{{te¦xt}}{{> p}}{{soft 2 id="k"}}{{kind}}`;
      expect(inPartials(text, 'message')).toEqual({
        p: partials.p!.replace('text', 'message'),
        q: '{{#if message}}{{this.message}}{{/if}}',
      });
      expect(inPartials(text.replace('¦', '').replace('2 id="k', '2 id="¦k'), 'task')).toEqual({
        p: partials.p!.replace('"k"', '"task"'),
      });
      expect(inPartials(text.replace('¦', '').replace('[bug', '[b¦ug'), 'crash')).toEqual({
        p: partials.p!.replace('"bug"', '"crash"'),
      });
    });

    it.each([
      [
        'another template includes one',
        `${head}{{te¦xt}}{{> p}}{{kind}}`,
        users({ p: ['other.prompt'] }),
        /partial "p" uses "text" too, and other\.prompt/,
      ],
      [
        'another template includes one through another',
        `${head}{{te¦xt}}{{> p}}{{kind}}`,
        users({ q: ['_p.prompt', '_r.prompt'] }),
        /partial "q" uses "text" too, and _r\.prompt/,
      ],
      [
        'one place means the row here and an item there',
        `${head}{{te¦xt}}{{> both}}{{#each shots}}{{> both}}{{/each}}{{kind}}`,
        users(),
        /cannot be changed in one step/,
      ],
      [
        'a call gives the name another value',
        `${head}{{te¦xt}}{{> both}}{{> both text=kind}}{{kind}}`,
        users(),
        /cannot be changed in one step/,
      ],
    ])('refuses where %s', (_, text, context, reason) => {
      expect(inPartials(text, 'message', context)).toMatch(reason);
    });
  });

  it('finds a name where it stands, also where it cannot be changed, and no other thing of that name', () => {
    const text = `${head}${body.replace('😀 {{text}}', '😀 {{te¦xt}}')}{{> p}}`;
    const found = occurrencesAt(text.replace('¦', ''), text.indexOf('¦'), { readPartial: () => '{{text}}' });
    const whole = text.replace('¦', '');
    expect(found.map(({ start, end }) => whole.slice(start.offset - 3, end.offset + 2))).toEqual([
      ' { text: ',
      '../text}}',
      ' {{text}}',
    ]);
    expect(occurrencesAt('{{text}} {{#if', 3)).toEqual([]);
  });

  it('names the word that it would change', () => {
    const text = `${head}😀 {{../text}}{{text.length}}`;
    const found = renameTargetAt(text, text.indexOf('text.length') + 1);
    expect(found).toMatchObject({ name: 'text' });
    if ('range' in found) expect(text.slice(found.range.start.offset, found.range.end.offset)).toBe('text');
  });
});

describe('formatting', () => {
  const formatted = (text: string) => applied(text, formatTemplate(text));

  it('leaves one space between words inside braces and none at their ends', () => {
    expect(
      formatted(
        '{{  text }} {{ soft   8   init="a  b"  id=\'c  d\' }} ' +
          '{{#if   text  }}x{{ else }}y{{/if }} {{>intro}} {{~ text ~}}',
      ),
    ).toBe('{{text}} {{soft 8 init="a  b" id=\'c  d\'}} {{#if text}}x{{else}}y{{/if}} {{> intro}} {{~text~}}');
  });

  it('touches neither text, front matter, comments nor tags of several lines', () => {
    const text = '---\nmodel:   x\n---\n  a   b  {{!  a   b }} {{json\n  a }} \\{{  a  }}';
    expect(formatTemplate(text)).toEqual([]);
  });

  it('keeps apart the braces of a tag and those of the text', () => {
    expect(formatted('{"a": {{  text }}}')).toBe('{"a": {{  text }}}');
    expect(formatted('{"a": {{  text  }} }')).toBe('{"a": {{text}} }');
  });

  it('leaves a body alone that does not parse', () => {
    expect(formatTemplate('{{  a }} {{#if')).toEqual([]);
  });
});
