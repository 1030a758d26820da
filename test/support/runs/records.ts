import type { PredictionLine } from '../../../src/runs/store/files/predictionLine';
import type { EvaluationResult, RunRecord } from '../../../src/runs/record/record';
import type { Method, Settings } from '../../../src/template/settings/settings';

const settings: Settings = {
  method: 'soft',
  data: { test: 'test.jsonl' },
  labels: {},
  length: 4,
  init: { kind: 'vocabulary' },
  encoder: 'mlp',
  encoderSize: 0,
  layers: 'all',
  projection: false,
  dropout: 0,
  optimizer: 'adamw',
  blackBox: false,
  learningRate: 0.1,
  schedule: 'constant',
  warmup: 0,
  weightDecay: 0,
  steps: 100,
  batchSize: 8,
  accumulate: 1,
  clip: 1,
  seed: 1,
  seeds: 1,
  evalEvery: 50,
  patience: 0,
  objective: 'label',
  prefixSharing: true,
  checkpointing: false,
  instruction: 'fixed',
  searchBudget: 12000,
  maxLength: 0,
  truncate: 'none',
};

/** A run that has not begun. */
export function record(id: string, fields: Partial<RunRecord> = {}): RunRecord {
  return {
    format: 1,
    id,
    method: 'soft',
    template: { path: '/work/tickets.prompt', text: 'Hello {{name}}', sha256: 'aa' },
    settings,
    data: { test: { path: '/work/test.jsonl', rows: 4, sha256: 'dd' } },
    model: { id: 'builtin', path: '/models/base', sha256: 'bb', parameters: 1000 },
    versions: { promptTuner: '0.1.0', numbers: 2, node: 'v20', onnxruntime: '1.0' },
    status: 'queued',
    created: '2026-01-02T03:04:05.000Z',
    progress: { phase: 'waiting', step: 0, steps: 100 },
    ...fields,
  };
}

export function result(method: Method, accuracy: number, run: string): EvaluationResult {
  return {
    method,
    split: 'test',
    n: 4,
    accuracy,
    accuracyInterval: [accuracy / 2, (1 + accuracy) / 2],
    macroF1: accuracy,
    loss: 1 - accuracy,
    tokenLoss: 2,
    majority: { label: 'a', accuracy: 0.25 },
    tokensPerSecond: 100,
    promptTokens: 12,
    trainedParameters: 512,
    seconds: 2,
    peakMemoryBytes: 1e8,
    run,
  };
}

/** Predictions for as many rows as marks, right where the mark is `1`. */
export function predictions(marks: string): readonly PredictionLine[] {
  return [...marks].map((mark, row) => ({
    row,
    input: `row ${row}`,
    expected: 'a',
    predicted: mark === '1' ? 'a' : 'b',
  }));
}
