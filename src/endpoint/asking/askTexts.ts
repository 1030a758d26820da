import { append } from '../../lists';
import type { Decoding } from '../../decoding/decoding';
import type { HostedModel } from '../../template/read/hostedModel';
import type { EndpointPrompt } from './requests';
import { textRequest, type BudgetField } from './requests';
import { inBudgetField, sendKept, type EndpointAsking } from './sendKept';

/**
 * Asks a model that runs elsewhere for several answers to one prompt, one after the other, each by a seed of its own.
 * @throws Failure "endpoint-…"; the signal's reason
 */
export async function askTexts(
  asking: EndpointAsking,
  { model }: HostedModel,
  {
    prompt,
    decoding,
    seeds,
  }: { readonly prompt: EndpointPrompt; readonly decoding: Decoding; readonly seeds: readonly number[] },
): Promise<readonly string[]> {
  const manner: { budgetField: BudgetField } = { budgetField: 'max_tokens' };
  const texts: string[] = [];
  for (const seed of seeds) {
    const { reply } = await inBudgetField(manner, prompt.form === 'chat', (budgetField) =>
      sendKept(asking, textRequest({ model, prompt, seed, budgetField }, decoding, undefined)),
    );
    append(
      texts,
      reply.texts.map(({ text }) => text),
    );
  }
  return texts;
}
