import * as l10n from '@vscode/l10n';
import { clauses } from '../../src/words/listed';
import type { PreviewMessage, PreviewPiece, PreviewState } from '../../src/views/preview/contract';
import { element } from '../element';

/** What draws the parts of turns. */
export interface TurnParts {
  /** A piece of a message, by its index. */
  piece(index: number): Node;
  /** A piece that the chat template writes around messages. */
  frame(index: number): Node;
  /** Where the model answers; null where it does not. */
  readonly answer: (() => Node) | null;
}

const names: Readonly<Record<PreviewMessage['role'], string>> = {
  system: l10n.t`System`,
  user: l10n.t`User`,
  model: l10n.t`Assistant`,
};

/** A stretch of pieces of one message, or of none. */
interface Stretch {
  readonly message: number | undefined;
  readonly pieces: readonly number[];
}

/** The messages of a prompt as turns, with what the chat template writes between them, and the turn of the answer. */
export function turnsOf(
  { pieces, messages }: Pick<PreviewState, 'pieces'> & { readonly messages: readonly PreviewMessage[] },
  parts: TurnParts,
): readonly Node[] {
  const drawn: Node[] = [];
  const left = new Set(messages.flatMap(({ dropped }, i) => (dropped === null ? [] : [i])));
  const leftUpTo = (message: number): void => {
    for (const i of [...left].filter((each) => each < message)) {
      drawn.push(leftOut(messages[i]!));
      left.delete(i);
    }
  };
  // A last message of the model is the beginning of its answer, which goes on with it.
  const last = messages.at(-1);
  const continues = parts.answer !== null && last?.role === 'model' && !last.isHistory && last.dropped === null;
  const stretches = stretchesOf(pieces);
  const open = continues ? stretches.filter(({ message }) => message === messages.length - 1).at(-1) : undefined;
  for (const stretch of stretches) {
    const { message, pieces: indices } = stretch;
    if (message === undefined) {
      drawn.push(element('div', { class: 'frame' }, ...indices.map((index) => parts.frame(index))));
      continue;
    }
    leftUpTo(message);
    const content = indices.map((index) => parts.piece(index));
    drawn.push(turn(messages[message]!, stretch === open ? [...content, parts.answer!()] : content, stretch === open));
  }
  leftUpTo(messages.length);
  if (parts.answer && !open) drawn.push(turn({ role: 'model', isHistory: false }, [parts.answer()], true));
  return drawn;
}

function stretchesOf(pieces: readonly PreviewPiece[]): readonly Stretch[] {
  const stretches: { message: number | undefined; pieces: number[] }[] = [];
  pieces.forEach((piece, index) => {
    const message = 'message' in piece ? piece.message : undefined;
    const last = stretches.at(-1);
    if (last && last.message === message) last.pieces.push(index);
    else stretches.push({ message, pieces: [index] });
  });
  return stretches;
}

function turn(
  { role, isHistory }: Pick<PreviewMessage, 'role' | 'isHistory'>,
  content: readonly Node[],
  isOpen: boolean,
): Node {
  const said = [isHistory ? l10n.t`history of the row` : '', isOpen ? l10n.t`open: the answer follows` : ''].filter(
    Boolean,
  );
  return element(
    'div',
    { class: `turn ${role}${isOpen ? ' open' : ''}`, role: 'group', 'aria-label': names[role] },
    heading(names[role], clauses(said)),
    element('div', { class: 'said' }, ...content),
  );
}

const leftOut = ({ role, dropped }: PreviewMessage): Node =>
  element(
    'div',
    { class: 'turn left-out', role: 'group', 'aria-label': l10n.t`${names[role]}, left out` },
    heading(names[role], l10n.t`left out by the model’s chat template`),
    element('div', { class: 'said' }, element('del', {}, dropped ?? '')),
  );

const heading = (name: string, note: string): Node =>
  element('p', { class: 'speaker' }, element('strong', {}, name), ...(note === '' ? [] : [` · ${note}`]));
