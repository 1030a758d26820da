import * as l10n from '@vscode/l10n';

/** How one of something is said, and how any other number of them, which comes as a text. */
export const countedNouns = {
  'active run': { one: () => l10n.t`1 active run`, other: (number: string) => l10n.t`${number} active runs` },
  answer: { one: () => l10n.t`1 answer`, other: (number: string) => l10n.t`${number} answers` },
  change: { one: () => l10n.t`1 change`, other: (number: string) => l10n.t`${number} changes` },
  character: { one: () => l10n.t`1 character`, other: (number: string) => l10n.t`${number} characters` },
  column: { one: () => l10n.t`1 column`, other: (number: string) => l10n.t`${number} columns` },
  error: { one: () => l10n.t`1 error`, other: (number: string) => l10n.t`${number} errors` },
  evaluation: { one: () => l10n.t`1 evaluation`, other: (number: string) => l10n.t`${number} evaluations` },
  field: { one: () => l10n.t`1 field`, other: (number: string) => l10n.t`${number} fields` },
  'further verbalizer': {
    one: () => l10n.t`1 further verbalizer`,
    other: (number: string) => l10n.t`${number} further verbalizers`,
  },
  label: { one: () => l10n.t`1 label`, other: (number: string) => l10n.t`${number} labels` },
  layer: { one: () => l10n.t`1 layer`, other: (number: string) => l10n.t`${number} layers` },
  line: { one: () => l10n.t`1 line`, other: (number: string) => l10n.t`${number} lines` },
  message: { one: () => l10n.t`1 message`, other: (number: string) => l10n.t`${number} messages` },
  'more field': { one: () => l10n.t`1 more field`, other: (number: string) => l10n.t`${number} more fields` },
  'more line': { one: () => l10n.t`1 more line`, other: (number: string) => l10n.t`${number} more lines` },
  number: { one: () => l10n.t`1 number`, other: (number: string) => l10n.t`${number} numbers` },
  'other row': { one: () => l10n.t`1 other row`, other: (number: string) => l10n.t`${number} other rows` },
  'other run': { one: () => l10n.t`1 other run`, other: (number: string) => l10n.t`${number} other runs` },
  position: { one: () => l10n.t`1 position`, other: (number: string) => l10n.t`${number} positions` },
  request: { one: () => l10n.t`1 request`, other: (number: string) => l10n.t`${number} requests` },
  row: { one: () => l10n.t`1 row`, other: (number: string) => l10n.t`${number} rows` },
  run: { one: () => l10n.t`1 run`, other: (number: string) => l10n.t`${number} runs` },
  seed: { one: () => l10n.t`1 seed`, other: (number: string) => l10n.t`${number} seeds` },
  sequence: { one: () => l10n.t`1 sequence`, other: (number: string) => l10n.t`${number} sequences` },
  task: { one: () => l10n.t`1 task`, other: (number: string) => l10n.t`${number} tasks` },
  test: { one: () => l10n.t`1 test`, other: (number: string) => l10n.t`${number} tests` },
  thread: { one: () => l10n.t`1 thread`, other: (number: string) => l10n.t`${number} threads` },
  token: { one: () => l10n.t`1 token`, other: (number: string) => l10n.t`${number} tokens` },
  training: { one: () => l10n.t`1 training`, other: (number: string) => l10n.t`${number} trainings` },
  vector: { one: () => l10n.t`1 vector`, other: (number: string) => l10n.t`${number} vectors` },
  'virtual token': { one: () => l10n.t`1 virtual token`, other: (number: string) => l10n.t`${number} virtual tokens` },
  word: { one: () => l10n.t`1 word`, other: (number: string) => l10n.t`${number} words` },
} as const;

/** What is counted, as it is called in English. */
export type CountedNoun = keyof typeof countedNouns;
