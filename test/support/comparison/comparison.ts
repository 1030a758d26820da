import { lines } from '../text/lines';
import { analyseStudies } from '../../../src/comparison/analysis/analyseStudies';
import type { RowChunk } from '../../../src/comparison/rows/rowChunk';
import type { ComparisonAnalysis } from '../../../src/comparison/analysis/subject';
import type { PredictionLine } from '../../../src/runs/store/files/predictionLine';
import type { EvaluationResult, RunRecord } from '../../../src/runs/record/record';
import { numbersEdition } from '../../../src/runs/record/versions';
import { labelAccuracy, type MetricFace } from '../../../src/scoring/metricFace';
import { scoreDistributions } from '../../../src/comparison/analysis/distributions';
import { chunksOf } from '../../../src/comparison/rows/rowChunks';
import type { Method, Settings } from '../../../src/template/settings/settings';
import type { AnsweredComparison, ComparisonState } from '../../../src/views/comparison/contract';
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

/** Studies that have results. */
export const measured = fullComparison.studies.filter(({ results }) => results);

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
