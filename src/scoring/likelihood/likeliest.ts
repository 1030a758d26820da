import { isNumber, isText, listOf, object, type Infer } from '../../channel/guards';

/** What a model would write at the answer slot, whatever the labels are: its likeliest tokens. */
export const isLikeliestTokens = object({
  /** Rows that the probabilities are means over: the first of the split. */
  rows: isNumber,
  /** Likeliest first; the text as it would read behind the prompt. */
  tokens: listOf(object({ text: isText, probability: isNumber })),
});
export type LikeliestTokens = Infer<typeof isLikeliestTokens>;
