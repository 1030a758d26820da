import { isTextFormat } from '../data/isTextFormat';
import { both, isNumber, isText, object, optional, tableOf } from '../channel/guards';
import type { Calls, Side } from '../channel/messageChannel';
import { isRowChunk, isRowDetail } from '../comparison/rows/rowChunk';
import { isComparisonAnalysis, isComparisonSubject } from '../comparison/analysis/subject';
import { isInputAnswer, isPromptAnatomy } from './inspectorAnswers';

/** Calls that look at what runs have left; none of them starts or changes a run. */
export const inspectionCalls = {
  analyse: { request: isComparisonSubject, result: isComparisonAnalysis },
  rows: { request: both(isComparisonSubject, object({ from: isNumber })), result: isRowChunk },
  rowDetail: { request: both(isComparisonSubject, object({ row: isNumber })), result: isRowDetail },
  /** Line of a data file on which a row begins, from 1. */
  rowLine: {
    request: object({ file: isText, how: optional(isTextFormat), row: isNumber }),
    result: object({ line: isNumber }),
  },
  inspectPrompt: { request: object({ folder: isText }), result: isPromptAnatomy },
  answerInput: { request: object({ folder: isText, input: tableOf(isText) }), result: isInputAnswer },
} as const satisfies Calls;

/** The side of the thread that the inspector leaves an analysis to. */
export const analysisSide = { calls: { analyse: inspectionCalls.analyse }, events: {} } as const satisfies Side;
