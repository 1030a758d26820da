import { lines } from '../../../support/text/lines';
import { wordEncoder, type Case } from './checkCase';

/** A template that answers a text. */
const answering = (metrics: string, schema = '{ answer: string }') =>
  lines('---', `output: { schema: ${schema} }`, `tune.metrics: ${metrics}`, '---', '{{x}}{{answer}}');

const invalid = (how: string, bad: string, clean: string, fixed?: string): Case => ({
  code: 'invalid-value',
  how: `of a metric: ${how}`,
  bad: answering(bad),
  clean: answering(clean),
  ...(fixed !== undefined && { fixed: answering(fixed) }),
});

/** A template whose answer `a` is JSON. */
const json = (schema: string): string => `---\noutput:\n  format: json\n  ${schema}\n---\nx\n{{a}}`;

/** Cases of findings in `tune.metrics`. */
export const metricCases: readonly Case[] = [
  invalid('unknown', '[exact, «rougel»]', '[exact, rougeL]', '[exact, rougeL]'),
  invalid(
    'unknown key',
    '[{ «regexp»: { pattern: a } }]',
    '[{ regex: { pattern: a } }]',
    '[{ regex: { pattern: a } }]',
  ),
  invalid('unknown, alone', '«accuracy»', 'exact'),
  invalid('twice', '[exact, f1, «exact»]', '[exact, f1, { exact: { name: again } }]'),
  invalid('twice by name', '[{ regex: a }, «{ regex: b }»]', '[{ regex: a }, { regex: { pattern: b, name: b } }]'),
  invalid('several in one entry', '[«{ exact: {}, f1: {} }»]', '[{ exact: {} }, { f1: {} }]'),
  invalid('of no kind', '[exact, «7»]', '[exact]'),
  invalid('none', '«[]»', '[f1]'),
  invalid(
    'unknown option',
    '[{ exact: { «ignorecase»: true } }]',
    '[{ exact: { ignoreCase: true } }]',
    '[{ exact: { ignoreCase: true } }]',
  ),
  invalid('option of another kind', '[{ exact: { ignoreCase: «maybe» } }]', '[{ exact: { ignoreCase: false } }]'),
  invalid('choice', '[{ bleu: { tokenise: «ja» } }]', '[{ bleu: { tokenise: 13a } }]', '[{ bleu: { tokenise: 13a } }]'),
  invalid('without what it needs', '[«regex»]', '[{ regex: a }]'),
  invalid('without options that it could have', '[{ f1: «strict» }]', '[f1]'),
  invalid('pattern', '[{ regex: { pattern: «"("» } }]', '[{ regex: { pattern: "\\\\(" } }]'),
  invalid('pattern in short', '[{ regex: «"(?<"» }]', '[{ regex: "^a" }]'),
  invalid('flags', '[{ regex: { pattern: a, flags: «q» } }]', '[{ regex: { pattern: a, flags: iu } }]'),
  invalid('negative tolerance', '[{ number: { absolute: «-1» } }]', '[{ number: { absolute: 0.5, relative: 0.1 } }]'),
  invalid('bounds', '[{ length: { min: «5», max: 3 } }]', '[{ length: { min: 3, max: 5 } }]'),
  invalid('contrary', '[{ json: { «not»: true } }]', '[{ json: { measure: equal, not: true } }]'),
  invalid('kind of file', '[{ javascript: «check.ts» }]', '[{ javascript: check.mjs }]'),
  invalid(
    'time limit',
    '[{ javascript: { file: c.mjs, timeLimit: «0» } }]',
    '[{ javascript: { file: c.mjs, timeLimit: 1 } }]',
  ),
  invalid('empty text', '[{ contains: «""» }]', '[{ contains: a }]'),
  {
    code: 'invalid-value',
    how: 'of a schema by which nothing could be checked',
    bad: answering('[{ json: valid }]', '«{ type: object, properties: { answer: { type: strnig } } }»'),
    clean: answering('[{ json: valid }]', '{ type: object, properties: { answer: { type: string } } }'),
  },
  {
    code: 'invalid-value',
    how: 'of a metric that needs a schema',
    bad: '---\ntune.metrics: { «json»: valid }\n---\nx',
    clean: '---\noutput: { schema: { answer: string } }\ntune.metrics: { json: valid }\n---\nx{{answer}}',
  },
  {
    code: 'invalid-value',
    how: 'of a metric that needs a reference',
    bad: '---\ntune.metrics: [length, «f1»]\n---\nx',
    clean: '---\ntune.metrics: [length, { contains: please }, { json: parses }]\n---\nx',
  },
  {
    code: 'metric-blind',
    bad: answering('[exact, «rougeL»]'),
    clean: answering('[exact, chrf]'),
    fixed: answering('[exact, chrf]'),
    around: { sampleRows: [{ answer: '你好' }, { answer: 'hello' }] },
    severity: 'warning',
  },
  {
    code: 'metric-blind',
    how: 'in any form',
    bad: answering('{ «rouge1»: { name: r } }'),
    clean: answering('{ f1: { name: r } }'),
    fixed: answering('{ chrf: { name: r } }'),
    around: { sampleRows: [{ answer: ['Привет', 'Здравствуйте'] }] },
    severity: 'warning',
  },
  {
    code: 'metric-blind',
    how: 'for Chinese',
    bad: answering('[«bleu»]'),
    clean: answering('[{ bleu: { tokenise: zh } }]'),
    around: { sampleRows: [{ answer: '今天天气很好。' }] },
    severity: 'warning',
  },
  {
    code: 'metric-blind',
    how: 'for short answers',
    bad: answering('[exact, «bleu»]'),
    clean: answering('[exact, chrf]'),
    fixed: answering('[exact, chrf]'),
    around: {
      sampleRows: [{ answer: 'a train' }, { answer: ['by bus', 'on foot'] }, { answer: 'It went by sea, I hear.' }],
    },
    severity: 'warning',
  },
  {
    code: 'answer-cut',
    bad: '---\nconfig: { maxOutputTokens: «3» }\noutput: { schema: { answer: string } }\n---\nx {{answer}}',
    clean: '---\nconfig: { maxOutputTokens: 4 }\noutput: { schema: { answer: string } }\n---\nx {{answer}}',
    fixed: '---\nconfig: { maxOutputTokens: 5 }\noutput: { schema: { answer: string } }\n---\nx {{answer}}',
    around: {
      encoder: wordEncoder,
      sampleRows: [{ answer: 'in three words' }, { answer: ['these are four words', 'x'] }],
    },
    severity: 'warning',
  },
  {
    code: 'answer-cut',
    how: 'without a budget that is written',
    bad: '---\noutput: { schema: { answer: string } }\n---\nx «{{answer}}»',
    clean: '---\nconfig: { maxOutputTokens: 300 }\noutput: { schema: { answer: string } }\n---\nx {{answer}}',
    around: { encoder: wordEncoder, sampleRows: [{ answer: 'word '.repeat(257) }] },
    severity: 'warning',
  },
  {
    code: 'check-missing',
    bad: answering('[{ «javascript»: gone.mjs }]'),
    clean: answering('[{ javascript: here.mjs }]'),
    around: { fileExists: (path) => path === 'folder/here.mjs' },
  },
  {
    code: 'outside-workspace',
    how: 'a check',
    bad: answering('[{ «javascript»: ../other.mjs }]'),
    clean: answering('[{ javascript: here.mjs }]'),
    around: { mayRead: (path) => path.startsWith('folder') },
  },
  {
    code: 'invalid-value',
    how: 'of answers of text that are to be held to JSON',
    bad: '---\noutput: { schema: { answer: string } }\ntune.constrain: «true»\n---\nx\n{{answer}}',
    clean: '---\noutput: { format: json, schema: { answer: string } }\ntune.constrain: true\n---\nx\n{{answer}}',
  },
  {
    code: 'invalid-value',
    how: 'of a schema that nothing satisfies',
    bad: json(
      '«schema»: { type: object, properties: { a: { type: string, minLength: 3, maxLength: 2 } }, required: [a] }',
    ),
    clean: json(
      'schema: { type: object, properties: { a: { type: string, minLength: 2, maxLength: 3 } }, required: [a] }',
    ),
  },
  {
    code: 'invalid-value',
    how: 'of a reference that leads nowhere',
    bad: json('«schema»: { type: object, properties: { a: { $ref: "#/$defs/b" } } }'),
    clean: json('schema: { type: object, properties: { a: { $ref: "#/$defs/b" } }, $defs: { b: { type: string } } }'),
  },
  {
    code: 'invalid-value',
    how: 'of JSON that the prompt opens',
    bad: '---\noutput: { format: json, schema: { a: string } }\n---\nx {\n«{{a}}»',
    clean: '---\noutput: { format: json, schema: { a: string } }\ntune.constrain: false\n---\nx {\n{{a}}',
  },
  {
    code: 'schema-unenforced',
    bad: json(
      'schema: { type: object, properties: { a: { type: array, items: { type: string }, «uniqueItems»: true } } }',
    ),
    clean: json('schema: { type: object, properties: { a: { type: array, items: { type: string }, maxItems: 3 } } }'),
    severity: 'information',
  },
  {
    code: 'schema-unenforced',
    how: 'behind a reference',
    bad: json(
      'schema: { type: object, properties: { a: { $ref: "#/$defs/b" } }, ' +
        '$defs: { b: { type: string, «format»: x } } }',
    ),
    clean: json('schema: { type: object, properties: { a: { $ref: "#/$defs/b" } }, $defs: { b: { type: string } } }'),
    severity: 'information',
  },
  {
    code: 'schema-unenforced',
    how: 'of alternatives that one value may satisfy',
    bad: json(
      'schema: { type: object, properties: { a: { «oneOf»: [{ type: string }, { type: string, maxLength: 3 }] } } }',
    ),
    clean: json('schema: { type: object, properties: { a: { oneOf: [{ type: string }, { type: integer }] } } }'),
    severity: 'information',
  },
  {
    code: 'constrain-unused',
    bad: '---\nconfig: { «stopSequences»: ["}"] }\noutput: { format: json, schema: { a: string } }\n---\nx\n{{a}}',
    clean: '---\nconfig: { stopSequences: ["}"] }\noutput: { schema: { a: string } }\n---\nx\n{{a}}',
    severity: 'warning',
  },
  {
    code: 'constrain-unused',
    how: 'for labels',
    bad: '---\noutput: { schema: { label(enum): [a, b] } }\n«tune.constrain»: true\n---\nx\n{{label}}',
    clean: '---\noutput: { schema: { label(enum): [a, b] } }\n---\nx\n{{label}}',
    severity: 'warning',
  },
];
