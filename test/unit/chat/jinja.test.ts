import { describe, expect, it } from 'vitest';
import { Budget, JinjaError } from '../../../src/chat/jinja/values/budget';
import { renderTemplate } from '../../../src/chat/jinja/render';
import { parseTemplate } from '../../../src/chat/jinja/syntax/statements';
import { valueOf } from '../../../src/chat/jinja/values/values';
import recorded from '../../support/chat/jinja.json';

const now = new Date(2025, 2, 9, 8, 5, 6);
const render = (template: string, context: object = recorded.context): string =>
  renderTemplate(
    parseTemplate(template),
    new Map(Object.entries(context).map(([name, value]) => [name, valueOf(value)])),
    { now, budget: new Budget(5_000_000) },
  ).text;

function errorOf(template: string): JinjaError {
  try {
    render(template);
  } catch (error) {
    if (error instanceof JinjaError) return error;
    throw error;
  }
  throw new Error(`${template} does not fail`);
}

describe('templates of Jinja', () => {
  it.each(recorded.cases.filter(({ text }) => text !== undefined))('write what Jinja writes: $template', (one) => {
    expect(render(one.template)).toBe(one.text);
  });

  it.each(recorded.cases.filter(({ error }) => error !== undefined))('fail as Jinja does: $template', (one) => {
    const { kind, message, line } = errorOf(one.template);
    expect({ kind, message }).toEqual({ kind: one.error, message: one.message });
    if (one.line !== undefined) expect(line).toBe(one.line);
  });

  it.each([
    ['a loop in loops', '{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}'],
    ['a macro that calls itself', '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}'],
    [
      'a text that doubles',
      '{% set ns = namespace(x="ab") %}{% for i in range(99) %}{% set ns.x = ns.x * 9 %}{% endfor %}',
    ],
    [
      'a list that doubles',
      '{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}',
    ],
    [
      'lists in lists',
      '{% set ns = namespace(x=[1]) %}{% for i in range(90) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}',
    ],
    ['a width', "{{ '%999999999d' % 1 }}"],
    ['a padding', "{{ 'a' | indent(999999999) }}{{ 'a'.center(999999999) }}"],
    ['brackets', `{{ ${'('.repeat(50_000)}1${')'.repeat(50_000)} }}`],
  ])('are stopped where they never end: %s', (_, template) => {
    expect(() => render(template)).toThrow(/steps|too long|recursion|call stack/);
  });

  it('know of each character whether it is their own', () => {
    const { text, marks } = renderTemplate(
      parseTemplate("<{{ x | upper ~ '!' }}{{ x.split('b') | join('|') }}{{ x | tojson }}{{ x[::-1] }}>"),
      new Map([['x', valueOf('abc')]]),
      { now, budget: new Budget(5_000_000) },
    );
    expect(text).toBe('<ABC!a|c"abc"cba>');
    expect(marks).toBe('odddodododddodddo');
  });
});
