import * as l10n from '@vscode/l10n';
import { counted } from '../../words/formatNumbers';
import { clauses } from '../../words/listed';
import type { HostedFacts } from '../plan/hostedFacts';
import { labelWayText } from './labelWay';

/** How labels were decided, most often first: `by the log-probabilities of all labels`; empty for texts. */
export function decidedText({ decided = {} }: Pick<HostedFacts, 'decided'>): string {
  const ways = Object.entries(decided).sort(([, a], [, b]) => b - a);
  const textOf = (way: string): string => (labelWayText as Readonly<Record<string, () => string>>)[way]?.() ?? way;
  if (ways.length === 1) return textOf(ways[0]![0]);
  return clauses(ways.map(([way, rows]) => l10n.t`${textOf(way)} in ${counted(rows, 'row')}`));
}
