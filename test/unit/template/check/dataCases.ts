import { seen, shown, task, wordEncoder, type Case } from './checkCase';

/** Cases of findings in the data files and the demonstrations. */
export const dataCases: readonly Case[] = [
  {
    code: 'data-missing',
    bad: task('{{text}}{{label}}', 'tune.data: { train: «gone.jsonl» }\n'),
    clean: task('{{text}}{{label}}', 'tune.data: { train: here.jsonl }\n'),
    around: { fileExists: (path) => path === 'folder/here.jsonl' },
  },
  {
    code: 'data-missing',
    bad: task('{{text}}{{label}}', 'tune.data: { train: «data/trian.csv» }\n'),
    clean: task('{{text}}{{label}}', 'tune.data: { train: data/train.csv }\n'),
    around: { fileExists: (path) => path === 'folder/data/train.csv', dataFiles: ['data/train.csv'] },
    fixed: task('{{text}}{{label}}', 'tune.data: { train: data/train.csv }\n'),
    how: 'misspelt',
  },
  {
    code: 'outside-workspace',
    bad: task('{{text}}{{label}}', 'tune.data: { train: «../other.jsonl» }\n'),
    clean: task('{{text}}{{label}}', 'tune.data: { train: here.jsonl }\n'),
    around: { mayRead: (path) => path.startsWith('folder') },
  },
  {
    code: 'outside-workspace',
    bad: '---\nmodel: «/models/a»\n---\nx',
    clean: '---\nmodel: org/name\n---\nx',
    around: { mayRead: () => false },
    how: 'a model',
  },
  {
    code: 'data-split',
    bad: task('{{text}}{{label}}', 'tune.data: { train: t, test: «20%» }\n'),
    clean: task('{{text}}{{label}}', 'tune.data: { train: t, test: u }\n'),
    around: { splits: { train: { ...seen(['a']), labels: { person: 1, place: 1 } }, test: seen([]) } },
    how: 'without a row',
  },
  {
    code: 'data-split',
    bad: task('{{text}}{{label}}', 'tune.data: { train: t, dev: «10%» }\n'),
    clean: task('{{text}}{{label}}', 'tune.data: { train: t, dev: d }\n'),
    around: {
      splits: {
        train: { ...seen(['["a"]', '["b"]']), labels: { person: 1, place: 1 } },
        dev: { ...seen(['["c"]']), labels: { person: 1 } },
      },
    },
    severity: 'warning',
    how: 'without a label',
  },
  {
    code: 'data-held-out',
    bad: task('{{text}}{{label}}', 'tune.data: { train: «t» }\n'),
    clean: task('{{text}}{{label}}', 'tune.data: { train: t, test: u }\n'),
    around: {
      splits: {
        train: {
          ...seen(['["a"]', '["b"]', '["c"]', '["d"]', '["e"]', '["f"]', '["g"]']),
          labels: { person: 4, place: 3 },
        },
      },
    },
    fixed: task('{{text}}{{label}}', 'tune.data: { train: t, dev: 15%, test: 15% }\ntune.splitSeed: 2\n'),
    severity: 'information',
  },
  {
    code: 'data-column',
    bad: task('{{«text»}}{{label}}', 'tune.data: { train: t }\n'),
    clean: task('{{label}}', 'tune.data: { train: t }\n'),
    around: { columns: ['texts', 'label'] },
    fixed: task('{{texts}}{{label}}', 'tune.data: { train: t }\n').replace('text: string', 'texts: string'),
  },
  {
    code: 'data-column',
    bad: task('{{text}}{{label}}', 'tune.data: { train: t }\n').replace('label(enum, kind)', '«label(enum, kind)»'),
    clean: task('{{text}}{{label}}'),
    around: { columns: ['text', 'kind'] },
    fixed: task('{{text}}{{kind}}', 'tune.data: { train: t }\n').replace('label(enum, kind)', 'kind(enum, kind)'),
    how: 'of the answer',
  },
  {
    code: 'data-column',
    bad: task('{{«text»}} {{text}}{{label}}', 'tune.data: { train: t }\n'),
    clean: task('{{label}}', 'tune.data: { train: t }\n'),
    around: { columns: ['first name', 'sentence', 'label'] },
    fixed: task('{{sentence}} {{sentence}}{{label}}', 'tune.data: { train: t }\n').replace(
      'text: string',
      'sentence: string',
    ),
    how: 'of another name altogether',
  },
  {
    code: 'data-column',
    bad: task('{{text}}{{label}}', 'tune.data: { train: t }\ntune.weight: «wieght»\n'),
    clean: task('{{text}}{{label}}', 'tune.data: { train: t }\ntune.weight: weight\n'),
    around: { splitColumns: { train: { names: ['text', 'label', 'weight'], repeated: [] } } },
    fixed: task('{{text}}{{label}}', 'tune.data: { train: t }\ntune.weight: weight\n'),
    how: 'of the weights',
  },
  {
    code: 'label-without-rows',
    bad: task('{{text}}{{label}}', 'tune.data: { train: t }\n').replace('place]', '«place»]'),
    clean: task('{{text}}{{label}}', 'tune.data: { train: t }\n').replace(', place]', ']'),
    around: { splits: { train: { ...seen(['a']), labels: { person: 1 } } } },
    fixed: task('{{text}}{{label}}', 'tune.data: { train: t }\n').replace(', place]', ']'),
    severity: 'warning',
  },
  {
    code: 'data-column',
    bad: task('{{text}}{{label}}', 'tune.data: { train: t }\ntune.weight: «wieght»\n'),
    clean: task('{{text}}{{label}}', 'tune.data: { train: t }\ntune.weight: weight\n'),
    around: { splitColumns: { train: { names: ['text', 'label', 'weight'], repeated: [] } } },
    fixed: task('{{text}}{{label}}', 'tune.data: { train: t }\ntune.weight: weight\n'),
    how: 'of the weights',
  },
  {
    code: 'label-without-rows',
    bad: task('{{text}}{{label}}', 'tune.data: { train: t }\n').replace('place]', '«place»]'),
    clean: task('{{text}}{{label}}', 'tune.data: { train: t }\n').replace(', place]', ']'),
    around: {
      splits: {
        train: { ...seen(['a']), labels: { person: 1 } },
        test: { ...seen(['b']), labels: { place: 1, person: 1 } },
      },
    },
    severity: 'warning',
    how: 'to learn from',
  },
  {
    code: 'data-imbalance',
    bad: task('{{text}}{{label}}').replace('[person, place]', '«[person, place]»'),
    clean: '---\noutput: { schema: { a: string } }\n---\n{{a}}',
    around: { dataLabels: { person: 9, place: 1 } },
    severity: 'information',
  },
  {
    code: 'example-schema',
    bad: task('{{#each xs}}{{label}}{{/each}}{{text}}{{label}}').replace(
      'string }',
      'string }, default: { xs: [ { label: «thing» } ] }',
    ),
    clean: task('{{#each xs}}{{label}}{{/each}}{{text}}{{label}}').replace(
      'string }',
      'string }, default: { xs: [ { label: place } ] }',
    ),
  },
  {
    code: 'example-schema',
    bad: task('{{#each xs}}{{a}}{{b}}{{/each}}{{text}}{{label}}').replace(
      'string }',
      'string }, default: { xs: [ { a: 1, b: 2 }, «{ a: 1 }» ] }',
    ),
    clean: task('{{#each xs}}{{a}}{{/each}}{{text}}{{label}}').replace(
      'string }',
      'string }, default: { xs: [ { a: 1, b: 2 }, { a: 1 } ] }',
    ),
    how: 'a key left out',
  },
  {
    code: 'example-schema',
    bad: task('{{#each xs}}{{a}}{{#if a}}{{b}}{{/if}}{{/each}}{{text}}{{label}}').replace(
      'string }',
      'string }, default: { xs: [ { a: 1, b: 2 }, «{ a: 1 }» ] }',
    ),
    clean: task('{{#each xs}}{{a}}{{#if b}}{{b}}{{/if}}{{/each}}{{text}}{{label}}').replace(
      'string }',
      'string }, default: { xs: [ { a: 1, b: 2 }, { a: 1 } ] }',
    ),
    how: 'a key that the body asks for first',
  },
  {
    code: 'data-unreadable',
    bad: task('{{text}}{{label}}', 'tune.data: { train: t, dev: «d» }\n'),
    clean: task('{{text}}{{label}}', 'tune.data: { train: t }\n'),
    around: { unreadable: { dev: 'Line 3: the row is broken.' } },
  },
  {
    code: 'prompt-too-long',
    bad: task('{{text}}{{label}}', 'tune.data: { train: t, dev: «d» }\n'),
    clean: task('{{text}}{{label}}', 'tune.data: { train: t }\n'),
    around: { longRows: { dev: { limit: 8, rows: 1, first: [{ line: 3, tokens: 12 }], longest: 12 } } },
  },
  {
    code: 'data-overlap',
    bad: task('{{text}}{{label}}', 'tune.data: { train: t, dev: «d» }\n'),
    clean: task('{{text}}{{label}}', 'tune.data: { train: t, test: d }\n'),
    around: { splits: { train: seen(['["a"]', '["b"]']), dev: seen(['["c"]', '["b"]']) } },
    severity: 'warning',
  },
  {
    code: 'example-in-data',
    bad: shown('a', '«', '»'),
    clean: shown('z'),
    around: { splits: { train: seen(['["z",""]']), dev: seen(['["b",""]', '["a",""]']) } },
    severity: 'warning',
    fixed: shown('a').replace('{ text: a, label: place }, ', ''),
  },
  {
    code: 'not-checked',
    bad: task('{{text}}{{label}}', 'tune.data: { train: «t», dev: d }\n'),
    clean: task('{{text}}{{label}}', 'tune.data: { dev: d }\n'),
    around: { splits: { train: { ...seen([]), rows: 9, truncated: true }, dev: seen([]) } },
    severity: 'information',
    how: 'a long file',
  },
  {
    code: 'not-checked',
    bad: '---\nmodel: «org/far»\ntune.length: 3\n---\nx',
    clean: '---\nmodel: org/far\n---\nx',
    around: { noTokens: 'The model "org/far" is not on this machine.' },
    severity: 'information',
    how: 'no tokenizer',
  },
  {
    code: 'not-checked',
    bad: `${'a '.repeat(25_000)}«{{soft 4}}»`,
    clean: `${'a '.repeat(24_000)}{{soft 4}}`,
    around: { contextLength: 1e6, encoder: wordEncoder },
    severity: 'information',
    how: 'a long body',
  },
];
