import { answerFields } from '../../../src/scoring/fields/answerFields';
import { fieldResults } from '../../../src/scoring/fields/fieldResults';
import { fieldScores } from '../../../src/scoring/fields/fieldScores';
import { exactMatch, labelAccuracy, type MetricFace } from '../../../src/scoring/metricFace';
import type { SamplesLine } from '../../../src/runs/store/files/samplesLine';
import type {
  DevPoint,
  GivenAnswer,
  LogLines,
  RunPageState,
  RunPoints,
  TrainingPoint,
} from '../../../src/views/run/contract';
import type { ShownFront } from '../../../src/views/front/contract';

const facts = [
  { name: 'Method', value: 'P-Tuning v2' },
  { name: 'Template', value: '/home/me/Prompts für alles 🎯/triage/triage.prompt, sha256 5f3a9c01be77' },
  { name: 'Model', value: 'builtin, 7,077,888 weights, sha256 94b1f0e2aa31' },
  {
    name: 'Rows of train',
    value: '180 in /home/me/Prompts für alles 🎯/triage/data/train.jsonl, sha256 1c0ffee1c0ff',
  },
  { name: 'Started', value: '14/03/2026, 15:09:26' },
  { name: 'Folder', value: '/home/me/Prompts für alles 🎯/.prompt-tuner/runs/20260314-150926-triage-v2-4f1c' },
];

const settings = [
  { name: 'tune.length', value: '20' },
  { name: 'tune.learningRate', value: 'auto' },
  { name: 'tune.steps', value: '300' },
  { name: 'tune.labels', value: 'billing: " money", bug: " fault", account: " account", delivery: " post"' },
];

export const running: RunPageState = {
  run: '20260314-150926-triage-v2-4f1c',
  title: 'P-Tuning v2 on triage',
  subtitle: '20260314-150926-triage-v2-4f1c',
  status: 'running',
  isPaused: false,
  state: 'step 120/300 · loss 0.83',
  progress: { step: 120, steps: 300 },
  timeLeft: '1 min 05 s left',
  problem: null,
  note: null,
  warning: null,
  older: null,
  mark: { badge: 'B', hue: 'orange' },
  devMetric: labelAccuracy,
  tiles: [{ name: 'Best on dev', value: 'accuracy 0.625, loss 0.981 at step 100' }],
  fields: null,
  facts,
  settings,
  rewritten: null,
  front: null,
  actions: [
    { action: 'stop', label: 'Stop' },
    { action: 'openComparison', label: 'Compare' },
    { action: 'openTemplate', label: 'Template' },
    { action: 'showLog', label: 'Log File' },
  ],
};

export const done: RunPageState = {
  ...running,
  title: 'The one with the short words',
  subtitle: '★ 20260314-150926-triage-v2-4f1c',
  status: 'done',
  state: 'test acc 0.67 ±0.09',
  progress: null,
  timeLeft: null,
  note: 'Words of one token each.\nCompare with triage.short.',
  tiles: [
    { name: 'Accuracy', value: '0.670 (0.573–0.754)' },
    { name: 'Macro-F1', value: '0.669' },
    { name: 'Loss', value: '0.839' },
    { name: 'Always "delivery"', value: '0.250' },
    { name: 'Trained numbers', value: '68,352' },
    { name: 'Time', value: '44 s' },
    { name: 'Memory at most', value: '797 MB' },
  ],
  rewritten: {
    before: 'Say what the message is about: money, a fault, the account or the post.',
    after: 'Say what the message is about: money, a fault, the account or the post. Each is as likely as the others.',
  },
  actions: [
    { action: 'trainAgain', label: 'Train Again' },
    { action: 'continueRun', label: 'Continue from This' },
    { action: 'openComparison', label: 'Compare' },
    { action: 'openTemplate', label: 'Template' },
    { action: 'predictRows', label: 'Predict Rows…' },
    { action: 'exportRun', label: 'Export…' },
    { action: 'showLog', label: 'Log File' },
  ],
};

const original = done.rewritten!.before;
const near = (mean: number, half: number) => ({ mean, interval: [mean - half, mean + half] as const });

/** Five texts: the original, the chosen one, two that were measured on test since, and one that was not. */
export const front: ShownFront = {
  original,
  chosenOn: { split: 'dev', rows: 120 },
  metric: labelAccuracy,
  lookedAt: 2,
  unmeasurable: null,
  texts: [
    {
      text: 'Say what the message is about.',
      tokens: 8,
      readability: -0.204,
      accuracy: { value: 0.45, interval: [0.364, 0.539] },
      loss: 1.302,
      saved: near(-0.051, 0.04),
      isOriginal: false,
      isChosen: false,
      test: { value: 0.43, interval: [0.337, 0.528], gain: { mean: -0.08, interval: [-0.16, 0] }, p: 0.0768 },
    },
    {
      text: original,
      tokens: 19,
      readability: 0,
      accuracy: { value: 0.508, interval: [0.42, 0.596] },
      loss: 1.251,
      saved: near(0, 0),
      isOriginal: true,
      isChosen: false,
      test: { value: 0.51, interval: [0.413, 0.606], gain: null, p: null },
    },
    {
      text: done.rewritten!.after,
      tokens: 27,
      readability: 0.121,
      accuracy: { value: 0.575, interval: [0.486, 0.66] },
      loss: 1.19,
      saved: near(0.061, 0.03),
      isOriginal: false,
      isChosen: true,
      test: { value: 0.54, interval: [0.443, 0.634], gain: { mean: 0.03, interval: [-0.02, 0.08] }, p: 0.375 },
    },
    {
      text: 'Say which desk the message goes to: money, a fault, the account or the post.',
      tokens: 20,
      readability: 0.94,
      accuracy: { value: 0.625, interval: [0.536, 0.706] },
      loss: 1.084,
      saved: near(0.167, 0.05),
      isOriginal: false,
      isChosen: false,
      test: { value: 0.61, interval: [0.512, 0.7], gain: { mean: 0.1, interval: [0.03, 0.17] }, p: 0.0126 },
    },
    {
      text: 'Desk = money fault account post, one: Category Type kind.',
      tokens: 15,
      readability: 3.87,
      accuracy: { value: 0.7, interval: [0.613, 0.775] },
      loss: 0.941,
      saved: near(0.31, 0.07),
      isOriginal: false,
      isChosen: false,
      test: null,
    },
  ],
};

export const failed: RunPageState = {
  ...running,
  status: 'failed',
  state: 'failed · step 31/300',
  progress: null,
  timeLeft: null,
  mark: null,
  problem:
    'The loss is no longer a number at step 31 (learning rate 30). Lower tune.learningRate, or set tune.clip to 1.',
  tiles: [],
  actions: [
    { action: 'resume', label: 'Resume' },
    { action: 'trainAgain', label: 'Train Again' },
    { action: 'showLog', label: 'Log File' },
  ],
};

export const hard: RunPageState = {
  ...done,
  title: 'Hard Prompt on triage',
  mark: null,
  note: null,
  rewritten: null,
  actions: [
    { action: 'openComparison', label: 'Compare' },
    { action: 'showLog', label: 'Log File' },
  ],
};

const loss = (step: number) => 0.6 + 1.3 * Math.exp(-step / 60) + 0.22 * Math.sin(step * 1.7) * Math.cos(step / 5);

/** A falling, jumping curve; one step whose loss was not a number. */
export function pointsUpTo(steps: number): RunPoints {
  const training = Array.from({ length: steps }, (_, index): TrainingPoint => {
    const step = index + 1;
    return [
      step,
      step === 41 ? null : loss(step),
      0.03 * Math.min(1, step / 18) * (1 - step / 400),
      90 + 12 * Math.sin(step / 9),
      4.6e8 + 4e5 * step,
    ];
  });
  const dev = Array.from({ length: Math.floor(steps / 50) }, (_, index): DevPoint => [
    (index + 1) * 50,
    0.62 + 1.2 * Math.exp(-(index + 1)),
    0.4 + 0.1 * index,
  ]);
  return { from: 0, training, dev };
}

/** What the run adds next; 122 points went before. */
export const next: RunPoints = {
  from: 122,
  training: [
    [121, 0.81, 0.02, 91, 5e8],
    [122, 0.5, 0.02, 91, 5e8],
  ],
  dev: [],
};

const inputs = [
  'The parcel was left with a neighbour whom nobody has ever heard of, and the slip says Tuesday.',
  'I was charged twice for one month.',
  'The page stays white after I press save.',
  'How do I change the address I sign in with?',
];
const labels = ['delivery', 'billing', 'bug', 'account'];

export const samples: readonly SamplesLine[] = [50, 100, 150].map((step, at) => ({
  step,
  samples: inputs.map((input, row) => ({
    row,
    input,
    expected: labels[row]!,
    predicted: at >= row ? labels[row]! : 'account',
    probability: 0.3 + 0.2 * at,
  })),
}));

export const log: LogLines = {
  fresh: true,
  lines: [
    '2026-03-14T15:09:26.000Z Started: v2 on /home/me/triage.prompt',
    '2026-03-14T15:09:31.000Z Learning rate 0.03',
    '2026-03-14T15:09:52.000Z Step 50: dev loss 1.0613, accuracy 0.4000 (best so far)',
    '2026-03-14T15:10:12.000Z Step 100: dev loss 0.9811, accuracy 0.6250 (best so far)',
  ],
};

const tokenF1: MetricFace = { ...labelAccuracy, name: 'f1', title: 'Token F1', binary: false };
const polite: MetricFace = { ...labelAccuracy, name: 'polite', title: 'Polite' };

/** Answers of a free text task, judged by three metrics. */
export const scoredAnswers: readonly GivenAnswer[] = [
  {
    row: 3,
    input: 'The library closes at noon on Friday because of works in the hall.',
    references: ['closes early', 'shut early'],
    answer: 'opens early',
    scores: [
      { metric: tokenF1, score: 0.5, reason: '' },
      { metric: exactMatch, score: 0, reason: '' },
      { metric: polite, score: null, reason: 'It took longer than 1 s.' },
    ],
    fields: null,
    truncated: false,
  },
  {
    row: 4,
    input: 'The office is closed.',
    references: ['closed'],
    answer: '',
    scores: [{ metric: tokenF1, score: null, reason: '' }],
    fields: null,
    truncated: true,
  },
];

const order = { city: 'Bonn', tags: ['blue', 'round'], buyer: { name: 'Ada' } };
const answered = [{ ...order, tags: ['blue'] }, order].map((answer) => JSON.stringify(answer));

/** Answers that are JSON, the first with a wrong field, and what their fields came to. */
export const jsonAnswers: readonly GivenAnswer[] = answered.map((answer, row) => ({
  row,
  input: 'Ada of Bonn: blue and round',
  references: [JSON.stringify(order)],
  answer,
  scores: [{ metric: tokenF1, score: row, reason: '' }],
  fields: answerFields({ expected: JSON.stringify(order), predicted: answer })!,
  truncated: false,
}));
export const jsonFields = fieldResults([
  fieldScores(answered.map((predicted) => ({ expected: JSON.stringify(order), predicted })))!,
]);
