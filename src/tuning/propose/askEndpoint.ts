import { askTexts } from '../../endpoint/asking/askTexts';
import { promptAtEndpoint } from '../../endpoint/asking/requests';
import type { EndpointAsking } from '../../endpoint/asking/sendKept';
import { resolveSettings } from '../../template/read/resolveSettings';
import type { ProposePrompt } from './proposePrompt';
import type { Asking } from './writers';

/** Answers that are asked for at once. */
export const answersAtOnce = 4;

/** Asks a model that runs elsewhere, which takes no prompt of the tuned one. */
export function askEndpoint(
  { template, decoding }: Pick<ProposePrompt, 'template' | 'decoding'>,
  hosted: NonNullable<ProposePrompt['hosted']>,
  asking: EndpointAsking,
): Asking {
  const settings = resolveSettings(template, 'hard', {});
  return {
    async ask(row, { seed, signal }) {
      const answers = await askTexts({ ...asking, signal }, hosted, {
        prompt: promptAtEndpoint(template, row, settings),
        decoding,
        seeds: Array.from({ length: answersAtOnce }, (_, i) => seed + i),
      });
      return { answers, prompts: 0 };
    },
  };
}
