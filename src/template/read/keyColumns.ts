import { messagesColumn } from '../render/chat/rowMessages';
import type { KeyColumns } from '../../data/rows/rowKey';
import { answerColumns } from '../answer/composeAnswer';
import { outputOf } from './template';
import type { Analysis } from './analysis';

/** The columns that a template reads, those that a row may lack included: whatever can make two prompts differ. */
export function keyColumns({
  usage,
  output,
  answerObject,
}: Pick<Analysis, 'usage' | 'output' | 'answerObject'>): KeyColumns {
  const { object } = outputOf({ output, answerObject }) ?? {};
  const answerNames = object ? answerColumns(object) : output ? [output.name] : [];
  if (usage?.readsWholeRow)
    return { all: true, ...(output && { except: answerNames }), ...(object && { exceptParts: true as const }) };
  const names = (usage?.variables ?? []).map(({ name }) => name);
  const read = new Set((usage?.histories.length ?? 0) > 0 ? [...names, messagesColumn] : names);
  return { names: [...read].filter((name) => name !== output?.name) };
}
