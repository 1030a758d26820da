import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../src/failure';
import { checkTemplate } from '../../../../src/template/check/check';
import { importOpenPrompt } from '../../../../src/template/import/openPrompt/importOpenPrompt';
import { importPromptfoo } from '../../../../src/template/import/promptfoo/importPromptfoo';
import { importPrompty } from '../../../../src/template/import/prompty/importPrompty';
import type { Imported } from '../../../../src/template/import/imported';
import { newTemplate, templateKinds } from '../../../../src/template/import/newTemplate';
import { renderText } from '../../../../src/template/render/render';
import { shownMessages } from '../../../support/imports/shownMessages';
import { readTemplate } from '../../../../src/template/read/template';

/** The errors and warnings of every template among new files; their data files count as there. */
function complaints({ files }: Imported): readonly string[] {
  const paths = new Set(files.map(({ path }) => path));
  return files
    .filter(({ path }) => path.endsWith('.prompt'))
    .flatMap(({ path, text }) =>
      checkTemplate(text, path, { fileExists: (file) => paths.has(file), columns: undefined })
        .filter(({ severity }) => severity !== 'information')
        .map(({ code }) => code),
    );
}

const templateOf = ({ files }: Imported, index = 0) => readTemplate(files[index]!.text, files[index]!.path).template!;

describe('importing OpenPrompt', () => {
  const line = '{"placeholder":"text_a"} {"placeholder":"text_b"} {"soft"} topic {"soft":"is about"} {"mask"}';

  it('turns placeholders, soft tokens and mask into their counterparts', () => {
    const imported = importOpenPrompt(line, {
      name: 'Topic of a Text',
      verbalizer: '{"sport": ["sport", "game"], "art": "art"}',
    });
    expect(imported.files.map(({ path }) => path)).toEqual(['topic-of-a-text.prompt']);
    const template = templateOf(imported);
    expect(template.slots.map(({ length, init }) => [length, init])).toEqual([
      [1, undefined],
      [undefined, 'is about'],
    ]);
    expect(template.output).toMatchObject({ name: 'label', labels: ['sport', 'art'] });
    expect(template.written.labels).toEqual({ sport: [' sport', ' game'], art: [' art'] });
    expect(template.inputs.map(({ name }) => name)).toEqual(['text_a', 'text_b']);
    expect(renderText(template, { text_a: 'A', text_b: 'B' })).toBe('A B  topic ');
    expect(complaints(imported)).toEqual([]);
    expect(imported.notCarried).toEqual([]);
  });

  it('makes a variant of each line and lists what has no counterpart', () => {
    const imported = importOpenPrompt(
      [
        '{"placeholder":"text_a", "shortenable": False, "post_processing": lambda x: x.rstrip(".")} was {"mask"}.',
        'a comment',
        '{"soft":None,"duplicate":100,"same":True} {"meta":"title"} {"mask"}',
      ].join('\r\n'),
      { name: 'x' },
    );
    expect(imported.files.map(({ path }) => path)).toEqual(['x.prompt', 'x.2.prompt']);
    expect(templateOf(imported, 1).slots[0]!.length).toBe(100);
    const lost = imported.notCarried.join('\n');
    for (const part of ['function', 'shortenable', 'same', 'behind the mask', '1 of 3 lines'])
      expect(lost).toContain(part);
    expect(complaints(imported)).toEqual([]);
  });

  it('shares vectors that share an id, and reads verbalizers of lines', () => {
    const imported = importOpenPrompt(
      '{"soft": "a", "soft_id": 1} {"placeholder":"t"} {"soft": "a", "soft_id": 1} {"mask"}',
      { name: 'x', verbalizer: 'good, great\nbad' },
    );
    expect(templateOf(imported).slots).toHaveLength(1);
    expect(templateOf(imported).written.labels).toEqual({ good: [' good', ' great'], bad: [' bad'] });
    expect(imported.notCarried.join()).toContain('names of the labels');
  });

  it('refuses a file without a template', () => {
    expect(() => importOpenPrompt('Hello {{text}}', { name: 'x' })).toThrow(Failure);
  });
});

describe('importing Prompty', () => {
  const prompty = `---
name: Review
description: Judges a review
authors: [someone]
model:
  id: gpt-4
  options: { temperature: 0 }
inputs:
  text: { type: string, description: the review }
  tags: { type: array, default: [a, b] }
outputs:
  verdict: { type: string }
---
system:
You judge reviews.
user:
{{text}} {% for tag in tags %}[{{tag}}]{{text}}{% endfor %}{% if text %}!{% else %}?{% endif %}
{{ text | upper }} {{verdict}}
`;

  it('carries inputs, outputs, roles, placeholders, loops and conditions, and lists the rest', () => {
    const imported = importPrompty(prompty, { name: 'review' });
    const template = templateOf(imported);
    expect(template).toMatchObject({
      name: 'Review',
      description: 'Judges a review',
      model: 'builtin',
      output: { name: 'verdict', kind: 'generation' },
    });
    expect(template.inputs[0]).toMatchObject({ name: 'text', type: 'string', description: 'the review' });
    expect(renderText(template, { text: 'Good' }).trim()).toBe(
      'You judge reviews.\n\nGood [a]Good[b]Good!\n{{ text | upper }}',
    );
    expect(imported.notCarried.join('\n')).toMatch(/authors[\s\S]*"gpt-4"[\s\S]*model\.options[\s\S]*text \| upper/);
    expect(complaints(imported).filter((code) => code !== 'model-unknown')).toEqual([]);
  });

  it('reads the property list of version 2 and samples of version 1', () => {
    const two = importPrompty(
      '---\nname: a\ninputs:\n  - name: q\n    kind: string\n    default: Who?\n---\nuser:\n{{q}}',
      { name: 'a' },
    );
    expect(renderText(templateOf(two), {})).toContain('Who?');
    const one = importPrompty('---\nname: a\ninputs:\n  q: Where?\n---\n{{q}}', { name: 'a' });
    expect(renderText(templateOf(one), {})).toContain('Where?');
  });

  it('refuses what is not Prompty', () => {
    expect(() => importPrompty('plain', { name: 'a' })).toThrow(Failure);
    expect(() => importPrompty('---\na: [\n---\nx', { name: 'a' })).toThrow(Failure);
  });
});

describe('importing promptfoo', () => {
  const config = `description: Desks
prompts:
  - 'Which desk? {{text}}'
  - file://second.txt
  - file://code.js
providers: [openai:gpt-4]
tests:
  - vars: { text: Paid twice }
    assert: [ { type: equals, value: billing }, { type: latency, threshold: 10 } ]
  - vars: { text: It crashes }
    assert: [ { type: icontains, value: bug } ]
  - vars: { text: No invoice }
    assert: [ { type: equals, value: billing } ]
  - vars: { text: White screen }
    assert: [ { type: equals, value: bug } ]
  - vars: { text: Hello }
    assert: [ { type: llm-rubric, value: is kind } ]
`;

  it('writes a variant for each prompt and a data file of the tests that say their answer', () => {
    const imported = importPromptfoo(config, {
      name: 'desks',
      readFile: (path) => (path === 'second.txt' ? 'Desk of {{ text | trim }}' : undefined),
    });
    expect(imported.files.map(({ path }) => path)).toEqual(['desks.prompt', 'desks.2.prompt', 'data/desks.jsonl']);
    expect(templateOf(imported).output).toMatchObject({ name: 'label', labels: ['billing', 'bug'] });
    expect(
      imported.files[2]!.text.trim()
        .split('\n')
        .map((row) => JSON.parse(row) as unknown)[1],
    ).toEqual({ text: 'It crashes', label: 'bug' });
    const lost = imported.notCarried.join('\n');
    for (const part of ['providers', 'latency', 'llm-rubric', '1 of 5 tests', 'code.js', 'only the variable'])
      expect(lost).toContain(part);
    expect(complaints(imported)).toEqual([]);
  });

  it('takes answers that hardly repeat for free text, and stays off columns of that name', () => {
    const imported = importPromptfoo(
      'prompts: ["{{label}}?"]\ntests: [ { vars: { label: a }, assert: [ { type: equals, value: b } ] } ]',
      { name: 'x' },
    );
    expect(templateOf(imported).output).toMatchObject({ name: 'answer', kind: 'generation' });
  });

  it('refuses what is no configuration', () => {
    expect(() => importPromptfoo('a: 1', { name: 'x' })).toThrow(Failure);
    expect(() => importPromptfoo('[', { name: 'x' })).toThrow(Failure);
  });
});

describe('a new template', () => {
  it.each(templateKinds)('for $kind has nothing wrong with it, and rows that fit', async ({ kind }) => {
    const made = await newTemplate(kind, 'My Task!');
    expect(made.files[0]!.text).toContain('train: data/my-task.train.jsonl, dev: data/my-task.dev.jsonl');
    expect(made.files.map(({ path }) => path)).toEqual([
      'my-task.prompt',
      'data/my-task.train.jsonl',
      'data/my-task.dev.jsonl',
    ]);
    const rows = made.files.slice(1).flatMap(({ text }) =>
      text
        .trim()
        .split('\n')
        .map((row) => JSON.parse(row) as Record<string, string>),
    );
    const { path, text } = made.files[0]!;
    expect(
      checkTemplate(text, path, {
        columns: Object.keys(rows[0]!),
        fileExists: (file) => made.files.some((each) => each.path === file),
      }),
    ).toEqual([]);
    const template = templateOf(made);
    for (const row of rows) {
      expect(renderText(template, row)).toContain(row[template.variables[0]!]!);
      if (template.output!.kind === 'classification')
        expect(template.output!.labels).toContain(row[template.output!.name]);
    }
  });

  it.each(templateKinds.filter(({ kind }) => kind.startsWith('chat-')))(
    'for $kind says its messages',
    async ({ kind }) => {
      const made = await newTemplate(kind, 'x');
      const [row] = made.files[1]!.text.split('\n');
      const values = JSON.parse(row!) as Record<string, string>;
      const messages = shownMessages(templateOf(made), values);
      expect(messages.map(([role]) => role)).toEqual(['system', 'user']);
      expect(messages[1]![1]).toContain(values.text ?? values.report);
      expect(made.files[0]!.text).toMatch(/\{\{role "model"\}\}\n\{\{\w+\}\}\n$/);
    },
  );
});
