import { answerFields } from '../../../src/scoring/fields/answerFields';
import { lines } from '../text/lines';
import { analyseStudies } from '../../../src/comparison/analysis/analyseStudies';
import type { InputAnswer, PromptAnatomy } from '../../../src/inspection/inspectorAnswers';
import type { RowChunk, RowDetail } from '../../../src/comparison/rows/rowChunk';
import type { ComparisonAnalysis } from '../../../src/comparison/analysis/subject';
import type { PredictionLine } from '../../../src/runs/store/predictionLine';
import type { EvaluationResult, RunRecord } from '../../../src/runs/record/record';
import { numbersEdition } from '../../../src/runs/record/versions';
import { labelAccuracy, type MetricFace } from '../../../src/scoring/metricFace';
import { scoreDistributions } from '../../../src/comparison/analysis/distributions';
import { chunksOf } from '../../../src/comparison/rows/rowChunks';
import type { Method, Settings } from '../../../src/template/settings/settings';
import type { AnsweredComparison, ComparisonState, CurvePoints } from '../../../src/views/comparison/contract';
import { answersForPage, showComparison } from '../../../src/views/comparison/model';
import { frontText } from '../runs/frontText';

export const labels = ['billing', 'bug', 'account', 'delivery'] as const;
const subjects = ['invoice', 'parcel', 'password', 'app', 'refund', 'courier', 'login', 'screen'];
const verbs = ['is wrong', 'never came', 'was charged twice', 'does not open', 'got lost', 'shows an error'];

/** Numbers that look random and are the same every time. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}

/** Answers to so many rows, right about as often as `accuracy` says. */
export function predictionsOf(seed: number, accuracy: number, rows: number): readonly PredictionLine[] {
  const roll = dice(seed * 7919 + 13);
  return Array.from({ length: rows }, (_, row): PredictionLine => {
    const expected = (row * 7 + (row >> 3)) % labels.length;
    const difficulty = ((row * 37) % 100) / 100;
    const predicted =
      difficulty * 0.6 + roll() * 0.4 < accuracy ? expected : (expected + 1 + Math.floor(roll() * 3)) % labels.length;
    const sure = 0.3 + 0.65 * roll();
    const probabilities = Object.fromEntries(
      labels.map((label, i) => [label, i === predicted ? sure : (1 - sure) / 3]),
    );
    const input = `My ${subjects[row % subjects.length]} ${verbs[(row >> 2) % verbs.length]}, order ${1000 + row}.`;
    return { row, input, expected: labels[expected]!, predicted: labels[predicted]!, probabilities };
  });
}

const instruction = 'Say what the message is about: money, a fault, the account or the post.';
const text = lines(
  '---',
  'model: builtin',
  'input:',
  '  schema: { text: string }',
  'output:',
  '  schema:',
  `    label(enum): [${labels.join(', ')}]`,
  '---',
  `{{#instruction}}${instruction}{{/instruction}}`,
  'Message: {{text}}',
  'It is about the{{label}}',
  '',
);

interface Sketch {
  readonly id: string;
  readonly method: Method;
  readonly seed?: number;
  readonly template?: string;
  readonly accuracy?: number;
  readonly trained?: number;
  readonly rows?: number;
  readonly more?: Partial<RunRecord>;
}

const settings = {
  data: { train: 'data/train.jsonl', test: 'data/test.jsonl' },
  labels: {},
  length: 20,
  init: { kind: 'text' },
  learningRate: 'auto',
  steps: 300,
  batchSize: 16,
  objective: 'label',
  instruction: 'fixed',
  maxLength: 0,
} as unknown as Settings;

/** A run record, as far as the panel looks at it. */
/** What a text that leads to no label leads to. */
const likeliest = {
  rows: 32,
  tokens: [
    { text: '\n', probability: 0.41 },
    { text: ' The', probability: 0.2 },
    { text: ' I', probability: 0.11 },
    { text: '<|im_end|>', probability: 0.05 },
    { text: ' a', probability: 0.04 },
  ],
};

export function sketchRun({
  id,
  method,
  seed = 1,
  template = 'triage',
  accuracy,
  trained = 0,
  rows = 120,
  more = {},
}: Sketch): RunRecord {
  const predictions = accuracy === undefined ? [] : predictionsOf(seed + id.length, accuracy, rows);
  const right = predictions.filter(({ expected, predicted }) => expected === predicted).length;
  const rate = right / Math.max(1, rows);
  const half = 1.96 * Math.sqrt((rate * (1 - rate)) / rows);
  const result: EvaluationResult = {
    method,
    split: 'test',
    n: rows,
    accuracy: rate,
    accuracyInterval: [Math.max(0, rate - half), Math.min(1, rate + half)],
    macroF1: rate - 0.01,
    loss: 1.6 - rate,
    tokenLoss: 1.6 - rate,
    // A text that asks poorly leads to no label.
    labelMass: rate < 0.4 ? 0.031 : 0.4 + rate / 2,
    ...(rate < 0.4 && { likeliest }),
    majority: { label: 'billing', accuracy: 0.25 },
    tokensPerSecond: 4100,
    promptTokens: method === 'hard' ? 36.4 : 56.4,
    secondsPerRow: method === 'hard' ? 0.0061 : 0.0094,
    trainedParameters: trained,
    seconds: method === 'hard' ? 1.4 : method === 'v2' ? 44.1 : 47.2,
    peakMemoryBytes: method === 'hard' ? 212e6 : 418e6,
    run: id,
  };
  return {
    format: 1,
    id,
    method,
    template: {
      path: `/work/triage/${template}.prompt`,
      text: template === 'triage' ? text : text.replace('Message', 'Text'),
      sha256: template,
      partials: {},
    },
    settings: { ...settings, method, seed, ...(method === 'v2' && { instruction: 'both', dropout: 0.1 }) },
    data: {
      train: { path: '/work/triage/data/train.jsonl', rows: 160, sha256: 't' },
      test: { path: '/work/triage/data/test.jsonl', rows, sha256: 'd' },
    },
    model: { id: 'builtin', path: '/m', sha256: 'm', parameters: 7e6 },
    versions: { promptTuner: '0.1.0', numbers: numbersEdition, node: '20', onnxruntime: '1' },
    status: 'done',
    created: `2026-03-14T15:${id.slice(-2)}:26.000Z`,
    finished: `2026-03-14T15:${id.slice(-2)}:59.000Z`,
    progress: { phase: 'finished', step: method === 'hard' ? 0 : 300, steps: method === 'hard' ? 0 : 300 },
    ...(accuracy !== undefined && { result }),
    ...more,
  };
}

const rewritten = `${instruction} Each is as likely as the others.`;

/** One of everything: a hard prompt, three seeds, a rewritten instruction, a run at work, one that failed. */
const sketches: readonly Sketch[] = [
  { id: 'run-hard-09', method: 'hard', accuracy: 0.4 },
  { id: 'run-soft-10', method: 'soft', accuracy: 0.72, trained: 5120, more: { learningRate: 0.1 } },
  { id: 'run-soft-11', method: 'soft', seed: 2, accuracy: 0.66, trained: 5120, more: { learningRate: 0.1 } },
  { id: 'run-soft-16', method: 'soft', seed: 3, accuracy: 0.7, trained: 5120, more: { learningRate: 0.1 } },
  { id: 'run-v1-12', method: 'v1', accuracy: 0.44, trained: 5120, more: { learningRate: 0.01 } },
  {
    id: 'run-v2-13',
    method: 'v2',
    accuracy: 0.8,
    trained: 68352,
    more: {
      name: 'the best so far',
      starred: true,
      learningRate: 0.03,
      rewritten: {
        original: instruction,
        instruction: rewritten,
        text: text.replace(instruction, rewritten),
        edits: [
          { before: 'post.', after: 'post. Each is as likely as the others.', gain: 0.0599, standardError: 0.0108 },
        ],
        front: [frontText(instruction, 0), frontText(rewritten, 0.121), frontText('Desk:', 3.87)],
      },
      textGain: { mean: 0.025, interval: [-0.008, 0.067] },
    },
  },
  {
    id: 'run-short-14',
    method: 'soft',
    template: 'triage.short',
    more: { status: 'running', progress: { phase: 'training', step: 120, steps: 300, loss: 0.83 } },
  },
  {
    id: 'run-short-15',
    method: 'v2',
    template: 'triage.short',
    more: {
      status: 'failed',
      error: { code: 'nan', message: 'The loss is not a number since step 31. Lower tune.learningRate.' },
      progress: { phase: 'training', step: 31, steps: 300 },
    },
  },
];

const other: Sketch = { id: 'run-other-01', method: 'hard', template: '../questions/questions', accuracy: 0.3 };
const older: Sketch = {
  id: 'run-soft-02',
  method: 'soft',
  accuracy: 0.6,
  trained: 2560,
  more: { settings: { ...settings, method: 'soft', seed: 1, length: 10 } },
};

export const fullRuns: readonly RunRecord[] = [...sketches, older, other]
  .map(sketchRun)
  .sort((a, b) => b.created.localeCompare(a.created));

const choice = { family: '/work/triage/triage', older: false, baseline: null };

/** A comparison with every kind of row. */
const shown = showComparison(fullRuns, choice);
export const fullComparison: ComparisonState = shown.state;

export const emptyComparison: ComparisonState = showComparison([], choice).state;

function predictionsOfSketch({ id, seed = 1, accuracy = 0, rows = 120 }: Sketch): readonly PredictionLine[] {
  return predictionsOf(seed + id.length, accuracy, rows);
}

const sketchOf = (run: string): Sketch => sketches.find(({ id }) => id === run)!;

/** What a measured run of the comparison answers to every row. */
export const answersOfRun = (run: string): readonly PredictionLine[] => predictionsOfSketch(sketchOf(run));

const measured = fullComparison.studies.filter(({ results }) => results);

/** What the inspector makes of the answers. */
export const fullAnalysis: ComparisonAnalysis = {
  token: fullComparison.token!,
  studies: analyseStudies(
    measured.map(({ key, method, runs, results }) => ({
      key,
      adapterBytes: results!.trainedParameters! * 4 + 1432 * Number(method !== 'hard'),
      runs: runs.map(({ run }) => ({ record: sketchRun(sketchOf(run)), predictions: answersOfRun(run) })),
    })),
    fullComparison.baseline,
  ),
};

/** The same as the page gets it. */
export const fullAnswers: AnsweredComparison = answersForPage(shown, fullAnalysis);

const predictionsByStudy = Object.fromEntries(
  measured.map(({ key, runs }) => [key, runs.map(({ run }) => answersOfRun(run))]),
);
export const fullRows: readonly RowChunk[] = chunksOf(fullComparison.token!, predictionsByStudy);

/** Two methods that were each trained on three files of different length. */
export const trainingRowsComparison: ComparisonState = showComparison(
  (['soft', 'v2'] as const)
    .flatMap((method, place) =>
      [40, 80, 160].map((rows, step) =>
        sketchRun({
          id: `run-${method}-${20 + 3 * place + step}`,
          method,
          accuracy: 0.42 + 0.12 * step + 0.06 * place,
          trained: 5120,
          more: {
            settings: {
              ...settings,
              method,
              seed: 1,
              data: { train: `data/train-${rows}.jsonl`, test: 'data/test.jsonl' },
            },
            data: {
              train: { path: `/work/triage/data/train-${rows}.jsonl`, rows, sha256: `t${rows}` },
              test: { path: '/work/triage/data/test.jsonl', rows: 120, sha256: 'd' },
            },
          },
        }),
      ),
    )
    .reverse(),
  choice,
).state;

/** A table of any size, in the pieces in which it travels. */
export function chunksOfSize(token: string, studies: readonly string[], rows: number): readonly RowChunk[] {
  return chunksOf(
    token,
    Object.fromEntries(studies.map((key, index) => [key, [predictionsOf(index + 3, 0.4 + 0.07 * index, rows)]])),
  );
}

/** A row as its detail shows it. */
export const fullDetail: RowDetail = {
  row: 5,
  input: predictionsByStudy[measured[0]!.key]![0]![5]!.input,
  expected: predictionsByStudy[measured[0]!.key]![0]![5]!.expected,
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

const near = [' question', ' letter', ' post', 'S', ' money'];

/** Twenty virtual tokens, three of an instruction, and a prefix. */
export const fullAnatomy: PromptAnatomy = {
  run: 'run-v2-13',
  hiddenSize: 256,
  vectors: Array.from({ length: 23 }, (_, i) => ({
    name: i < 20 ? `prompt ${i + 1}` : ['Say', ' what', ' the'][i - 20]!,
    kind: i < 20 ? ('virtual' as const) : ('instruction' as const),
    norm: 1.2 + 1.6 * Math.abs(Math.sin(i)),
    moved: 0.9 + 0.1 * i,
    turned: 0.9 - 0.03 * i,
    near: near.map((word, n) => ({ text: word, cosine: 0.42 - 0.05 * n - 0.003 * i })),
  })),
  similarities: Float32Array.from({ length: 23 * 23 }, (_, i) =>
    Math.floor(i / 23) === i % 23 ? 1 : 0.6 * Math.cos(Math.floor(i / 23) - (i % 23)),
  ),
  wordNorms: [0.94, 1.17, 1.5],
  prefix: {
    positions: 20,
    layers: Array.from({ length: 6 }, (_, i) => ({
      keyNorm: 6 + 4 * Math.sin(i + 1),
      valueNorm: 1.5 + i,
      moved: 0.38 - 0.04 * i,
    })),
  },
};

/** What each run answers to a typed input. */
export const inputAnswers: Readonly<Record<string, InputAnswer>> = Object.fromEntries(
  measured.flatMap(({ runs }, index) =>
    runs.map(({ run }) => [
      run,
      {
        run,
        answer: labels[(index + 3) % 4]!,
        promptTokens: 36 + index * 20,
        seconds: 0.018 + index * 0.01,
        written: null,
        probabilities: labels.map((label, i) => ({ label, probability: i === (index + 3) % 4 ? 0.7 : 0.1 })),
      },
    ]),
  ),
);

/** A falling curve with a ripple, dev points every 50 steps, and one step whose loss was not a number. */
function fallingCurve(run: string, steps: number, floor: number): CurvePoints {
  const loss = (step: number) => floor + 1.3 * Math.exp(-step / 60) + 0.12 * Math.sin(step / 3);
  const training = Array.from(
    { length: steps },
    (_, index) => [index + 1, index === 40 ? null : loss(index + 1)] as const,
  );
  const dev = Array.from(
    { length: Math.floor(steps / 50) },
    (_, index) => [(index + 1) * 50, loss((index + 1) * 50) + 0.05, 0.5 + index / 20] as const,
  );
  return { run, from: 0, training, dev };
}

export const fullCurves: readonly CurvePoints[] = [
  fallingCurve('run-soft-10', 300, 0.42),
  fallingCurve('run-soft-11', 300, 0.46),
  fallingCurve('run-soft-16', 300, 0.44),
  fallingCurve('run-v1-12', 300, 0.8),
  fallingCurve('run-v2-13', 300, 0.3),
  fallingCurve('run-short-14', 120, 0.6),
  fallingCurve('run-short-15', 31, 1.1),
];

/** What the running run adds next. */
export const nextPoints: CurvePoints = {
  run: 'run-short-14',
  from: 122,
  training: [
    [121, 0.81],
    [122, 0.79],
  ],
  dev: [],
};

const f1: MetricFace = { ...labelAccuracy, name: 'f1', title: 'Token F1', binary: false };
const lengths: MetricFace = { ...f1, name: 'length', title: 'Length', scale: 'count', better: 'neither' };
const scored = scoreDistributions(
  fullAnswers.studies.map((_, i) => ({
    metrics: [
      { metric: f1, scores: [Float64Array.of(0, 0.05, 0.45, 0.5 + i / 10)] },
      { metric: lengths, scores: [Float64Array.of(3, 12, 12, i === 0 ? Number.NaN : 4 * i)] },
    ],
  })),
);

/** The comparison as one by scores of texts, as far as their distribution goes. */
export const scoredComparison = {
  show: { ...fullComparison, metric: f1, metrics: [f1, lengths] },
  analyse: {
    ...fullAnswers,
    studies: fullAnswers.studies.map((study, i) => ({ ...study, distributions: scored[i]! })),
  },
};
