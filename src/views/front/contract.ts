import { isFlag, isNothing, isNumber, isText, listOf, object, type Infer } from '../../channel/guards';
import type { Calls } from '../../channel/messageChannel';

export { isShownFront, type ShownFront, type ShownText } from '../../comparison/front/shownFront';
export {
  frontHeadings,
  frontNote,
  frontNumbers,
  heightOf,
  heightText,
  heightTitle,
  lookedAtText,
  readabilityText,
  roleOf,
  rowTitle,
  testHeight,
  testText,
  textInWords,
  textTitle,
} from '../../comparison/front/frontWords';

/** A text of a run's front that is being measured on test; no rows are counted while its model is opened. */
const isMeasuringText = object({ run: isText, text: isText, done: isNumber, total: isNumber });
export type MeasuringText = Infer<typeof isMeasuringText>;

/** All that are being measured, or wait for their turn, in the order of asking. */
export const isMeasuringTexts = listOf(isMeasuringText);

const ofText = { request: object({ run: isText, text: isText }), result: isNothing };

/** What a page asks for a text of a run's front. */
export const frontCalls = {
  /** Writes the text into the template, as an edit that can be undone. */
  useText: ofText,
  /** Writes a variant with the text beside the template, and opens it. */
  compareText: ofText,
  /** Measures the text on test and keeps that with the run. Comes back at its end: false where it was stopped. */
  measureText: { request: ofText.request, result: isFlag },
  /** Stops measuring the text; the run stays as it was. */
  stopMeasuring: ofText,
} as const satisfies Calls;
