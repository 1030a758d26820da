import * as l10n from '@vscode/l10n';
import { fraction } from '../../../words/formatNumbers';
import { isolated } from '../../../words/isolateText';
import { enumerated } from '../../../words/listed';
import { lowLabelMass } from '../../../scoring/likelihood/labelMass';
import type { EvaluationResult } from '../record';

type Measured = Pick<EvaluationResult, 'labelMass' | 'likeliest'>;

/** Whether the labels have so little of the probability that the model would rather write something else. */
export const isLowMass = ({ labelMass }: Measured): boolean =>
  typeof labelMass === 'number' && labelMass < lowLabelMass;

/**
 * What to know, and to do, where the label words have little of the probability at the answer slot; undefined where
 * they have enough, and where it was not measured.
 */
export function lowMassWarning({ labelMass, likeliest }: Measured): string | undefined {
  if (!isLowMass({ labelMass })) return undefined;
  const rather = likeliest
    ? l10n.t`: the model would rather write ${enumerated(
        likeliest.tokens.map(({ text, probability }) => `${isolated(JSON.stringify(text))} (${fraction(probability)})`),
      )}`
    : '';
  return l10n.t`All label words together have a probability of ${massText(labelMass!)} at the answer slot${rather}. \
Which of them is likeliest then says little of what the model would answer: begin its answer with text that leads to \
a label (of messages {{role "model"}} and the text before the slot), or give tune.labels words that it writes.`;
}

/** A probability that is not nothing, never rounded to nothing. */
const massText = (mass: number): string => (mass < 0.001 ? l10n.t`less than 0.001` : fraction(mass));
