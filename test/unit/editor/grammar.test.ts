import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { IGrammar } from 'vscode-textmate';
import { settingKeys } from '../../../src/template/settings/settingKeys';
import { loadGrammar, scopesOf, tokenise } from '../../support/text/tokenise';
import { lines } from '../../support/text/lines';

let grammar: IGrammar;
beforeAll(async () => {
  grammar = await loadGrammar();
});

const scope = (text: string, stretch: string) => scopesOf(tokenise(grammar, text), stretch)[0];

describe('the front matter', () => {
  it('is YAML between the first dashes and the next, with our own keys set apart', () => {
    const tokens = tokenise(grammar, '---\nmodel: builtin\ntune.length: 20\n---\nmodel: {{text}}\n');
    expect(scopesOf(tokens, 'model')).toEqual(['entity.name.tag.yaml']);
    expect(scopesOf(tokens, 'tune')).toEqual([]);
    expect(scopesOf(tokens, '---')).toEqual([
      'punctuation.definition.front-matter.begin.dotprompt',
      'punctuation.definition.front-matter.end.dotprompt',
    ]);
    expect(tokens.find(({ text }) => text === 'text')?.scopes).not.toContain('meta.embedded.block.yaml');
  });

  it('may follow comments and empty lines, and dashes in the body open none', () => {
    const tokens = tokenise(grammar, '# licence\n\n---\nmodel: builtin\n---\nHello\n---\nmodel: x\n---\n');
    expect(scopesOf(tokens, '# licence')).toEqual(['comment.line.number-sign.dotprompt']);
    expect(scopesOf(tokens, 'model')).toEqual(['entity.name.tag.yaml']);
    expect(scopesOf(tokens, 'model: x')).toEqual([undefined]);
  });

  it('is left out where the file begins with text', () => {
    expect(scopesOf(tokenise(grammar, 'Hello {{name}}\n---\nmodel: x\n'), 'model: x')).toEqual([undefined]);
  });
});

describe('Handlebars', () => {
  it.each([
    ['{{! a note }}', '{{!', 'comment.block.dotprompt'],
    ['{{!-- {{not}} a tag --}}', '{{not}} a tag', undefined],
    ['{{#if cond}}', 'if', 'keyword.control.dotprompt'],
    ['{{#each rows}}', 'rows', 'variable.other.dotprompt'],
    ['{{else if other}}', 'else', 'keyword.control.dotprompt'],
    ['{{/each}}', 'each', 'keyword.control.dotprompt'],
    ['{{> shared}}', 'shared', 'entity.name.function.partial.dotprompt'],
    ['{{>shared name="x"}}', 'name', 'entity.other.attribute-name.dotprompt'],
    ['{{role "system"}}', '"system"', 'entity.name.type.role.dotprompt'],
    ['{{role "system"}}', 'role', 'keyword.other.role.dotprompt'],
    ['{{history}}', 'history', 'support.function.helper.dotprompt'],
    ['{{json row indent=2}}', '2', 'constant.numeric.dotprompt'],
    ['{{#if (equals a true)}}', 'equals', 'support.function.helper.dotprompt'],
    ['{{#if (equals a true)}}', 'true', 'constant.language.dotprompt'],
    ['{{@index}}', '@index', 'variable.language.dotprompt'],
    ['a \\{{text}} b', '\\{{text}}', 'constant.character.escape.dotprompt'],
    ['x {{größe}} y', 'größe', 'variable.other.dotprompt'],
  ])('%s: "%s" is %s', (text, stretch, expected) => {
    expect(scope(text, stretch)).toBe(expected);
  });

  it('goes on after a tag whose string is never closed', () => {
    expect(scopesOf(tokenise(grammar, '{{media url="x}}\n{{text}}\n'), 'text')).toEqual(['variable.other.dotprompt']);
  });
});

describe('what is ours', () => {
  const template = lines(
    'Say it.',
    '{{#instruction}}Do this.{{/instruction}}',
    '{{soft 8 init="question type" id="task"}}',
    'Question: {{text}}',
    'Type:{{label}}',
    '',
  );

  it.each(['own', 'google'] as const)(
    'shows in the grammar of %s: virtual tokens, instruction and answer slot',
    async (base) => {
      const tokens = tokenise(await loadGrammar(base), template);
      expect(scopesOf(tokens, 'instruction')).toEqual([
        'entity.name.tag.instruction.dotprompt',
        'entity.name.tag.instruction.dotprompt',
      ]);
      expect(scopesOf(tokens, 'soft')).toEqual(['entity.name.tag.soft.dotprompt']);
      expect(scopesOf(tokens, '8')).toEqual(['constant.numeric.length.dotprompt']);
      expect(scopesOf(tokens, '"question type"')).toEqual(['string.quoted.double.dotprompt']);
      expect(scopesOf(tokens, 'label')).toEqual(['entity.name.tag.answer-slot.dotprompt']);
      expect(scopesOf(tokens, 'text')[0]).not.toContain('answer-slot');
    },
  );

  it('sets every setting apart where another grammar has the front matter', async () => {
    const tokens = tokenise(
      await loadGrammar('google'),
      `---\n${settingKeys.map(({ name }) => `tune.${name}: x\n`).join('')}---\n`,
    );
    const apart = tokens
      .filter(({ scopes }) => scopes.includes('entity.name.tag.tune.dotprompt'))
      .map(({ text }) => text);
    expect(apart).toEqual(settingKeys.flatMap(({ name }) => ['tune', name]));
  });

  it('leaves comments, escaped braces and other names alone', () => {
    const tokens = tokenise(grammar, '{{!-- {{soft 8}} --}}\n\\{{soft 8}}\n{{software}}\n{{softly 3}}\n');
    expect(tokens.flatMap(({ scopes }) => scopes).filter((each) => each.includes('soft'))).toEqual([]);
  });

  it('keeps line ends with a carriage return, a space before the braces end, and whitespace control', () => {
    expect(scopesOf(tokenise(grammar, 'x\r\n{{~ soft 4 ~}}\r\nType:{{ label }}\r\n'), 'soft')).toEqual([
      'entity.name.tag.soft.dotprompt',
    ]);
    expect(scopesOf(tokenise(grammar, 'Type:{{ label }}\r\n'), 'label')).toEqual([
      'entity.name.tag.answer-slot.dotprompt',
    ]);
  });
});

it('leaves no brace of the shipped examples without a scope', () => {
  const examples = readdirSync('media/examples', { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.prompt'),
  );
  expect(examples.length).toBeGreaterThanOrEqual(4);
  for (const name of examples) {
    const bare = tokenise(grammar, readFileSync(join('media/examples', name), 'utf8')).filter(
      ({ text, scopes }) => scopes.length === 0 && /\{\{|\}\}/.test(text),
    );
    expect(bare, name).toEqual([]);
  }
});
