import * as l10n from '@vscode/l10n';
import { decidedText } from '../../../endpoint/asking/decidedText';
import type { HostedFacts } from '../../../endpoint/plan/hostedFacts';
import { count, counted } from '../../../words/formatNumbers';
import { clauses, listed } from '../../../words/listed';
import type { Selection } from '../provenance';
import type { EvaluationResult } from '../record';
import { rowsOf, trains, type Split } from './recordWords';

type Measured = Pick<EvaluationResult, 'split' | 'n' | 'method' | 'provenance' | 'hosted'>;

/**
 * Whether a number was measured on the rows of train: it says how well they are fitted, nothing about other rows, so
 * that it has neither interval nor verdict.
 */
export function isOnTrainingRows({ split, n, provenance }: Pick<Measured, 'split' | 'n' | 'provenance'>): boolean {
  return split === 'train' || (n > 0 && provenance?.shared.train === n);
}

/** Whether the answers were labels; of free text there is no majority, and a macro-F1 would say nothing. */
export function hasLabels({ majority }: Pick<EvaluationResult, 'majority'>): boolean {
  return majority !== undefined;
}

/** `100 rows of test`, with what is to be known of them: `8 rows of test, 2 of them in train too`. */
export function measuredRows(result: Measured): string {
  const unknown = result.provenance ? [] : [l10n.t`whether other splits have them too is not known`];
  return clauses([rowsOf(counted(result.n, 'row'), result.split), ...caveatsOf(result), ...unknown]);
}

/** Rows to which a model that runs elsewhere gave no answer; empty where it answered all. */
export const unansweredText = ({ failed, rows }: Pick<HostedFacts, 'failed' | 'rows'>): string =>
  failed > 0 ? l10n.t`${count(failed)} of ${count(rows)} got no answer and are left out` : '';

/** What a model that runs elsewhere left open, and how its labels were decided. */
function hostedCaveats({ unlisted = 0, ...facts }: HostedFacts): readonly string[] {
  const decided = decidedText(facts);
  return [
    ...[unansweredText(facts)].filter(Boolean),
    ...(decided ? [l10n.t`labels decided ${decided}`] : []),
    ...(unlisted > 0 ? [l10n.t`${counted(unlisted, 'answer')} none of the labels, counted as wrong`] : []),
  ];
}

/** What must stand beside a number because of the rows that it was measured on; empty where there is nothing. */
export function caveatsOf(result: Measured): readonly string[] {
  const { split, method, n, provenance, hosted } = result;
  const shared = provenance?.shared;
  return [
    ...(split === 'train' && trains(method) ? [l10n.t`which were trained on`] : []),
    ...(split === 'dev' && chosenBy(provenance?.selection, 'dev') ? [l10n.t`which chose among what was trained`] : []),
    ...(['train', 'dev', 'test'] as const).flatMap((other) => {
      const rows = shared?.[other];
      if (other === split || !rows) return [];
      return [rows === n ? l10n.t`all of them in ${other} too` : l10n.t`${count(rows)} of them in ${other} too`];
    }),
    ...(shared && (shared.train === null || shared.dev === null)
      ? [l10n.t`whether it was trained with them is not known`]
      : []),
    ...(provenance?.forced ? [l10n.t`${listed(provenance.forced)} not as in the training`] : []),
    ...(provenance?.shortened ? [l10n.t`${count(provenance.shortened)} of them shortened`] : []),
    ...(hosted ? hostedCaveats(hosted) : []),
  ];
}

/** `test, 12 in train`: the least that must stand beside a number where there is little room. */
export function shortRows(measured: Measured): string {
  return measured.split + sharedRows(measured);
}

/** `, 12 in train` where rows of the split stand in the training rows too, else nothing. */
export function sharedRows({ split, n, provenance }: Measured): string {
  const shared = provenance?.shared.train;
  if (!shared || split === 'train') return '';
  return shared === n ? l10n.t`, all in train` : l10n.t`, ${shared} in train`;
}

/** Whether rows of a split chose the learning rate, the step or the text. */
export function chosenBy(selection: Selection | null | undefined, split: 'train' | 'dev'): boolean {
  return [selection?.learningRate, selection?.step, selection?.instruction].some((choice) => choice?.by === split);
}

/** How what was measured had been trained and chosen, in clauses; empty where nothing was. */
export function selectionText({ method, provenance }: Pick<Measured, 'method' | 'provenance'>): string {
  const selection = provenance?.selection;
  if (method === 'answers') return l10n.t`not produced here, so that how they came about is not known`;
  if (selection === null || (method === 'hard' && selection === undefined)) return '';
  if (selection === undefined) return l10n.t`how it was trained and chosen is not known`;
  const { trainingRows, shortenedRows, learningRate, step, instruction, start } = selection;
  const rows = counted(trainingRows, 'row');
  const text = instruction ? [l10n.t`instruction chosen on ${choiceRows(instruction)}`] : [];
  if (method === 'hard') return text.join('');
  return clauses([
    shortenedRows
      ? l10n.t`trained on ${rows} of train, ${count(shortenedRows)} shortened`
      : l10n.t`trained on ${rows} of train`,
    ...(start === undefined ? [] : [l10n.t`going on from the adapter ${start}, whose data are not known`]),
    ...text,
    learningRate ? l10n.t`learning rate chosen on ${choiceRows(learningRate)}` : l10n.t`learning rate as set`,
    step ? l10n.t`step chosen on ${choiceRows(step)}` : l10n.t`last step kept`,
  ]);
}

const choiceRows = ({ by, rows }: { readonly by: Split; readonly rows: number }): string =>
  rowsOf(counted(rows, 'row'), by);
