import * as l10n from '@vscode/l10n';
import { enumerated } from '../../src/words/listed';
import type { PreviewPiece, PreviewState } from '../../src/views/preview/contract';
import { element } from '../element';
import { turnsOf } from './turns';

export interface PromptView {
  readonly invisibles: boolean;
  readonly boundaries: boolean;
  /** Whether messages are shown as turns, and not as the one text that the model reads. */
  readonly turns: boolean;
}

/** Hues that virtual tokens are told apart by; their names say the same in words. */
const hues = 6;

/** The prompt as it is read by the model, with what is in it beside text, and where the answer goes. */
export function promptOf(state: PreviewState, view: PromptView): readonly Node[] {
  const { pieces, answer, messages } = state;
  const firsts = positionsOf(pieces);
  if (messages && view.turns)
    return turnsOf(
      { ...state, messages },
      {
        piece: (index) => pieceOf(pieces[index]!, firsts[index]!, view),
        // What the template writes between messages is read at a glance, line breaks as marks.
        frame: (index) => framePiece(pieces[index]!, firsts[index]!, view),
        answer: answer && (() => answerSlot(answer)),
      },
    );
  const drawn = pieces.map((piece, index) =>
    piece.kind === 'answer' && answer ? answerSlot(answer, piece) : pieceOf(piece, firsts[index]!, view),
  );
  return answer && !pieces.some(({ kind }) => kind === 'answer') ? [...drawn, answerSlot(answer)] : drawn;
}

/** The position of the first token of each piece. */
function positionsOf(pieces: readonly PreviewPiece[]): readonly number[] {
  let tokens = 0;
  return pieces.map((piece) => {
    const first = tokens;
    tokens += piece.kind === 'text' ? piece.ids.length : piece.kind === 'special' ? 1 : piece.length;
    return first;
  });
}

const framePiece = (piece: PreviewPiece, first: number, view: PromptView): Node =>
  pieceOf(piece.kind === 'text' ? { ...piece, text: piece.text.replace(/\r?\n/g, '⏎') } : piece, first, {
    ...view,
    invisibles: false,
    boundaries: false,
  });

function pieceOf(piece: PreviewPiece, first: number, view: PromptView): Node {
  switch (piece.kind) {
    case 'prefix':
      return element(
        'span',
        {
          class: 'chip prefix',
          title: l10n.t`Learned keys and values, which every layer attends to in front of all text`,
        },
        l10n.t`prefix · ${piece.length} in every layer`,
      );
    case 'soft':
      return element(
        'span',
        { class: `chip soft hue-${piece.slot % hues}`, title: softTitle(piece) },
        l10n.t`${piece.length || '?'} virtual · ${piece.id}`,
      );
    case 'answer':
      return element('span', { class: 'chip special' }, piece.name.repeat(piece.length));
    case 'special':
      return element(
        'span',
        { class: 'chip special', title: l10n.t`Position ${first}, token ${piece.id}` },
        piece.name,
      );
    case 'text': {
      const { text, ids, instruction } = piece;
      const classes = [
        'text',
        ...(instruction ? ['instruction'] : []),
        ...(view.boundaries && ids.length > 0 ? [`token-${first % 2}`] : []),
      ];
      const title =
        ids.length === 0
          ? ''
          : ids.length === 1
            ? l10n.t`Position ${first}, token ${ids[0]!}`
            : l10n.t`Positions ${first} to ${first + ids.length - 1}, tokens ${enumerated(ids)}`;
      return element(
        'span',
        { class: classes.join(' '), ...(title && { title }) },
        ...spelledOut(text, view.invisibles),
      );
    }
  }
}

function softTitle({ id, length, init }: Extract<PreviewPiece, { readonly kind: 'soft' }>): string {
  const vectors = length ? l10n.t`${length} learned vectors named ${id}` : l10n.t`Some learned vectors named ${id}`;
  return init === null ? vectors : l10n.t`${vectors}, which start from the words "${init}"`;
}

/** Characters that are not seen, and what is shown for them. */
const marks: readonly (readonly [RegExp, (found: string) => string])[] = [
  [/^\r?\n$/, (found) => (found === '\n' ? '⏎\n' : '␍⏎\n')],
  [/^ $/, () => '·'],
  [/^\t$/, () => '→\t'],
  [/^\u00A0$/, () => '⍽'],
];
const unseen = /(\r\n|[\n \t\u00A0]|[\u0000-\u001F\u007F-\u009F\u00AD\u200B-\u200F\u2028-\u202E\u2060-\u2064\uFEFF])/;

function spelledOut(text: string, invisibles: boolean): readonly (Node | string)[] {
  if (!invisibles) return [text];
  return text.split(unseen).flatMap((part, index): readonly (Node | string)[] => {
    if (index % 2 === 0) return part === '' ? [] : [part];
    const mark =
      marks.find(([pattern]) => pattern.test(part))?.[1](part) ??
      `⟨U+${part.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}⟩`;
    return [element('span', { class: 'unseen' }, mark)];
  });
}

function answerSlot(
  { field, expected }: NonNullable<PreviewState['answer']>,
  mask?: Extract<PreviewPiece, { readonly kind: 'answer' }>,
): Node {
  const masks = mask && (mask.length === 1 ? mask.name : `${mask.length} × ${mask.name}`);
  const here = masks === undefined ? l10n.t`Here the model answers` : l10n.t`Here the model answers in ${masks}`;
  const title = expected === null ? here : l10n.t`${here}; the row says this`;
  const said = expected === null ? field : `${field}: ${expected}`;
  return element('span', { class: 'chip slot', title }, mask ? `${mask.name.repeat(mask.length)} · ${said}` : said);
}
