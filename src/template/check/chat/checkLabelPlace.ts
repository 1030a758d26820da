import * as l10n from '@vscode/l10n';
import type { Analysis } from '../../read/analysis';
import { wordEdit, wordSpan } from '../../edit/labelEdits';
import { outputSpan } from '../../read/checks/checkLabels';
import { answerPlace } from '../../render/length/promptLength';
import type { Draft } from '../../text/finding';
import type { TokenEncoder } from '../../text/tokenEncoder';

/**
 * `label-place`: words of `tune.labels` that were written for the middle of a text where the answer opens the model's
 * turn, or the other way round where the chat template leads its turns in with a space.
 */
export function labelPlaceDrafts(
  analysis: Analysis,
  encoder: TokenEncoder,
  row?: Readonly<Record<string, unknown>>,
): readonly Draft[] {
  const { output, written } = analysis;
  if (!output?.values || !written.labels) return [];
  const { lead } = answerPlace(analysis, encoder, row).before;
  if (lead === undefined) return [];
  const wrong = output.values.flatMap((label) =>
    (written.labels![label] ?? [])
      .filter((word) => (lead === '' ? /^\s/.test(word) : !/^\s/.test(word)))
      .map((word) => ({ label, word })),
  );
  const [first] = wrong;
  if (!first) return [];
  const edits = wrong.map(({ label, word }) =>
    wordEdit(analysis, label, { from: word, to: lead === '' ? word.trimStart() : lead + word }),
  );
  const word = JSON.stringify(first.word);
  const words = wrong.length > 1 ? l10n.t`${word} and ${wrong.length - 1} more` : word;
  const made = edits.filter((edit) => edit !== undefined);
  return [
    {
      code: 'label-place',
      severity: 'warning',
      span: wordSpan(analysis, first.label, first.word) ?? outputSpan(analysis),
      message:
        lead === ''
          ? l10n.t`The answer opens the model's turn, where words begin without a space, but ${words} with one: the \
model hardly ever writes that there.`
          : l10n.t`The chat template begins the model's turn with a space, which ${words} lacks.`,
      fixes:
        made.length === edits.length
          ? [
              {
                title: lead === '' ? l10n.t`Write all words without the space` : l10n.t`Write all words with the space`,
                edits: made,
              },
            ]
          : [],
    },
  ];
}
