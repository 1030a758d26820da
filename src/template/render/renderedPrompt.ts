import type { SoftSlot } from '../read/tags/softSlots';

/**
 * A rendered prompt, up to its answer slot or, for a masked model, with it, as a sequence of pieces.
 * Adjacent text pieces read as one text; they are split only where the instruction begins or ends, where a value stands
 * that must be told from the text around it, and where the model's chat template goes over into a message.
 */
export type Segment =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly instruction: boolean;
      /** A value of the row, which spells no control token, and whose white space is its own. */
      readonly value?: true;
      /** Written by the model's chat template. */
      readonly own?: true;
      /** Index of the message that it is part of. */
      readonly message?: number;
    }
  | { readonly kind: 'soft'; readonly slot: number; readonly message?: number }
  /** The answer slot, where text may follow it. */
  | { readonly kind: 'answer' };

/** The text of a prompt, or of a message, without virtual tokens. */
export const textOf = (segments: readonly Segment[]): string =>
  segments.map((segment) => (segment.kind === 'text' ? segment.text : '')).join('');

export const roles = ['system', 'user', 'model'] as const;
export type Role = (typeof roles)[number];

/** A message of a prompt. */
export interface PromptMessage {
  readonly role: Role;
  readonly segments: readonly Segment[];
  /** One that the row brought, through `{{history}}`. */
  readonly isHistory?: true;
  /** One of which the model's chat template shows nothing. */
  readonly isDropped?: true;
}

/** A rendered prompt, which the model continues with the answer. */
export interface RenderedPrompt {
  readonly segments: readonly Segment[];
  readonly slots: readonly SoftSlot[];
  /** The messages that the model's chat template made the segments of; absent where the prompt is one text. */
  readonly messages?: readonly PromptMessage[];
}
