import { type Case } from './checkCase';

/** Cases of findings in the front matter: YAML, keys, values, inputs and the model. */
export const frontMatterCases: readonly Case[] = [
  {
    code: 'yaml-syntax',
    bad: '---\nmodel: x\ninput: { schema: { text: string }«»\n---\n{{text}}',
    clean: '---\nmodel: x\ninput: { schema: { text: string } }\n---\n{{text}}',
    how: 'an open brace',
  },
  { code: 'yaml-syntax', bad: '---\na: 1\n«a»: 2\n---\nx', clean: '---\na: 1\nb: 2\n---\nx', how: 'a key twice' },
  {
    code: 'front-matter-open',
    bad: '«---»\nmodel: x\n\nHello {{text}}',
    clean: '--- is a dash',
    fixed: '---\nmodel: x\n---\n\nHello {{text}}',
  },
  {
    code: 'front-matter-open',
    bad: '«---»\nmodel: x\n---',
    clean: '---\nmodel: x\n---\n',
    fixed: '---\nmodel: x\n---\n',
    how: 'no break after the closing dashes',
  },
  {
    code: 'front-matter-open',
    bad: '«---»\n---\nHello {{text}}',
    clean: '---\n# settings\n---\nHello {{text}}',
    fixed: '---\n# settings\n---\nHello {{text}}',
    how: 'no line between the dashes',
  },
  {
    code: 'front-matter-open',
    bad: '«---»\nHello {{text}}',
    clean: '---\n# settings\n---\nHello {{text}}',
    fixed: '---\n# settings\n---\nHello {{text}}',
    how: 'text right behind the dashes',
  },
  {
    code: 'unused-input',
    bad: '---\ninput: { schema: { text: string, «more»: string } }\n---\n{{text}}',
    clean: '---\ninput: { schema: { text: string, more: string } }\n---\n{{json this}}',
    severity: 'information',
  },
  {
    code: 'unused-input',
    bad: '---\r\ninput:\r\n  schema:\r\n    text: string\r\n    «more»: string, a word\r\nmodel: m\r\n---\r\n{{text}}',
    clean: '---\r\ninput:\r\n  schema:\r\n    text: string\r\n    (*): any\r\n---\r\n{{text}}',
    severity: 'information',
    fixed: '---\r\ninput:\r\n  schema:\r\n    text: string\r\nmodel: m\r\n---\r\n{{text}}',
    how: 'in a block',
  },
  {
    code: 'unknown-key',
    bad: '---\n«tune.lenght»: 3\n---\nx',
    clean: '---\ntune.length: 3\n---\nx',
    fixed: '---\ntune.length: 3\n---\nx',
    severity: 'warning',
  },
  {
    code: 'unknown-key',
    bad: '---\n«modle»: y\n---\nx',
    clean: '---\nother.key: y\n---\nx',
    fixed: '---\nmodel: y\n---\nx',
    severity: 'information',
    how: 'of dotprompt',
  },
  {
    code: 'unknown-key',
    bad: '---\n«tune.init.text»: y\n---\nx',
    clean: '---\ntune.init: { text: y }\n---\nx',
    fixed: '---\ntune.init: { text: y }\n---\nx',
    severity: 'warning',
    how: 'split at its last dot',
  },
  {
    code: 'unknown-key',
    bad: '---\n«tune»:\n  length: 3\n---\nx',
    clean: '---\ntune.length: 3\n---\nx',
    severity: 'warning',
    how: 'nested under tune',
  },
  { code: 'invalid-value', bad: '---\ntune.length: «many»\n---\nx', clean: '---\ntune.length: 7\n---\nx' },
  {
    code: 'invalid-value',
    bad: '---\ntune.optimizer: «adam»\n---\nx',
    clean: '---\ntune.optimizer: sgd\n---\nx',
    fixed: '---\ntune.optimizer: adamw\n---\nx',
  },
  {
    code: 'invalid-value',
    bad: '---\ntune.data: { train: «7» }\n---\nx',
    clean: '---\ntune.data: {}\noutput: { schema: { a: string } }\n---\nx{{a}}',
    how: 'of a data file',
  },
  { code: 'invalid-value', bad: '{{soft 3 init=«a»}}', clean: '{{soft 3 init="a"}}', how: 'of a soft prompt' },
  {
    code: 'model-unknown',
    bad: '---\nmodel: «bultin»\n---\nx{{soft 2}}',
    clean: '---\nmodel: ./mine\n---\nx{{soft 2}}',
    around: { models: ['org/tiny'] },
    fixed: '---\nmodel: builtin\n---\nx{{soft 2}}',
    severity: 'warning',
  },
  {
    code: 'model-unknown',
    bad: '---\nmodel: «googleai/gemini»\n---\nx',
    clean: '---\nmodel: org/tiny\n---\nx',
    around: { models: ['org/tiny'] },
    severity: 'information',
    how: 'in the file of another tool',
  },
  {
    code: 'model-unknown',
    bad: '---\nmodel: «./gone»\ntune.length: 3\n---\nx',
    clean: '---\nmodel: ./mine\ntune.length: 3\n---\nx',
    around: { fileExists: (path) => path === 'folder/mine' },
    severity: 'warning',
    how: 'a folder',
  },
  ...(
    [
      ['tags: «string[]»', 'tags(array): string', 'a list as other languages write it'],
      ['rows: «array»', 'rows(array): any', 'a list without parentheses'],
      ['n: «int, how many»', 'n: "integer, how many"', 'another name of a type'],
      ['when: «date»', 'when: string', 'a type of other schemas'],
      ['«note(text)»: string', 'note: string', 'a type in parentheses'],
      ['«mood(string, the mood)»: happy', 'mood: "string, the mood"', 'a description in parentheses'],
      ['o:\n      x: «float»', 'o:\n      x: number', 'inside an object'],
    ] as const
  ).map(([bad, fixed, how]): Case => {
    const file = (field: string) => `---\ninput:\n  schema:\n    ${field}\n---\nx`;
    return {
      code: 'schema-type',
      bad: file(bad),
      clean: file('note(object): { text: Recipe, tags(array, what): string }'),
      fixed: file(fixed),
      severity: 'warning',
      how,
    };
  }),
];
