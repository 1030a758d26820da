import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importPromptFile } from '../../../../../src/template/import/promptFile/importPromptFile';
import { bodyOf, checked } from '../../../../support/imports/imports';
import { lines } from '../../../../support/text/lines';

const imported = (text: string) => importPromptFile(text, { name: 'review.prompt' });

const form = lines(
  '---',
  'name: form',
  'description: Writes a form',
  "agent: 'agent'",
  'model: [GPT-4o, Claude Sonnet 4]',
  "tools: ['search/codebase', 'githubRepo']",
  'argument-hint: formName=MyForm',
  'owner: me',
  '---',
  'Your goal is a form, as #tool:githubRepo contoso/templates has them.',
  '',
  'Ask for ${input:form-name:its name, as {Name}Form} and the fields. See [rules](../docs/rules.md "Rules"),',
  '[the web](https://example.org) and #file:src/form.ts. The name is ${input:form-name}.',
  '',
  'Selected in ${fileBasename}: ${selection}${selectedText}',
  '`<Form value={{a}} price="${price}">`',
);

describe('prompt files of VS Code', () => {
  it('become hard prompts whose inputs are variables, and name all that is left out', () => {
    const made = imported(form);
    const template = checked(made);
    expect(made.files.map(({ path }) => path)).toEqual(['review.prompt']);
    expect(template).toMatchObject({ name: 'form', description: 'Writes a form', model: 'builtin' });
    expect(template.inputs).toMatchObject([
      { name: 'form_name', type: 'string', description: 'its name, as {Name' },
      { name: 'fileBasename' },
      { name: 'selection' },
    ]);
    expect(made.notCarried).toEqual([
      '"agent: agent", which says how VS Code\'s chat works on it.',
      'The model "GPT-4o, Claude Sonnet 4", which a service hosts; the template has `model: builtin`.',
      'The tools search/codebase, githubRepo: a template calls none.',
      'The hint "formName=MyForm", which VS Code\'s chat shows.',
      '"owner", which has no counterpart.',
      'The file ../docs/rules.md: the model reads the link and not what is in the file.',
      'The file src/form.ts: the model reads its name and not what is in the file.',
      'The tool githubRepo: the model reads its name and cannot call it.',
      '${fileBasename}, which VS Code takes from the editor: here each row has it in a column "fileBasename".',
      '${selection}, which VS Code takes from the editor: here each row has it in a column "selection".',
      '${selectedText}, which VS Code takes from the editor: here each row has it in a column "selection".',
      '${price}, which is no variable of prompt files, stays in the text as it is.',
    ]);
    const shown = template.shown({ form_name: 'Login', fileBasename: 'a.ts', selection: 'x' });
    expect(shown).toContain('The name is Login.');
    expect(shown).toContain('Selected in a.ts: xx\n`<Form value={{a}} price="${price}">`');
  });

  it('give inputs names that a template can have, and no two the same one', () => {
    const made = imported(
      '${input:a b} ${input:a-b:the other} ${input:role} ${input:2} ${input:answer} ${input:a b:one}',
    );
    const { inputs, output } = checked(made);
    expect(inputs.map(({ name, description }) => [name, description])).toEqual([
      ['a_b', 'one'],
      ['a_b_2', 'the other'],
      ['role_2', undefined],
      ['input_2', undefined],
      ['answer', undefined],
    ]);
    expect(output?.name).toBe('reply');
  });

  it('need no front matter, or have an empty one', () => {
    expect(bodyOf(imported('Hello\r\n\r\nthere\r\n'))).toBe('Hello\n\nthere\n\n{{answer}}');
    expect(bodyOf(imported('---\n---\nHello'))).toBe('Hello\n\n{{answer}}');
  });

  it('keep every text as it is, braces and backslashes too', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(
        '{{x}}',
        '\\{{y',
        '}',
        '{',
        '\\',
        '{{/if}}',
        '{{!',
        '${a}',
        '$',
        '{{{z}}}',
        '\n---\n',
        '${input:q}',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = `a${pieces.join('')}b`;
        const wanted = text
          .replaceAll('\r\n', '\n')
          .replace(/\$\{([^}\n]*)\}/g, (whole, inner: string) => (/^input:[^:]+/.test(inner) ? '{{V}' : whole));
        const template = checked(imported(text));
        const row = Object.fromEntries(template.inputs.map(({ name }) => [name, '{{V}']));
        expect(template.shown(row).trimEnd()).toBe(wanted.trimEnd());
      }),
    );
  });

  it('refuse a broken front matter with its line, and a file that asks nothing', () => {
    expect(() => imported('---\nname: a\ntools: [\n---\nx')).toThrow(
      expect.objectContaining({ code: 'import-format', location: { line: 3 } }) as Error,
    );
    expect(() => imported('---\n- a\n---\nx')).toThrow('no mapping');
    expect(() => imported('---\nname: a\n---\n\n')).toThrow('The file asks nothing.');
  });
});
