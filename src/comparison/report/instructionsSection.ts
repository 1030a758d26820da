import * as l10n from '@vscode/l10n';
import { fraction, signed, signedInterval } from '../../words/formatNumbers';
import { h, type Child, type Html } from '../../html';
import type { RunRecord } from '../../runs/record/record';
import { describeRewriting } from '../study/describeRewriting';
import { seedName } from '../study/studies';
import type { TaskComparison } from '../taskComparison';
import { frontSection } from './frontSection';
import { quiet } from './tables';
import { wordDifference } from '../../wordDifference';

/** The instructions before and after, with what each accepted edit saved where it was accepted; empty without any. */
export function instructionsSection({ studies }: TaskComparison): readonly Html[] {
  const items = studies.flatMap((study) =>
    study.runs.flatMap((run) =>
      run.rewritten ? [rewriting(seedName(study.name, study, run), run.rewritten, run)] : [],
    ),
  );
  const note = l10n.t`Each edit was accepted for the loss it saved on training rows that did not choose it; dev chose \
among the texts that came of them; test was not read.`;
  return items.length === 0 ? [] : [h('p', { class: 'quiet' }, note), ...items];
}

type Rewritten = NonNullable<RunRecord['rewritten']>;

function rewriting(who: string, rewritten: Rewritten, record: RunRecord): Html {
  const { original, instruction, edits } = rewritten;
  if (original === instruction)
    return h('article', {}, [h('p', {}, l10n.t`${who} ${describeRewriting(rewritten)}.`), frontSection(record)]);
  return h('article', {}, [
    h('h4', {}, who),
    h('p', { class: 'words' }, markedDifference(original.trim(), instruction.trim())),
    textAlone(record),
    h('ol', {}, edits.map(editItem)),
    frontSection(record),
  ]);
}

function markedDifference(before: string, after: string): Child {
  return wordDifference(before, after).map(({ kind, text }) => (kind === 'same' ? text : h(kind, {}, text)));
}

function editItem({ before, after, gain, standardError }: Rewritten['edits'][number]): Html {
  const saving = l10n.t`saves ${fraction(gain)} ± ${fraction(standardError)} nats`;
  return h('li', {}, [quoted(before), ' → ', quoted(after), ' ', quiet(saving)]);
}

function quoted(text: string): Child {
  return text.trim() ? `“${text}”` : quiet(l10n.t`nothing`);
}

function textAlone({ textResult, textGain }: RunRecord): Child {
  if (!textResult) return null;
  const accuracy = fraction(textResult.accuracy);
  return h(
    'p',
    { class: 'quiet' },
    textGain
      ? l10n.t`The new text alone, nothing learned: accuracy ${accuracy}, ${signed(textGain.mean)} over the old one \
(95 % interval ${signedInterval(textGain.interval)}).`
      : l10n.t`The new text alone, nothing learned: accuracy ${accuracy}.`,
  );
}
