import * as l10n from '@vscode/l10n';
import { frontOfRun, type TestOfText, type TextOfFront } from '../../runs/record/frontOfRun';
import { decidingMetric } from '../../runs/record/measuredMetrics';
import type { RunRecord } from '../../runs/record/record';
import { isActive } from '../../runs/store/runStatus';
import { faceOf, labelAccuracy } from '../../scoring/metricFace';
import type { ShownFront, ShownText } from './shownFront';

/** The front of a run as page, panel, report and terminal show it; null where the search has kept none. */
export function readFront(record: RunRecord): ShownFront | null {
  const front = frontOfRun(record);
  const [first] = front?.texts ?? [];
  if (!front || !first) return null;
  const { originalResult, selection, data, rewritten } = record;
  return {
    original: rewritten!.original,
    texts: front.texts.map(shownText),
    chosenOn: { split: selection?.instruction?.by ?? (data.dev ? 'dev' : 'train'), rows: first.rows },
    metric: originalResult ? faceOf(decidingMetric(originalResult)) : labelAccuracy,
    lookedAt: front.lookedAt,
    unmeasurable: whyNot(record),
  };
}

function whyNot(record: RunRecord): string | null {
  if (isActive(record)) return l10n.t`Other texts can be measured on test once the run is done.`;
  if (record.originalResult?.split !== 'test')
    return l10n.t`The run was not measured on test rows, so that no other text of it can be.`;
  return null;
}

function shownText({ accuracy, accuracyInterval, gain, gainInterval, test, ...text }: TextOfFront): ShownText {
  const { text: words, tokens, readability, loss, isOriginal, isChosen } = text;
  return {
    text: words,
    tokens,
    readability,
    loss,
    isOriginal,
    isChosen,
    accuracy:
      accuracy === undefined ? null : { value: accuracy, interval: ends(accuracyInterval) ?? [accuracy, accuracy] },
    saved: { mean: gain, interval: ends(gainInterval) ?? [gain, gain] },
    test: test ? testNumber(test) : null,
  };
}

function testNumber({ result, gain, p }: TestOfText): NonNullable<ShownText['test']> {
  const { value, interval } = decidingMetric(result);
  const between = gain && ends(gain.interval);
  return {
    value: finite(value),
    interval: ends(interval) ?? null,
    gain: gain && between && Number.isFinite(gain.mean) ? { mean: gain.mean, interval: between } : null,
    p: finite(p),
  };
}

const finite = (value: number | null | undefined): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

/** Both ends of an interval; undefined where there is none. */
function ends(interval: readonly (number | null)[] | null | undefined): readonly [number, number] | undefined {
  const [low, high] = (interval ?? []).map(finite);
  return typeof low === 'number' && typeof high === 'number' ? [low, high] : undefined;
}
