/** A tokenizer, as far as prompts need one. */
export interface TokenEncoder {
  /** Token ids of a text; with `addSpecialTokens` also those a sequence begins with (BOS), and ends with for a masked model. */
  encode(text: string, addSpecialTokens: boolean): readonly number[];
  /** The token as the vocabulary writes it. */
  token?(id: number): string | undefined;
  /** The token that a masked language model fills in; absent for causal models. */
  readonly mask?: number;
  /** Ids below this are tokens of the model; virtual tokens count up from it. */
  readonly vocabularySize: number;
}
