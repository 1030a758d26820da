import { isMethod, isSplit } from './recordWords';
import type { RunProgress, RunRecord, EvaluationResult } from './record';
import {
  isFlag,
  isNumber,
  isObject,
  isText,
  listOf,
  nullable,
  oneOf,
  optional,
  shape,
  tableOf,
  type Guard,
} from '../../channel/guards';

const isWrittenStatus = oneOf('queued', 'running', 'done', 'stopped', 'failed');

export const isProgress: Guard<RunProgress> = shape<RunProgress>({
  phase: oneOf('waiting', 'loading', 'searching', 'sweep', 'training', 'testing', 'finished'),
  step: isNumber,
  steps: isNumber,
  // JSON writes null for what is not finite.
  loss: optional(nullable(isNumber)) as Guard<number | undefined>,
  devAccuracy: optional(nullable(isNumber)) as Guard<number | undefined>,
  secondsLeft: optional(nullable(isNumber)) as Guard<number | undefined>,
});

const isMeasure = nullable(isNumber);
const isPair = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && value.every((bound) => isMeasure(bound));

/** What every evaluation has; measures that a kind of task lacks are not insisted on. */
export const isEvaluation: Guard<EvaluationResult> = (value): value is EvaluationResult =>
  isObject(value) &&
  isMethod(value.method) &&
  isSplit(value.split) &&
  isNumber(value.n) &&
  isMeasure(value.loss) &&
  (value.accuracy === undefined || isMeasure(value.accuracy)) &&
  (value.accuracyInterval === undefined || isPair(value.accuracyInterval));

const has =
  (guard: Guard<unknown>, ...names: readonly string[]) =>
  (value: unknown): boolean =>
    isObject(value) && names.every((name) => guard(value[name]));
const absentOr =
  (test: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === undefined || test(value);

/** Whether a value read from `run.json` can be shown and gone on with: every field that any reader touches has its type. */
export function isRunRecord(value: unknown): value is RunRecord {
  return (
    isObject(value) &&
    value.format === 1 &&
    isText(value.id) &&
    isMethod(value.method) &&
    isWrittenStatus(value.status) &&
    isText(value.created) &&
    has(isText, 'path', 'text')(value.template) &&
    absentOr(isText)((value.template as RunRecord['template']).sha256) &&
    absentOr(tableOf(isText))((value.template as RunRecord['template']).partials) &&
    isObject(value.settings) &&
    isProgress(value.progress) &&
    isObject(value.data) &&
    Object.values(value.data).every(has(isText, 'path', 'sha256')) &&
    has(isText, 'id', 'path', 'sha256')(value.model) &&
    isObject(value.versions) &&
    absentOr(has(isText, 'heartbeat'))(value.process) &&
    absentOr(has(isNumber, 'pid'))(value.process) &&
    absentOr(has(isText, 'code', 'message'))(value.error) &&
    absentOr(isEvaluation)(value.result) &&
    absentOr(isEvaluation)(value.originalResult) &&
    absentOr(isEvaluation)(value.textResult) &&
    absentOr(has(isText, 'original', 'instruction', 'text'))(value.rewritten) &&
    absentOr((rewritten) => isObject(rewritten) && Array.isArray(rewritten.edits))(value.rewritten) &&
    absentOr((study) => has(isText, 'id')(study) && has(listOf(isText), 'varied')(study))(value.study) &&
    absentOr(has(isNumber, 'step'))(value.best) &&
    absentOr(isNumber)(value.learningRate) &&
    absentOr(isNumber)(value.generation) &&
    [value.name, value.note, value.started, value.finished, value.collapsed].every(optional(isText)) &&
    optional(isFlag)(value.starred)
  );
}
