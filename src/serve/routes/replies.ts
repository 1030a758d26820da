import { randomUUID } from 'node:crypto';
import type { Ending } from '../../decoding/answer';
import type { ServedPrompt } from '../servedPrompt';

/** Tokens of one text, and those in front of it. */
export interface Usage {
  readonly prompt: number;
  readonly completion: number;
}

export function usageOf(usages: readonly Usage[]): object {
  const prompt = usages.reduce((sum, usage) => sum + usage.prompt, 0);
  const completion = usages.reduce((sum, usage) => sum + usage.completion, 0);
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}

/** What every answer begins with. */
export const envelope = (object: string, { id: model }: ServedPrompt): object => ({
  id: `${object.startsWith('chat') ? 'chatcmpl' : 'cmpl'}-${randomUUID()}`,
  object,
  created: Math.floor(Date.now() / 1000),
  model,
});

export const finishReason = (ending: Ending): string => (ending === 'budget' ? 'length' : 'stop');
