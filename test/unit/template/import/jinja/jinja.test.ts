import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Dotprompt } from 'dotprompt';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convertJinja } from '../../../../../src/template/import/jinja/jinja';
import { readTemplate } from '../../../../../src/template/read/template';
import { renderText } from '../../../../../src/template/render/render';

const { row, cases } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../support/jinja/renderings.json'), 'utf8'),
) as { row: Record<string, unknown>; cases: readonly { template: string; text: string }[] };

function converted(template: string) {
  const notCarried: string[] = [];
  return { ...convertJinja(template, { notCarried, language: 'jinja', values: row }), notCarried };
}

function rendered(body: string, values = row): string {
  const { template, findings } = readTemplate(body, 'a.prompt');
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  return renderText(template!, values);
}

describe('a body of Jinja', () => {
  it.each(cases)('renders as Jinja renders it: $template', async ({ template, text }) => {
    const { body, notCarried } = converted(template);
    expect(notCarried).toEqual([]);
    expect(rendered(body)).toBe(text);
    const stock = await new Dotprompt().render(body, { input: row });
    const parts = stock.messages.flatMap(({ content }) => content).map((part) => ('text' in part ? part.text : ''));
    expect(parts.join('')).toBe(text);
  });

  it.each([
    '{% if a > b %}x{{name}}{% else %}y{% endif %}',
    '{% for n in notes[:2] %}{{n}}{% endfor %}',
    '{% if name is defined %}{{name}}{% endif %}',
    '{% if a and b %}1{% elif c %}2{% endif %}',
    '{% for x in range(3) %}{{loop.index}}{% endfor %}',
    '{{ name | upper }}',
    '{% set x = 1 %}{{name}}',
    '{% if name %}never closed',
    'closed {% endif %}',
    '{% include "x" %}',
    '{% for k, v in table|dictsort %}{{k}}{{v}}{% endfor %}',
    '{% for a, b, c in table.items() %}{{a}}{% endfor %}',
  ])('keeps as text, whole, what has no counterpart: %s', (template) => {
    const { body, notCarried } = converted(template);
    expect(notCarried.length).toBeGreaterThan(0);
    const plain = /\{%[\s\S]*?%\}/g;
    const text = rendered(body);
    expect(text.match(plain)).toEqual(template.match(plain));
    if (!template.includes('%}')) expect(text).toBe(template);
  });

  it('says which names it reads, and which of them hold others', () => {
    const { used, collections } = converted(
      '{{a}}{% for x in b %}{{x}}{{c[0]}}{{d.e}}{% endfor %}{% if f %}{% endif %}',
    );
    expect([...used].sort()).toEqual(['a', 'b', 'c', 'd', 'f']);
    expect([...collections].sort()).toEqual(['b', 'c', 'd']);
  });

  it('becomes a body that parses, whatever it holds', () => {
    const piece = fc.constantFrom(
      ...['{{a}}', '{{ b.c }}', '{{role}}', '{', '}', '{{', '}}', '\\', '{% if a %}', '{% else %}', '{% endif %}'],
      ...['{% for x in xs %}', '{{x}}', '{% endfor %}', '{# c #}', '{{ a | f }}', 'text', '\n', '{%', '%}', '{{x.y}}'],
      ...['{% elif b|length > 0 %}', '{{ "q" }}', '{% raw %}{{z}}{% endraw %}', '!', '~', '#', '>', '&'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const { body, notCarried } = converted(pieces.join(''));
        const { findings } = readTemplate(body, 'a.prompt');
        const broken = findings.some(({ severity }) => severity === 'error');
        if (broken) expect(notCarried.join()).toContain('not valid Handlebars');
        if (!pieces.some((each) => each === '{{' || each === '\\' || each === '{%')) expect(broken, body).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});
