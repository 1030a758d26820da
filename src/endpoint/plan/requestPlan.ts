import * as l10n from '@vscode/l10n';
import { isNumber, isText, object, oneOf, optional, type Infer } from '../../channel/guards';
import { count, counted, money } from '../../words/formatNumbers';

/** What a measurement at an endpoint will ask and cost, before anything is sent. */
export const isRequestPlan = object({
  /** Rows are sent for instructions to be written by them; absent where they are to be answered. */
  purpose: optional(oneOf('propose')),
  model: isText,
  address: isText,
  split: oneOf('train', 'dev', 'test'),
  /** The data file whose rows are sent. */
  file: isText,
  rows: isNumber,
  /** Requests at most; what was answered before is not asked again. */
  requests: isNumber,
  /** Estimated from the letters: the endpoint's tokenizer is not known. */
  inputTokens: isNumber,
  /** At most. */
  outputTokens: isNumber,
  /** For all of these tokens; absent where no price is set. */
  price: optional(isNumber),
});
export type RequestPlan = Infer<typeof isRequestPlan>;

/** The plan in a sentence, for whoever is asked to agree. */
export function planText({ purpose, model, address, split, file, rows, ...plan }: RequestPlan): string {
  if (purpose === 'propose')
    return l10n.t`Some of the ${counted(rows, 'row')} of ${split} (${file}) will be sent, with their answers, to \
${address}, so that the model ${model} writes instructions: ${requestsText(plan)}, ${tokensText(plan)}, \
${priceText(plan)}.`;
  return l10n.t`${counted(rows, 'row')} of ${split} (${file}) will be sent to ${address} for the model ${model}: \
${requestsText(plan)}, ${tokensText(plan)}, ${priceText(plan)}.`;
}

/** The same, a line for each fact. */
export const planFacts = ({ purpose, model, address, split, file, rows, ...plan }: RequestPlan): readonly string[] => [
  l10n.t`Address: ${address}`,
  l10n.t`Model: ${model}`,
  purpose === 'propose'
    ? l10n.t`Rows: some of the ${counted(rows, 'row')} of ${split} with their answers, ${file}`
    : l10n.t`Rows: ${counted(rows, 'row')} of ${split}, ${file}`,
  l10n.t`Requests: ${requestsText(plan)}; what was answered before is not asked again`,
  l10n.t`Tokens: ${tokensText(plan)}`,
  l10n.t`Price: ${priceText(plan)}`,
];

type Cost = Pick<RequestPlan, 'requests' | 'inputTokens' | 'outputTokens' | 'price'>;

const requestsText = ({ requests }: Pick<Cost, 'requests'>): string => l10n.t`at most ${counted(requests, 'request')}`;

const tokensText = ({ inputTokens, outputTokens }: Pick<Cost, 'inputTokens' | 'outputTokens'>): string =>
  l10n.t`about ${count(inputTokens)} tokens in and at most ${count(outputTokens)} out`;

const priceText = ({ price }: Pick<Cost, 'price'>): string =>
  price === undefined ? l10n.t`price unknown` : l10n.t`at most about ${money(price)}`;
