import { lines } from '../../../support/text/lines';
import type { Case } from './checkCase';

/** A template whose answer is a JSON object of the fields given. */
const object = (body: string, { schema = 'city: string, total?: number', data = true, input = 'text: string' } = {}) =>
  lines(
    '---',
    `input: { schema: { ${input} } }`,
    `output: { format: json, schema: { ${schema} } }`,
    ...(data ? ['tune.data: { train: t }'] : []),
    '---',
    body,
  );

const examples = (items: string) =>
  lines(
    '---',
    `input: { schema: { text: string }, default: { examples: ${items} } }`,
    'output: { format: json, schema: { city: string, total?: number } }',
    '---',
    '{{#each examples}}{{text}} {{output}}{{/each}}',
    '{{text}}',
  );

/** Two examples, one with its answer as a whole. @param answer how they show it */
const shownAs = (answer: string) =>
  examples('[{ text: a, city: b, total: 2 }, { text: c, city: d, total: 3 }]').replace('{{output}}', answer);

const columns = (names: readonly string[]) => ({
  columns: names,
  splitColumns: { train: { names, repeated: [] } },
});

/** Cases of findings in answers that are JSON objects. */
export const objectCases: readonly Case[] = [
  {
    code: 'answer-slot-form',
    bad: object('{{text}} {{«city»}}'),
    clean: object('{{text}} {{output}}'),
    fixed: object('{{text}} {{output}}'),
    how: 'a field as the slot',
  },
  {
    code: 'answer-slot-form',
    bad: object('{{text}} {{«city»}}', { data: false }),
    clean: object('{{text}}', { data: false }),
    severity: 'warning',
    how: 'in a file without data',
  },
  {
    code: 'answer-slot-form',
    bad: object('{{text}}\n{{json «output»}}'),
    clean: object('{{text}}\n{{output}}'),
    how: 'the whole through a helper',
  },
  {
    code: 'answer-slot-form',
    bad: object('{{text}}{{#if text}}{{«output»}}{{/if}}'),
    clean: object('{{text}}{{#if text}}.{{/if}}'),
    how: 'the whole in a block',
  },
  {
    code: 'answer-slot-form',
    bad: object('{{text}}', { schema: 'city: string, «output»: string' }),
    clean: object('{{text}}', { schema: 'city: string, out: string' }),
    how: 'a field of the name of the whole',
  },
  {
    code: 'answer-slot-form',
    bad: object('{{output}} of', { input: '«output»: string' }),
    clean: object('{{text}} of'),
    how: 'an input of the name of the whole',
  },
  {
    code: 'answer-slot-not-last',
    bad: object('{{text}} {{output}}« end»'),
    clean: object('{{text}} {{output}}\n'),
    fixed: object('{{text}}  end{{output}}'),
    how: 'of an object',
  },
  {
    code: 'data-column',
    bad: object('{{text}}', { schema: '«city»: string, total?: number' }),
    clean: object('{{text}}', { schema: 'town: string, total?: number' }),
    around: columns(['text', 'town', 'total']),
    fixed: object('{{text}}', { schema: 'town: string, total?: number' }),
    how: 'a field of the answer without one',
  },
  {
    code: 'data-column',
    bad: object('{{text}}', { schema: '«address(object)»: { city: string }' }),
    clean: object('{{text}}', { schema: 'place(object): { city: string }' }),
    around: columns(['text', 'place.city']),
    how: 'of columns for the parts of a field',
  },
  {
    code: 'answer-schema',
    bad: object('{{text}}').replace('train: t', 'train: «t»'),
    clean: object('{{text}}').replace('train: t', 'dev: t'),
    around: {
      splits: {
        train: {
          file: 't',
          rows: 2,
          columns: ['text', 'city'],
          labels: {},
          keys: new Map(),
          truncated: false,
          misfits: { reason: 'The column "city" is empty.', line: 2, rows: 1 },
        },
      },
    },
  },
  {
    code: 'answer-schema',
    bad: object('{{text}}', { schema: 'city: string, «total?»: number' }),
    clean: object('{{text}}', { schema: 'city: string, sum?: number' }),
    around: columns(['text', 'city', 'sum']),
    severity: 'warning',
    how: 'a field that nothing says',
  },
  {
    code: 'example-schema',
    bad: examples('[{ text: a, city: b }, «{ text: a, city: b, total: many }»]'),
    clean: examples('[{ text: a, city: b }, { text: a, output: { city: b, total: 2 } }]'),
    how: 'an answer that does not fit',
  },
  {
    code: 'example-schema',
    bad: examples('[{ text: a, city: b }, «{ text: a }»]'),
    clean: examples('[{ text: a, output: \'{"city":"b"}\' }]'),
    how: 'no answer',
  },
  {
    code: 'answer-form',
    bad: shownAs('«{{json output indent=2}}»'),
    clean: shownAs('{{json output}} {{output}} {{{this.output}}} {{#if output}}.{{/if}}'),
    fixed: shownAs('{{json output}}'),
    severity: 'warning',
    how: 'spread over lines',
  },
  {
    code: 'answer-form',
    bad: shownAs('«{"city": "{{city}}", "total": {{total}} }»'),
    clean: shownAs('{{output}}, that is {{city}}'),
    fixed: shownAs('{{json output}}'),
    severity: 'warning',
    how: 'field by field as JSON',
  },
  {
    code: 'answer-form',
    bad: shownAs('in «{{city}} for {{total}}»'),
    clean: shownAs('{{text}} {{output}}'),
    severity: 'warning',
    how: 'field by field as words',
  },
  {
    code: 'answer-form',
    bad: shownAs('«{{#each output}}»{{@key}}: {{this}} {{/each}}'),
    clean: shownAs('{{output}}'),
    severity: 'warning',
    how: 'a loop over its fields',
  },
  {
    code: 'answer-form',
    bad: object('One EUR to Bonn: «{ "total": 1, "city": "Bonn" }»\n{{text}}'),
    clean: object(
      'One EUR to Bonn: {"city":"Bonn","total":1}\n{"a": {{text}}} {"total": "many"} {"other": 1} {}\n{{text}}',
    ),
    fixed: object('One EUR to Bonn: {"city":"Bonn","total":1}\n{{text}}'),
    severity: 'warning',
    how: 'JSON in the text with other keys first and spaces',
  },
  {
    code: 'answer-form',
    bad: object('No sum: «{"city":"Bonn","total":null}»\n{{text}}'),
    clean: object('No sum: {"city":"Bonn"}\n{{text}}'),
    fixed: object('No sum: {"city":"Bonn"}\n{{text}}'),
    severity: 'warning',
    how: 'null for an optional field',
  },
];
