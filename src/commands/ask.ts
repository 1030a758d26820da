import { count, fraction, duration, perSecond } from '../words/formatNumbers';
import type { Classification, GeneratedText, Prompt, PromptInput } from '../use/promptTypes';
import { asText } from '../words/writeTable';

/** What a prompt has answered, and how long it took. */
export type Asked = ({ readonly seconds: number } & Classification) | GeneratedText;

/**
 * Asks a prompt once.
 * @param options `onText` hears of a text as it grows; a signal ends it with what is written
 */
export async function ask(
  prompt: Prompt,
  input: PromptInput,
  { onText, signal }: { onText(text: string): void; readonly signal: AbortSignal },
): Promise<Asked> {
  if (prompt.labels.length > 0) {
    const began = performance.now();
    const chosen = await prompt.classify(input, { signal });
    return { ...chosen, seconds: (performance.now() - began) / 1000 };
  }
  for await (const { text, answer } of prompt.generate(input, { signal })) {
    onText(text);
    if (answer) return answer;
  }
  throw new Error('An answer has come to no end.');
}

/** What `ask --json` prints. */
export function askedJson(asked: Asked): object {
  if ('text' in asked) {
    const { text, ...rest } = asked;
    return { answer: text, ...rest };
  }
  const { label, ...rest } = asked;
  return { answer: label, ...rest };
}

/** The label with those beside it, likeliest first. */
export function formatChosen({ label, probabilities }: Classification): string {
  const rows = Object.entries(probabilities).sort(([, a], [, b]) => b - a);
  return [label, '', asText({ headings: [], rows: rows.map(([name, value]) => [name, fraction(value)]) })].join('\n');
}

/** What an answer took, in a line. */
export function formatCost(asked: Asked): string {
  const read = `${count(asked.promptTokens)} tokens read`;
  if (!('text' in asked)) return `${read}, ${duration(asked.seconds)}`;
  const { tokens, seconds, ending } = asked;
  const ended = {
    end: '',
    stop: ', ended at a stop sequence',
    budget: ', cut off by its budget',
    stopped: ', stopped',
  };
  const pace = seconds > 0 ? `, ${perSecond(tokens / seconds)} a second` : '';
  return `${read}, ${count(tokens)} written in ${duration(seconds)}${pace}${ended[ending]}`;
}
