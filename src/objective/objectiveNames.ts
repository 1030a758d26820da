import type { Objective } from '../template/settings/settings';

/** Names of what goes into an objective graph and what comes out. */
export const names = {
  /** `[virtual tokens, hidden]` */
  prompt: 'prompt',
  /** `[prefix rows, layers · 2 · key/value heads · head size]` */
  deepPrefix: 'deep_prefix',
  /** `[1, prefix]` */
  prefixIds: 'prefix_ids',
  prefixPositions: 'prefix_positions',
  /** `[batch, sequence]` */
  inputIds: 'input_ids',
  /** `[batch, prefix + sequence]`; 0 where padded */
  attentionMask: 'attention_mask',
  positionIds: 'position_ids',
  /** `[packed]`: place of each token in the batch, counted over all its rows, and of one that is padding */
  packedPlaces: 'packed_places',
  /** `[batch · sequence]`: which of the packed places stands at each place of the batch */
  paddedPlaces: 'padded_places',
  /** `[answers, 2]`: sequence and position of each hidden state that predicts an answer token */
  answerPositions: 'answer_positions',
  /** `[continuations, length]`: tokens run behind the sequences, as many for each, those of one side by side */
  continuationIds: 'continuation_ids',
  /** `[continuations, prefix + sequence + length]`; 0 where padded */
  continuationMask: 'continuation_mask',
  continuationPositions: 'continuation_positions',
  /** `[continued answers, 2]`: like the answer positions, of the continuations; they are counted behind those */
  continuedPositions: 'continued_positions',
  /** `[scored, 2]`: row of the answer positions, and token whose log-likelihood is taken there */
  scoredTokens: 'scored_tokens',
  /** `[scored, 1]`: the first column of the scored tokens */
  scoredRows: 'scored_rows',
  /** `[examples, labels, words, tokens]`; sums a word's token log-likelihoods to its score, 0 where padded */
  tokenWeights: 'token_weights',
  /** `[1, labels, words]`: -log of a label's number of words, hugely negative where it has fewer */
  wordOffsets: 'word_offsets',
  /** `[examples, labels]`: one-hot, divided by the number of examples */
  targets: 'targets',
  loss: 'loss',
  /** `[examples, labels]`: log-scores of the labels */
  scores: 'scores',
  /** `[scored]`: log-likelihoods of the scored tokens, nats */
  logLikelihoods: 'log_likelihoods',
  /** `[vocabulary]`: mean probability of each token at the answer slots of a batch */
  nextTokens: 'next_tokens',
} as const;

/** Which of the possible graphs is wanted; each is built and loaded once. */
export interface ObjectivePlan {
  readonly objective: Objective;
  /** The opening that all sequences share is run once, at batch 1. */
  readonly sharedPrefix: boolean;
  readonly virtualInPrefix: boolean;
  readonly virtualInSequences: boolean;
  /** Position-wise work skips the padding of rows of unlike lengths. */
  readonly packed: boolean;
  /** Words are run behind each sequence, which read its keys and values. */
  readonly continued?: boolean;
  /** Keys and values in every layer come in front of everything. */
  readonly deepPrefix: boolean;
  readonly gradient: boolean;
  /** What the model would write next is wanted in place of the loss. */
  readonly nextTokens?: boolean;
  /** Share of a token's target that is spread over the whole vocabulary; 0 where it is absent. */
  readonly tokenSmoothing?: number;
  /** Activations are computed again for the gradient, layer by layer, instead of being held. */
  readonly checkpointing: boolean;
}
