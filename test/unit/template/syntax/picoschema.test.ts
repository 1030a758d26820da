import { Dotprompt } from 'dotprompt';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { toJsonSchema } from '../../../../src/template/syntax/picoschema';
import { recordedAnswers } from '../../../support/metrics/jsonAnswers';

const schemas = Object.entries(recordedAnswers.schemas).map(([name, each]) => ({ name, ...each }));

describe('the JSON Schema of a Picoschema', () => {
  it.each(schemas)('is that which was recorded: $name', ({ source, schema }) => {
    expect(toJsonSchema(source)).toEqual(schema);
  });

  it.each([
    ...schemas.map(({ source }) => source),
    {
      'a?(enum, with, commas)': ['x', null],
      'b?(object, one)': { 'c?': 'any, what, ever' },
      'd(array)': { e: 'null' },
    },
    { properties: { a: { type: 'string' } } },
    { '(*)': 'number' },
    {},
  ])('is that which dotprompt makes: %j', async (source) => {
    const prompt = `---\n${stringify({ output: { schema: source } })}---\nx`;
    const { output } = await new Dotprompt().renderMetadata(prompt);
    // dotprompt leaves undefined what nothing is required of.
    expect(toJsonSchema(source)).toEqual(JSON.parse(JSON.stringify(output?.schema)));
  });

  it.each([
    [{ a: 'strnig' }, 'it names the type "strnig", which Picoschema has not'],
    ['text', 'it names the type "text", which Picoschema has not'],
    [{ 'a(list)': 'string' }, 'it has (list), where Picoschema has (array), (object) and (enum)'],
    [{ 'a(enum)': 'x' }, 'it has an enum without a list of values'],
    [{ a: 7 }, 'it has 7 where a type belongs'],
    [['a'], 'it is no mapping'],
    [null, 'it is no mapping'],
  ])('says what cannot be read of %j', (source, problem) => {
    expect(() => toJsonSchema(source)).toThrow(problem);
  });
});
