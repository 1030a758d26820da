import * as l10n from '@vscode/l10n';
import {
  choosingNote,
  heightText,
  heightTitle,
  readabilityText,
  testText,
  textTitle,
} from '../comparison/front/frontWords';
import { readFront } from '../comparison/front/readFront';
import type { ShownFront, ShownText } from '../comparison/front/shownFront';
import { Failure } from '../failure';
import { counted, fraction } from '../words/formatNumbers';
import type { RunRecord } from '../runs/record/record';
import { readRun } from '../runs/store/runFolder';
import { findRun } from '../runs/store/scanRuns';
import { asText } from '../words/writeTable';

/** A text of a run's front, by its number. */
export interface NumberedText {
  readonly folder: string;
  readonly record: RunRecord;
  readonly front: ShownFront;
  readonly number: number;
  readonly text: ShownText;
}

/**
 * The text of that number, as `runs show` numbers them.
 * @throws Failure "run-missing", or "instruction-missing" where the run has kept no such text
 */
export async function numberedText(runsFolder: string, reference: string, number: number): Promise<NumberedText> {
  const folder = await findRun(runsFolder, reference);
  const record = await readRun(folder);
  const front = readFront(record);
  if (!front)
    throw new Failure(
      'instruction-missing',
      l10n.t`The run ${record.id} has kept no texts: it did not search for an instruction.`,
      { file: folder },
      l10n.t`Train with --method v2 and tune.instruction text or both.`,
    );
  const text = front.texts[number - 1];
  if (text) return { folder, record, front, number, text };
  throw new Failure(
    'instruction-missing',
    l10n.t`The run ${record.id} has kept texts 1 to ${front.texts.length}, and none of number ${number}.`,
    { file: folder },
    l10n.t`"prompt-tuner runs show ${record.id}" lists them.`,
  );
}

/** What the terminal says of a text: its words and its numbers. */
export function formatFrontText({ front, number, text }: NumberedText): string {
  return [
    textTitle(text, number),
    '',
    text.text.trim(),
    '',
    asText({
      headings: [],
      rows: [
        [l10n.t`readability`, readabilityText(text)],
        [l10n.t`length`, counted(text.tokens, 'token')],
        [heightTitle(front), heightText(text)],
        [l10n.t`loss`, fraction(text.loss)],
        [l10n.t`${front.metric.title} on test`, testText(front, text)],
      ],
      alignment: ['left', 'left'],
    }),
    '',
    choosingNote(front),
  ].join('\n');
}

/** The same for a script. */
export const frontTextJson = ({ record, front, number, text }: NumberedText): object => ({
  run: record.id,
  number,
  ...text,
  metric: front.metric.name,
  chosenOn: front.chosenOn,
  lookedAt: front.lookedAt,
});
