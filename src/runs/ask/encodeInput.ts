import * as l10n from '@vscode/l10n';
import type { Row } from '../../data/dataset';
import type { SourceLocation } from '../../failure';
import { encodeRow, type Example } from '../../objective/example';
import { withAnswer } from '../../template/render/chat/rowMessages';
import type { OpenTask } from '../work/openTask';

/** A row without an answer, or one whose answer has no part in what the model reads. */
export interface Input {
  /** By the names of the template's variables. */
  readonly row: Row;
  /** Its number among the rows, from 0, from which the random numbers of its answer follow. */
  readonly index: number;
  readonly location: SourceLocation;
  /** Whether its values are all text, as those of a table. */
  readonly isTable?: boolean;
}

/** An input that somebody typed. */
export const typedInput = (row: Row): Input => ({ row, index: 0, location: { file: l10n.t`the input`, line: 1 } });

/**
 * An input as the model reads it; what it expects stands for nothing. Messages that end with the model's are read
 * without that one, as in a training.
 * @throws Failure "data-column", "prompt-too-long" and others that {@link encodeRow} has
 */
export function encodeInput({ task, model }: OpenTask, { row, index, location, isTable = false }: Input): Example {
  const { template, answerField, labels } = task;
  const asked = { ...withAnswer(row, template.output!, { isTable, location }), [answerField]: labels[0] ?? anyText };
  const { file, line } = location;
  return encodeRow(task, model, { row: asked, index, dataset: { path: file ?? '', lineOf: () => line ?? 1 } });
}

const anyText = '–';
