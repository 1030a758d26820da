import type { ColumnProfile, TableProfile } from '../../../data/survey/profileTable';
import { smallest } from '../../../lists';
import { spanTexts } from '../../../data/rows/answerSpans';

/** What is asked of the model. */
export type TaskKind = 'classification' | 'extraction' | 'text';

/** A column that may be the answer, and what it would be. */
export interface AnswerGuess {
  readonly column: ColumnProfile;
  readonly kind: TaskKind;
  /** More likely ones are larger. */
  readonly weight: number;
}

/** Labels of a classification at most; a choice among more is better asked for as a text. */
export const mostLabels = 100;
/** Characters of a label at most; longer answers are texts. */
const longestLabel = 60;

/** The columns of a table as its answer, the most likely first; columns without a value are none. */
export function guessAnswers({ columns, rows, determined, samples }: TableProfile): readonly AnswerGuess[] {
  return columns
    .map((column, position) => ({
      column,
      kind: kindOf(column, samples),
      weight:
        weightOf(column, { rows, position, last: columns.length - 1 }) -
        (isCode(column, { columns, determined }) ? 6 : 0) -
        (isRejected(
          column.name,
          columns.map(({ name }) => name),
        )
          ? 20
          : 0),
    }))
    .filter(({ column }) => column.filled > 0)
    .sort((a, b) => b.weight - a.weight);
}

/** Preferences hold an answer that was chosen, and one that was not. */
export const isRejected = (name: string, names: readonly string[]): boolean =>
  /^rejected$/iu.test(name.trim()) && names.some((other) => /^chosen$/iu.test(other.trim()));

/** Whether a column has the numbers of labels that another has in words. */
function isCode(column: ColumnProfile, { columns, determined }: Pick<TableProfile, 'columns' | 'determined'>): boolean {
  const isNumbers = ({ numbers, filled }: ColumnProfile): boolean => numbers === filled;
  return (
    isNumbers(column) &&
    columns.some(
      (other) =>
        isLabels(other) &&
        !isNumbers(other) &&
        determined.get(column.name)?.has(other.name) === true &&
        determined.get(other.name)?.has(column.name) === true,
    )
  );
}

/**
 * Few labels that come twice each on average are chosen among, lists and objects extracted; the rest is text, as are
 * answers that were marked in a passage.
 */
export function kindOf(column: ColumnProfile, samples: TableProfile['samples']): TaskKind {
  const { name, filled, lists, objects } = column;
  const answered = samples.filter((row) => row[name] !== undefined && row[name] !== null);
  if (answered.length > 0 && answered.every((row) => spanTexts(row[name]) !== undefined)) return 'text';
  if (filled > 0 && lists + objects === filled) return 'extraction';
  return isLabels(column) ? 'classification' : 'text';
}

export function isLabels({ values, isMany, filled, longest, multiline, lists, objects }: ColumnProfile): boolean {
  const distinct = values.size;
  return (
    !isMany &&
    distinct > 1 &&
    distinct <= mostLabels &&
    distinct * 2 <= filled &&
    longest <= longestLabel &&
    multiline + lists + objects === 0
  );
}

/** What people call the column that is answered, the one that is asked about, and one that only counts rows. */
const answerNames = namesOf(
  'label labels class classes category sentiment intent answer answers output target topic tag rating stars score',
  'response reply completion chosen summary result gold truth y 标签 类别 分类 答案 回答 输出 情感',
);
const inputNames = namesOf(
  'text input sentence question message comment review content body prompt title document query x',
  '文本 内容 句子 问题 评论 输入 标题 正文',
);
const rowNames = namesOf('id _id idx index row no nr # uuid guid key 编号 序号');
/** What people call labels of other kinds, and what another model said of a row. */
export const annotationNames = namesOf(
  'label labels gold truth pred preds predicted prediction predictions annotator annotation annotations',
  'prob probs probability probabilities logit logits confidence 标签 预测',
);
const answerWords = /label|class|categor|answer|sentiment|intent|target|output|summary|标签|类别|分类|答案|输出/iu;

function namesOf(...lists: readonly string[]): (name: string) => boolean {
  const known = new Set(lists.flatMap((list) => list.split(' ')));
  return (name) => known.has(name.trim().toLowerCase());
}

const countsRows = (name: string): boolean => rowNames(name) || /^(?:unnamed: \d+|id_.*|.*_id|)$/i.test(name.trim());

function weightOf(
  column: ColumnProfile,
  { rows, position, last }: { readonly rows: number; readonly position: number; readonly last: number },
): number {
  const { name, values, filled } = column;
  return (
    (answerNames(name) ? 8 : answerWords.test(name) ? 4 : 0) -
    (inputNames(name) ? 6 : 0) -
    (isRowNumber(column) ? 10 : 0) -
    (values.size <= 1 ? 12 : 0) -
    (filled < rows / 2 ? 4 : 0) +
    (isLabels(column) ? 5 : 0) -
    (column.meanLength > 200 ? 2 : 0) +
    (position === last ? 1.5 : 0)
  );
}

/** Whether a column only tells rows apart: a name for such, or another short word or whole number in each row. */
export function isRowNumber({ name, values, isMany, filled, longest, numbers }: ColumnProfile): boolean {
  if (countsRows(name)) return true;
  if (inputNames(name)) return false;
  const isUnique = (isMany || values.size === filled) && filled > 3;
  if (!isUnique) return false;
  const texts = [...values.keys()];
  if (numbers === filled) return texts.every((value, i) => i === 0 || Number(value) === Number(texts[i - 1]) + 1);
  const shortest = smallest(texts.map((value) => value.length));
  return longest - shortest <= 2 && texts.every((value) => /^[\w:.-]+$/.test(value) && /\d/.test(value));
}
