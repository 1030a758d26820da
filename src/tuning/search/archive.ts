/** A step of the search: words changed, and what that saved on rows the step was not chosen on. */
export interface AcceptedEdit {
  /** The words that were changed; empty for an insertion. */
  readonly before: string;
  /** What stands there now; empty for a deletion. */
  readonly after: string;
  /** Mean loss saved on the same rows, nats. */
  readonly gain: number;
  readonly standardError: number;
}

/** An instruction with its measurements on the rows that choose among instructions. */
export interface FrontMember {
  readonly text: string;
  readonly loss: number;
  readonly accuracy: number;
  /** Mean negative log-likelihood per token under the frozen model, nats. */
  readonly fluency: number;
}

export interface ArchiveMember extends FrontMember {
  readonly edits: readonly AcceptedEdit[];
}

/** The members that no other is at least as good as in loss, accuracy and fluency. */
export function front(members: readonly ArchiveMember[]): readonly FrontMember[] {
  const beats = (a: FrontMember, b: FrontMember): boolean =>
    a.loss <= b.loss &&
    a.accuracy >= b.accuracy &&
    a.fluency <= b.fluency &&
    (a.loss < b.loss || a.accuracy > b.accuracy || a.fluency < b.fluency);
  return members
    .filter((member) => !members.some((other) => beats(other, member)))
    .map(({ text, loss, accuracy, fluency }) => ({ text, loss, accuracy, fluency }));
}

/**
 * The member with the highest accuracy, of equals the lowest loss, of equals the earliest; the original stays unless it
 * is beaten.
 */
export function choose(members: readonly ArchiveMember[]): ArchiveMember {
  return members.reduce((best, member) =>
    member.accuracy > best.accuracy || (member.accuracy === best.accuracy && member.loss < best.loss) ? member : best,
  );
}
