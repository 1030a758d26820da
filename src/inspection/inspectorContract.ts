import { isTextFormat } from '../data/isTextFormat';
import { both, isNothing, isNumber, isText, listOf, object, oneOf, optional, tableOf } from '../channel/guards';
import type { Calls, Side } from '../channel/messageChannel';
import { answerFormats } from '../comparison/rows/exportAnswers';
import { isRowChunk, isRowDetail } from '../comparison/rows/rowChunk';
import { isComparisonAnalysis, isComparisonSubject } from '../comparison/analysis/subject';
import { isAnswerSoFar, isPromptAnatomy } from './inspectorAnswers';

/** Calls that look at what runs have left; none of them starts or changes a run. */
export const inspectionCalls = {
  analyse: { request: isComparisonSubject, result: isComparisonAnalysis },
  rows: { request: both(isComparisonSubject, object({ from: isNumber })), result: isRowChunk },
  rowDetail: { request: both(isComparisonSubject, object({ row: isNumber })), result: isRowDetail },
  /** Every answer to some rows, with all that is known of it, as a text of CSV or JSON. */
  exportAnswers: {
    request: both(
      isComparisonSubject,
      object({ rows: listOf(isNumber), names: listOf(isText), format: oneOf(...answerFormats) }),
    ),
    result: object({ text: isText }),
  },
  /** Line of a data file on which a row begins, from 1. */
  rowLine: {
    request: object({ file: isText, how: optional(isTextFormat), row: isNumber }),
    result: object({ line: isNumber }),
  },
  inspectPrompt: { request: object({ folder: isText }), result: isPromptAnatomy },
  /**
   * Lets a run answer an input, and says the number of the question at once. Questions about one input are answered one
   * after the other; a question about another input, or to the same run, ends those before it as "outdated".
   */
  askInput: {
    request: object({ folder: isText, input: tableOf(isText) }),
    result: object({ question: isNumber }),
  },
  /**
   * Waits until the answer to a question is longer than `from`, or ended: whoever watches is told as fast as they ask.
   * @throws Failure as the answer fails; "outdated" where another question took its place
   */
  answerSoFar: { request: object({ question: isNumber, from: isNumber }), result: isAnswerSoFar },
  /** Ends the answer to a question with what is written. */
  stopAnswer: { request: object({ question: isNumber }), result: isNothing },
} as const satisfies Calls;

/** The side of the thread that the inspector leaves an analysis to. */
export const analysisSide = { calls: { analyse: inspectionCalls.analyse }, events: {} } as const satisfies Side;
