/** A text of which it is known where it may spell control tokens: in the form itself, not in what is put into it. */
export interface MarkedText {
  readonly text: string;
  /** Whether no UTF-16 unit from one position up to another is data. */
  isOwn(from: number, to: number): boolean;
}
