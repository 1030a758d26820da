import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { splitPromptFile } from '../../../../src/template/syntax/dotprompt';
import { renderText } from '../../../../src/template/render/render';
import { readTemplate, requireAnswerSlot } from '../../../../src/template/read/template';
import { loadTemplate } from '../../../../src/template/read/loadTemplate';

const full = `# licence

---
model: org/tiny
description: Sorts questions
input:
  schema:
    text: string, the question
    hint?: string
  default:
    examples: [ { text: a, label: person } ]
output:
  schema:
    label(enum, the kind): [person, 1, true]
tune.method: p-tuning
tune.data: { train: t.jsonl }
tune.labels: { person: [" who", " whom"], 1: " one" }
tune.init: { text: some words }
tune.learningRate: 0.3
---
{{#each examples}}{{text}}{{label}}{{/each}}{{text}}{{#if hint}}{{hint}}{{/if}}{{extra}}{{label}}
`;

describe('splitting a prompt file', () => {
  it('finds front matter behind comments and keeps the offsets of both parts', () => {
    const { frontMatter, body } = splitPromptFile(full);
    expect(full.slice(frontMatter!.start, frontMatter!.start + frontMatter!.text.length)).toBe(frontMatter!.text);
    expect(full.slice(body.start)).toBe(`${body.text}\n`);
  });

  it('takes a file without closed front matter as the body, untrimmed', () => {
    for (const text of ['  plain \n', '---\nmodel: x\n', '---\n---\nx', '---\nmodel: x\n---']) {
      expect(splitPromptFile(text)).toEqual({ body: { text, start: 0 } });
    }
  });

  it('accepts every kind of line break', () => {
    for (const ending of ['\n', '\r\n', '\r']) {
      const { frontMatter, body } = splitPromptFile(['---', 'a: 1', '---', '', 'x '].join(ending));
      expect([frontMatter?.text, body.text]).toEqual(['a: 1', 'x']);
    }
  });
});

describe('reading a template', () => {
  const { template, findings } = readTemplate(full, 'folder/questions.short.prompt');

  it('gathers what the file says', () => {
    expect(findings.filter((finding) => finding.severity === 'error')).toEqual([]);
    expect(template).toMatchObject({
      name: 'questions',
      variant: 'short',
      model: 'org/tiny',
      description: 'Sorts questions',
      hasInstruction: false,
      inputs: [
        { name: 'text', type: 'string', description: 'the question', optional: false },
        { name: 'hint', type: 'string', optional: true },
      ],
      output: { name: 'label', kind: 'classification', labels: ['person', '1', 'true'] },
      defaults: { examples: [{ text: 'a', label: 'person' }] },
      written: {
        method: 'v1',
        data: { train: 't.jsonl' },
        learningRate: 0.3,
        init: { kind: 'text', words: 'some words' },
        labels: { person: [' who', ' whom'], 1: [' one'] },
      },
    });
  });

  it('needs from a row what has no default and is not optional', () => {
    expect(template!.variables).toEqual(['text', 'extra']);
  });

  it('reads a text field as a generation and a JSON Schema as a schema', () => {
    const read = (schema: string) =>
      readTemplate(`---\noutput: { schema: ${schema} }\n---\n{{a}}`, 'x.prompt').template?.output;
    expect(read('{ a: string }')).toEqual({ name: 'a', kind: 'generation', labels: [] });
    expect(read('{ type: object, properties: { a: { enum: [x, y] } } }')).toEqual({
      name: 'a',
      kind: 'classification',
      labels: ['x', 'y'],
    });
  });

  it('never takes a field that is also an input for the answer', () => {
    const { template: rewriting } = readTemplate(
      '---\ninput: { schema: { text: string } }\noutput: { schema: { text: string } }\n---\nImprove: {{text}} Thanks.',
      'x.prompt',
    );
    expect(renderText(rewriting!, { text: 'this' })).toBe('Improve: this Thanks.');
  });

  it('asks for an answer slot only where one is needed', () => {
    const open = readTemplate('{{x}}', 'x.prompt').template!;
    expect(open.output).toBeUndefined();
    expect(() => requireAnswerSlot(open)).toThrow(expect.objectContaining({ code: 'answer-slot-missing' }));
    const late = readTemplate('---\noutput: { schema: { y: string } }\n---\n{{y}} end', 'x.prompt').template!;
    expect(() => requireAnswerSlot(late)).toThrow(
      expect.objectContaining({ code: 'answer-slot-not-last', location: { file: 'x.prompt', line: 4, column: 6 } }),
    );
    expect(requireAnswerSlot(template!).output.name).toBe('label');
  });

  it('loads partials from beside the file and reports the first error with its place', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'template-'));
    writeFileSync(join(folder, '_part.prompt'), 'part of {{x}}');
    writeFileSync(join(folder, 'a.prompt'), '\uFEFF---\nmodel: m\n---\n{{> part}}!');
    writeFileSync(join(folder, 'b.prompt'), '---\nmodel: m\n---\nHi\n{{> gone}}');
    expect(renderText(await loadTemplate(join(folder, 'a.prompt')), { x: 1 })).toBe('part of 1!');
    await expect(loadTemplate(join(folder, 'b.prompt'))).rejects.toMatchObject({
      code: 'partial-missing',
      location: { file: join(folder, 'b.prompt'), line: 5, column: 5 },
    });
    await expect(loadTemplate(join(folder, 'c.prompt'))).rejects.toMatchObject({ code: 'template-missing' });
  });
});
