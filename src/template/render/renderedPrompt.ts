import type { SoftSlot } from '../read/softSlots';

/**
 * A rendered prompt, up to its answer slot or, for a masked model, with it, as a sequence of pieces.
 * Adjacent text pieces read as one text; they are split only where the instruction begins or ends.
 */
export type Segment =
  | { readonly kind: 'text'; readonly text: string; readonly instruction: boolean }
  | { readonly kind: 'soft'; readonly slot: number }
  /** The answer slot, where text may follow it. */
  | { readonly kind: 'answer' };

/** A rendered prompt, which the model continues with the answer. */
export interface RenderedPrompt {
  readonly segments: readonly Segment[];
  readonly slots: readonly SoftSlot[];
}
