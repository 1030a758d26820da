import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { Failure } from '../../../../src/failure';
import type { FilesAround } from '../../../../src/template/import/importFiles';
import type { Imported } from '../../../../src/template/import/imported';
import { importMessages } from '../../../../src/template/import/messages/importMessages';
import { importOpenPrompt } from '../../../../src/template/import/openPrompt/importOpenPrompt';
import { importPromptFile } from '../../../../src/template/import/promptFile/importPromptFile';
import { importPromptfoo } from '../../../../src/template/import/promptfoo/importPromptfoo';
import { importPrompty } from '../../../../src/template/import/prompty/importPrompty';
import { readTemplate } from '../../../../src/template/read/template';

/** Texts as such files hold them, and pieces of the languages that they are written in. */
const text = fc.oneof(
  fc.constantFrom('text', 'a b', '', ': x', "'", '"', '{', '}', '{%', '%}', '\\', '---', '# h', '你好', 'user:\nhi'),
  fc.constantFrom('{{x}}', '{{ x | upper }}', '{{x.y[0]}}', '\\{{', '{{#if a}}b{{/if}}', '{% if a %}b{% endif %}'),
  fc.constantFrom('{"mask"}', '{"placeholder": "text_a"}', 'system:', 'assistant:', 'file://a.txt', '${input:x}'),
  fc.constantFrom('{% for m in xs %}{{m.y}}{% endfor %}', '[{"role":"user","content":"hi {{x}}"}]'),
  fc.string({ maxLength: 8 }),
);
const keys = [
  'role content from value messages type text id label vars assert prompt template options threshold metric file',
  'inputs default sample model api configuration parameters transform $ref __proto__ constructor',
].flatMap((names) => names.split(' '));
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.string({ maxLength: 4 })), tie('json'), { maxKeys: 4 }),
  ),
}));
const record = (names: string) => fc.dictionary(fc.constantFrom(...names.split(' ')), json, { maxKeys: 5 });
const around: FilesAround = { readFile: (path) => (path === 'a.txt' ? 'Hi {{x}}' : undefined), listFolder: () => [] };

/** What is imported has no error; what is not is refused in a sentence. */
function expectWhole(imports: () => Imported): void {
  let made: Imported;
  try {
    made = imports();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    expect(error.message).toMatch(/\S/);
    return;
  }
  for (const { path, text: written } of made.files.filter((file) => /(?:^|\/)[^_/][^/]*\.prompt$/.test(file.path))) {
    const { findings } = readTemplate(written, path, () => 'x');
    const errors = findings.filter(({ severity }) => severity === 'error').map(({ message }) => message);
    expect(errors, written).toEqual([]);
  }
}

/** More of them, and others, show at length what these show on every day. */
const size = { numRuns: Number(process.env.PROMPT_TUNER_IMPORTS ?? 150) };
const rowsOf = (rows: readonly unknown[]): Imported =>
  importMessages(rows.map((row) => JSON.stringify(row)).join('\n'), { name: 'a', file: 'a.jsonl', ...around });

describe('any file becomes a template that reads without an error, or is refused in a sentence:', () => {
  it('rows of conversations', () => {
    const row = record('messages conversations prompt completion chosen input ideal tools system id');
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), (rows) => expectWhole(() => rowsOf(rows))),
      size,
    );
    const turn = fc.record({ role: fc.constantFrom('system', 'user', 'assistant', 'tool', 'x'), content: json });
    const talks = fc.array(fc.array(turn, { maxLength: 4 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(talks, (all) => expectWhole(() => rowsOf(all.map((messages) => ({ messages }))))),
      size,
    );
  });

  it('lines of OpenPrompt', () => {
    const line = fc.array(text, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(line, (pieces) => expectWhole(() => importOpenPrompt(`${pieces.join(' ')}\n`, { name: 'a' }))),
      size,
    );
  });

  it('configurations of promptfoo', () => {
    const keysOfFile = 'prompts providers tests defaultTest scenarios description nunjucksFilters env evaluateOptions';
    const load = (file: object) => expectWhole(() => importPromptfoo(stringify(file), { name: 'a', ...around }));
    fc.assert(fc.property(record(keysOfFile), load), size);
    const assertion = fc.record({
      type: fc.constantFrom(
        ...['equals', 'not-equals', 'contains', 'contains-any', 'regex', 'is-json', 'javascript', 'llm-rubric'],
        ...['rouge-n', 'word-count'],
      ),
      value: json,
    });
    const test = fc.record({ vars: record('x a xs'), assert: fc.array(assertion) }, { requiredKeys: [] });
    const file = fc.record({
      prompts: fc.array(text, { minLength: 1, maxLength: 2 }),
      tests: fc.array(test, { maxLength: 3 }),
    });
    fc.assert(fc.property(file, load), size);
  });

  it('files of Prompty, and prompt files of VS Code', () => {
    const body = fc.array(text, { maxLength: 6 });
    fc.assert(
      fc.property(record('name description model inputs outputs sample template authors'), body, (head, parts) =>
        expectWhole(() => importPrompty(`---\n${stringify(head)}---\n${parts.join('\n')}`, { name: 'a', ...around })),
      ),
      size,
    );
    fc.assert(
      fc.property(record('mode agent model tools description'), body, (head, parts) =>
        expectWhole(() => importPromptFile(`---\n${stringify(head)}---\n${parts.join('\n')}`, { name: 'a' })),
      ),
      size,
    );
  });
});
