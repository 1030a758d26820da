import * as l10n from '@vscode/l10n';
import { counted } from '../../words/formatNumbers';
import { meanOfCounts, Unjudgeable, yesNo, type Metric } from '../metric';
import type { SettingOf } from '../metricSetting';
import { decimalOf, distanceOf, isAtMost, magnitudeOf, multiply, readDecimal, type Decimal } from './decimal';

/**
 * 1 where the number of the answer is that of a reference, or no farther from it than the absolute tolerance, or than
 * the relative one times the reference. Numbers are compared as they are written, without rounding.
 */
export function numberMetric({ name, ...options }: SettingOf<'number'>): Metric {
  const { absolute = 0, relative = 0, find = 'only' } = options;
  const isNear = (a: Decimal, b: Decimal): boolean => {
    const distance = distanceOf(a, b);
    return isAtMost(distance, decimalOf(absolute)) || isAtMost(distance, multiply(decimalOf(relative), magnitudeOf(b)));
  };
  return {
    name,
    title: options.not ? 'Number, not' : 'Number',
    scale: 'share',
    better: 'higher',
    binary: true,
    needsReference: true,
    value: meanOfCounts,
    score(answer, references) {
      const expected = references.map(requireNumber);
      const found = numbersIn(answer);
      if (found.length === 0) return yesNo(false, options, l10n.t`The answer has no number.`);
      if (find === 'only' && found.length > 1)
        return yesNo(false, options, l10n.t`The answer has ${counted(found.length, 'number')}.`);
      const { text, value } = find === 'first' ? found[0]! : found.at(-1)!;
      if (!value) return yesNo(false, options, l10n.t`${text} can be read in more than one way.`);
      return yesNo(
        expected.some((each) => isNear(value, each)),
        options,
        l10n.t`Read as ${text}.`,
      );
    },
  };
}

interface WrittenNumber {
  readonly text: string;
  /** Undefined for what is written as no number is: `1,5`, `3.14.15`. */
  readonly value?: Decimal;
}

/** Digits with what may stand among them, and a sign that follows no letter and no digit; `B2B` holds none. */
const numberLike = /(?<![\p{L}\p{N}_])[-+\u2212]?[.,]?\d(?:[\d.,]*\d)?(?:e[-+]?\d+)?/giu;

/** With commas between groups of three, or without any; decimals behind a point. */
const wellWritten = /^[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:(?:\.\d+)?(?:e[-+]?\d+)?)$/i;

function numbersIn(text: string): readonly WrittenNumber[] {
  return [...text.matchAll(numberLike)].map(([written]) => {
    const plain = written.replace('\u2212', '-');
    return { text: written, value: wellWritten.test(plain) ? readDecimal(plain.replaceAll(',', '')) : undefined };
  });
}

function requireNumber(reference: string): Decimal {
  const [number, ...more] = numbersIn(reference);
  if (number?.value && more.length === 0) return number.value;
  const shown = JSON.stringify(reference);
  throw new Unjudgeable(
    more.length > 0
      ? l10n.t`The expected answer ${shown} has several numbers.`
      : l10n.t`The expected answer ${shown} is no number.`,
  );
}
