/** A token that stands for a text as a whole, before the text is cut. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
  readonly normalized: boolean;
  readonly singleWord: boolean;
  readonly lstrip: boolean;
  readonly rstrip: boolean;
}

/**
 * Token ids of a piece of a text, without special tokens around it.
 * @param opens whether the piece opens the text
 * @throws Failure "tokenizer-unknown"
 */
export type PieceEncoder = (text: string, opens: boolean) => readonly number[];

/** The part of a tokenizer that tells control tokens from text that spells them. */
export interface ChatTokenizer {
  /** Tokens that stand for a text as a whole, control tokens among them. */
  readonly added: readonly AddedToken[];
  /** Encodes pieces of a text in which certain added tokens are known not to stand, whatever it spells. */
  encoderWithout(tokens: ReadonlySet<number>): PieceEncoder;
}
