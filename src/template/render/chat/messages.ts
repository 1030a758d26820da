import * as l10n from '@vscode/l10n';
import { append } from '../../../lists';
import { Failure, type SourceLocation } from '../../../failure';
import { enumerated } from '../../../words/listed';
import type { ExamplesAs } from '../../settings/settings';
import type { Piece } from '../marks';
import { joinSegments } from '../marks';
import { roles, type PromptMessage, type Role, type Segment } from '../renderedPrompt';

export interface MessageForm {
  /** The row's own messages, for `{{history}}`. */
  readonly history: readonly PromptMessage[];
  readonly trimMessages: boolean;
  readonly examplesAs: ExamplesAs;
  readonly location: SourceLocation;
}

interface Draft {
  role: Role;
  segments: Segment[];
  /** Whether a tag began it, behind which a line break is layout. */
  readonly isTagged: boolean;
  readonly isHistory?: true;
  /** Whether examples have been written into it as text. */
  holdsExamples?: boolean;
}

/**
 * The messages of a rendering, as dotprompt defines them (js/src/parse.ts, toMessages): text before any role is the
 * user's, text behind the history is the model's, and a message of white space alone is none.
 * @throws Failure "role-unknown" for a role that is not known
 */
export function messagesOf(pieces: readonly Piece[], form: MessageForm): readonly PromptMessage[] {
  const drafts = draftMessages(pieces, form);
  return drafts
    .map((draft, i): PromptMessage => {
      const { role, segments, isHistory } = draft;
      // What stands before the answer slot in the model's own turn is its beginning, white space and all.
      const isPrefill = i === drafts.length - 1 && role === 'model';
      const trimmed =
        isHistory || !form.trimMessages
          ? segments
          : withoutLayout(segments, { start: draft.isTagged, end: !isPrefill });
      return { role, segments: joinSegments(trimmed), ...(isHistory && { isHistory }) };
    })
    .filter(({ segments }) => !isBlank(segments));
}

function draftMessages(pieces: readonly Piece[], form: MessageForm): readonly Draft[] {
  const { examplesAs, history, location } = form;
  let current: Draft = { role: 'user', segments: [], isTagged: false };
  const drafts: Draft[] = [current];
  let isOwnTurn = false;
  let isBehindRole = false;
  const begin = (role: Role): void => {
    drafts.push((current = { role, segments: [], isTagged: true }));
  };
  for (const piece of pieces) {
    switch (piece.kind) {
      case 'role': {
        const role = requireRole(piece.name, location);
        const isFlattened =
          examplesAs === 'text' && (piece.inExamples || (current.holdsExamples === true && role === 'user'));
        if (!isFlattened) begin(role);
        else if (current.role === 'user') current.segments = onNextLine(current.segments, form.trimMessages);
        else begin('user');
        if (isFlattened) current.holdsExamples = piece.inExamples;
        isBehindRole = isFlattened && form.trimMessages;
        break;
      }
      case 'history':
        for (const message of history) drafts.push({ ...message, segments: [...message.segments], isTagged: false });
        begin('model');
        break;
      case 'exampleAnswer':
        if (examplesAs !== 'turns') break;
        if (piece.opens) isOwnTurn = current.role === 'user';
        if (isOwnTurn) begin(piece.opens ? 'model' : 'user');
        break;
      default:
        append(current.segments, isBehindRole ? withoutLayout([piece], { start: true, end: false }) : [piece]);
        isBehindRole = false;
    }
  }
  return drafts;
}

function requireRole(name: string, location: SourceLocation): Role {
  const role = roles.find((known) => known === name);
  if (role) return role;
  throw new Failure(
    'role-unknown',
    l10n.t`There is no role "${name}".`,
    location,
    name === 'assistant'
      ? l10n.t`Write one of ${enumerated(roles)}: the assistant is called model.`
      : l10n.t`Write one of ${enumerated(roles)}.`,
  );
}

/** Parts what stands before an example from what it says, by a line. */
function onNextLine(segments: readonly Segment[], trims: boolean): Segment[] {
  const kept = trims ? withoutLayout(segments, { start: false, end: true }) : segments;
  return kept.length > 0 ? [...kept, { kind: 'text', text: '\n', instruction: false }] : [];
}

/** A message without the white space at its ends that the template writes; a value's is its own. */
function withoutLayout(
  segments: readonly Segment[],
  { start, end }: { readonly start: boolean; readonly end: boolean },
): readonly Segment[] {
  const kept = [...segments];
  const [first] = kept;
  if (start && first?.kind === 'text' && !first.value)
    kept[0] = { ...first, text: first.text.replace(/^[^\S\r\n]*(?:\r\n?|\n)/, '') };
  for (let last = kept.at(-1); end && last?.kind === 'text' && !last.value; last = kept.at(-1)) {
    const text = last.text.trimEnd();
    kept.pop();
    if (text === '') continue;
    kept.push({ ...last, text });
    break;
  }
  return kept.filter((segment) => segment.kind !== 'text' || segment.text !== '');
}

const isBlank = (segments: readonly Segment[]): boolean =>
  segments.every((segment) => segment.kind === 'text' && segment.text.trim() === '');
