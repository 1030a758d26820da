import type { EvaluationResult, RunRecord } from '../../../src/runs/record/record';
import type { Settings } from '../../../src/template/settings/settings';

export const result: EvaluationResult = {
  method: 'soft',
  split: 'test',
  n: 100,
  accuracy: 0.83,
  accuracyInterval: [0.8, 0.86],
  macroF1: 0.8,
  loss: 0.5,
  tokenLoss: 0.5,
  majority: { label: 'billing', accuracy: 0.25 },
  tokensPerSecond: 1000,
  promptTokens: 40,
  trainedParameters: 5120,
  seconds: 30,
  peakMemoryBytes: 4e8,
  run: 'r',
};

/** A finished run of `/w/triage.prompt`, with what a test wants otherwise. */
export function runRecord(id: string, changes: Partial<RunRecord> = {}): RunRecord {
  return {
    format: 1,
    id,
    method: 'soft',
    template: { path: '/w/triage.prompt', text: 'x', sha256: '0' },
    settings: { seed: 1 } as Settings,
    data: {},
    model: { id: 'builtin', path: '/m', sha256: '0', parameters: 7e6 },
    versions: { promptTuner: '0.1.0', numbers: 2, node: '20', onnxruntime: '1' },
    status: 'done',
    created: `2026-03-14T15:09:${id.padStart(2, '0')}.000Z`,
    progress: { phase: 'finished', step: 300, steps: 300 },
    result,
    ...changes,
  };
}
