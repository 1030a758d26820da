import type { RowDetail } from '../../../src/comparison/rows/rowChunk';
import { answerFields } from '../../../src/scoring/fields/answerFields';
import { answersOfRun, measured } from './comparison';

/** A row as its detail shows it. */
export const fullDetail: RowDetail = {
  row: 5,
  input: answersOfRun(measured[0]!.runs[0]!.run)[5]!.input,
  expected: answersOfRun(measured[0]!.runs[0]!.run)[5]!.expected,
  alternatives: [],
  answers: measured.flatMap(({ key, runs }) =>
    runs.map(({ run }) => {
      const { predicted, probabilities } = answersOfRun(run)[5]!;
      return {
        study: key,
        run,
        predicted,
        probabilities: Object.entries(probabilities!).map(([label, probability]) => ({ label, probability })),
        scores: [],
        fields: null,
        truncated: false,
      };
    }),
  ),
};

/** A row of a task whose answers are texts. */
export const textDetail: RowDetail = {
  row: 7,
  input: 'The library closes at noon on Friday because of works in the hall.',
  expected: 'Library closes early on Friday',
  alternatives: ['The library closes early'],
  answers: measured.slice(0, 2).map(({ key, runs }, index) => ({
    study: key,
    run: runs[0]!.run,
    predicted: index === 0 ? 'Library <b>open</b> late on Friday' : 'Library closes early on Friday',
    probabilities: [],
    scores: [
      { metric: 'f1', score: index === 0 ? 0.6 : 1, reason: '' },
      { metric: 'polite', score: index, reason: index === 0 ? 'It has markup.' : '' },
    ],
    fields: null,
    truncated: false,
  })),
};

const order = {
  city: 'Bonn',
  total: 4,
  buyer: { name: 'Ada', mail: 'ada@example.org' },
  lines: [
    { what: 'red cup', count: 2 },
    { what: 'blue plate', count: 1 },
  ],
};
const orders = [
  JSON.stringify({ ...order, total: 40, buyer: { name: 'ADA' }, lines: order.lines.slice(1), note: 'thanks' }),
  'I cannot say {"city": "Bo',
];

/** A row whose answers are to be JSON: one with wrong fields, one that was cut off. */
export const jsonDetail: RowDetail = {
  ...textDetail,
  input: '4 EUR, Ada, Bonn: two red cups and a blue plate',
  expected: JSON.stringify(order),
  alternatives: [],
  answers: textDetail.answers.map((answer, index) => ({
    ...answer,
    predicted: orders[index]!,
    scores: [],
    fields: answerFields({ expected: JSON.stringify(order), predicted: orders[index]! })!,
    truncated: index === 1,
  })),
};
