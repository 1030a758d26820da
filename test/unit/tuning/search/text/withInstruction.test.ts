import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Task } from '../../../../../src/objective/task';
import { requireTemplate } from '../../../../../src/template/read/template';
import { renderPrompt } from '../../../../../src/template/render/render';
import { withInstruction } from '../../../../../src/tuning/search/text/hardTask';

const front = '---\noutput:\n  schema:\n    label(enum): [good, bad]\n---\n';
const bodies = {
  'in a block': '{{#instruction}}\nSay how it went.\n{{/instruction}}\nText: {{text}}\nIt was{{label}}',
  'in a block in a line': 'A {{#instruction}}Say how {{name}} went.{{/instruction}} {{text}}{{label}}',
  'at the beginning': 'Say how it went.\n\nText: {{text}}\nIt was{{label}}',
  'beside a partial': '{{#instruction}}Say how it went.{{/instruction}}\n{{> part}}{{text}}{{label}}',
};
const pieces = [
  'Say',
  ' so',
  '.',
  '\n',
  '\r\n',
  '  ',
  '{',
  '}',
  '{{',
  '}}',
  '{{text}}',
  '{{name}}',
  '\\',
  '\\{{',
  '~',
  '"',
];

describe.each(Object.entries(bodies))('another instruction %s', (_, body) => {
  it.each([
    ['line feeds', (text: string) => text],
    ['the line ends of Windows', (text: string) => text.replaceAll('\n', '\r\n')],
  ])('renders as the file with it is read and rendered, with %s', (__, ends) => {
    const template = requireTemplate(ends(front + body), '/t.prompt', () => ends('Look:\n'));
    const task = { template, encoder: {} } as Task;
    const row = { text: 'a {b}\nc', name: 'N' };
    let made = 0;
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 6 }), (parts) => {
        const written = withInstruction(task, parts.join(''))?.template;
        if (!written) return;
        made++;
        expect(renderPrompt(written, row)).toEqual(renderPrompt({ ...written }, row));
      }),
      { examples: [[['Say', ' so']], [['Say', '\n', ' so']]] },
    );
    expect(made).toBeGreaterThan(1);
  });
});
