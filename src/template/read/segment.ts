/**
 * A rendered prompt, up to its answer slot or, for a masked model, with it, as a sequence of pieces.
 * Adjacent text pieces read as one text; they are split only where the instruction begins or ends.
 */
export type Segment =
  | { readonly kind: 'text'; readonly text: string; readonly instruction: boolean }
  | { readonly kind: 'soft'; readonly slot: number }
  /** The answer slot, where text may follow it. */
  | { readonly kind: 'answer' };

/** One `{{soft …}}`: where its vectors live in the prompt matrix follows from the order of distinct ids. */
export interface SoftSlot {
  /** `id="…"` as written, else a name made from its place; slots with one id share vectors. */
  readonly id: string;
  /** Virtual tokens as written; undefined when the length is that of the init words. */
  readonly length?: number;
  readonly init?: string;
}

/** What the model continues: the answer of a demonstration-free rendering. */
export interface RenderedPrompt {
  readonly segments: readonly Segment[];
  readonly slots: readonly SoftSlot[];
}
