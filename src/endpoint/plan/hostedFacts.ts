import { isNumber, isText, listOf, object, optional, tableOf, type Infer } from '../../channel/guards';
import { isStoredNumber } from '../../channel/storedNumber';

/** What is kept of a measurement at an endpoint beside its numbers; nothing secret is part of it. */
export const isHostedFacts = object({
  /** The name of the endpoint, its address without credentials, and what it calls the model. */
  endpoint: isText,
  address: isText,
  model: isText,
  /** Models that say that they have answered, and `system_fingerprint`s of their replies. */
  answeredBy: listOf(isText),
  fingerprints: listOf(isText),
  /** When (ISO 8601). */
  asked: isText,
  /** Rows that were asked about, and those whose answer had been kept. */
  requests: isNumber,
  cached: isNumber,
  /** Of all answers, kept ones included; unknown where the endpoint counts none. */
  tokens: object({ prompt: isStoredNumber, completion: isStoredNumber }),
  /** Of those tokens, where prices are set. */
  price: optional(isNumber),
  /** Rows of the split, and those among them that got no answer: they are no part of the numbers. */
  rows: isNumber,
  failed: isNumber,
  /** Why, each reason once. */
  failures: listOf(isText),
  /** Rows by how their label was decided (`echo`, `tokens`, `schema`, `text`); absent for texts. */
  decided: optional(tableOf(isNumber)),
  /** Answers that are none of the labels, which count as wrong; absent for texts. */
  unlisted: optional(isNumber),
});
export type HostedFacts = Infer<typeof isHostedFacts>;
