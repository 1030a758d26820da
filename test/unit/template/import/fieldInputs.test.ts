import { describe, expect, it } from 'vitest';
import { importOpenPrompt } from '../../../../src/template/import/openPrompt/importOpenPrompt';
import { importPromptfoo } from '../../../../src/template/import/promptfoo/importPromptfoo';
import { importPrompty } from '../../../../src/template/import/prompty/importPrompty';
import type { Imported } from '../../../../src/template/import/imported';
import { around, bodyOf, checked, fieldText } from '../../../support/imports/imports';
import { lines } from '../../../support/text/lines';

const emptyLines =
  'Empty lines where a line held a loop, a condition or a comment alone: here such a line leaves none.';
const behind = '"." behind the mask: a causal model answers at the end, so it is left out; ';
const asMasked = 'for a masked model, which takes the slot anywhere, write ';
const unnamed = 'The names of the labels, which the verbalizer does not give; they are the first word of each.';
const further = '1 further verbalizer: each makes variants of its own.';

const promptyFiles: readonly (readonly [name: string, body: string, notes: readonly string[]])[] = [
  [
    '1-role-in-loop',
    lines(...['{{role "system"}}', 'Be kind.', '{{history}}', '{{role "user"}}', '{{q}}', '{{answer}}']),
    [
      '"model.api", which is for a service and not for a local model.',
      '"turns", a conversation: {{history}} shows the messages that a row has in its column "messages"; those of the ' +
        'sample are left out.',
    ],
  ],
  [
    '2-condition',
    lines(
      ...['{{role "system"}}', 'Be brief.', '{{#if notes}}', 'Notes:', '{{#each notes}}', '- {{this}}', '{{/each}}'],
      ...['{{/if}}', '{{answer}}'],
    ),
    [emptyLines],
  ],
  [
    '3-name-of-answer',
    lines(
      ...['{{role "system"}}', 'Grade the answer from 1 to 5.', '{{role "user"}}', 'question: {{question}}'],
      ...['answer: {{answer}}', 'stars:', '{{reply}}'],
    ),
    [],
  ],
  ['4-role-lines', '{{role "system"}}\nBe kind.\n\n{{role "user"}}\n{{q}}\n{{answer}}', []],
  ['5-brace-after', '{{role "user"}}\nJudge {"context": {{ctx}}, "reply": {{reply}}{{!}}}\n{{answer}}', []],
  ['6-helper-names', '{{role "user"}}\nBefore: {{this.history}}\nIn: {{this.section}}\n{{answer}}', []],
  ['7-file-default', '{{role "user"}}\n{{items}}\n{{answer}}', ['${file:items.json}: the file cannot be read.']],
  [
    '8-output-is-input',
    '{{role "user"}}\nHow warm is it in {{city}}?\n{{degrees}}',
    [
      'The model "gpt-4", which a service hosts; the template has `model: builtin`.',
      'The output "city", which is an input too: a name means one of both.',
    ],
  ],
];

const stays = (name: string) => `"${name}" stays a list in each row, because a prompt goes through it.`;

const promptfooFiles: readonly (readonly [name: string, body: string, notes: readonly string[]])[] = [
  ['1-tests-in-files', 'Say {{x}}', ['"providers", which has no counterpart.']],
  ['2-list-of-values', 'Say {{x}} in {{lang}}', []],
  ['3-file-value', 'Sum up: {{doc}}', []],
  ['4-csv', 'Mood of: {{text}}', []],
  ['5-index', 'Pick A) {{c.[0]}} B) {{c.[1]}} {{c.k}}', [stays('c')]],
  ['6-condition', '{{#if hint}}Hint: {{hint}}. {{/if}}{{#each examples}}{{this}} {{/each}}Go.', [stays('examples')]],
  ['7-globs-and-map', 'Say {{x}}', []],
  ['8-merge', 'Say {{x}} in {{lang}}', ['"shared", which has no counterpart.']],
  ['9-brace', 'Return {"a": {{a}}{{!}}} and {{this.role}} {{this.json}}', []],
  ['a-120-aliases', 'Say {{x}}', ['"checks", which has no counterpart.']],
];

const openPromptFiles: readonly (readonly [name: string, body: string, notes: readonly string[]])[] = [
  [
    '1-mask-first',
    '{{text_a}}. It was{{label}}',
    [
      '". {{text_a}}" stood behind the mask and is moved in front of it, because a causal model answers at the end; ' +
        `${asMasked}It was {{label}} . {{text_a}}`,
    ],
  ],
  [
    '2-two-masks',
    '{{text_a}} The {{head}} is{{label}}',
    [
      '2 masks: a template here has one answer, so the last one takes it, and the places of the others are left empty.',
      `${behind}${asMasked}{{text_a}} The {{head}} is {{label}} .`,
    ],
  ],
  [
    '3-special-and-text',
    '{{text_a}} Reply:{{label}}',
    ['{"special": "<sep>"}: special tokens are those of a tokenizer, which puts them where they belong.'],
  ],
  ['4-soft-id', '{{soft init="Ask" id="1"}} {{text_a}} {{soft id="1"}}{{label}}', []],
  ['5-verbalizers', '{{text_a}} It is{{label}}', [further, `${behind}${asMasked}{{text_a}} It is {{label}} .`]],
  ['6-groups', '{{text_a}} It is{{label}}', [unnamed, further, `${behind}${asMasked}{{text_a}} It is {{label}} .`]],
];

/** All templates pass the check, the first has this body, and this was said of the file. */
function expectImport(imported: Imported, body: string, notes: readonly string[]): void {
  imported.files.forEach(({ path }, index) => {
    if (path.endsWith('.prompt')) checked(imported, index);
  });
  expect(bodyOf(imported)).toBe(body);
  expect(imported.notCarried).toEqual(notes);
}

describe('what comes of a file of the field', () => {
  it.each(promptyFiles)('of Prompty: %s', (name, body, notes) => {
    const text = fieldText('prompty', `${name}.prompty`);
    expectImport(importPrompty(text, { name, ...around('prompty') }), body, notes);
  });

  it.each(promptfooFiles)('of promptfoo: %s', (name, body, notes) => {
    const text = fieldText('promptfoo', `${name}.yaml`);
    expectImport(importPromptfoo(text, { name, ...around('promptfoo') }), `${body}\n{{answer}}`, notes);
  });

  it.each(openPromptFiles)('of OpenPrompt: %s', (name, body, notes) => {
    const { readFile } = around('openprompt');
    const verbalizer = readFile(`${name}_verbalizer.json`) ?? readFile(`${name}_verbalizer.txt`);
    expectImport(importOpenPrompt(fieldText('openprompt', `${name}.txt`), { name, verbalizer }), body, notes);
  });
});
