import { decodingOf } from '../../decoding/decoding';
import { Failure } from '../../failure';
import { expectedAnswer } from '../../objective/example';
import { lookThroughSplits, type SplitRows } from '../../objective/rows/lookThroughRows';
import { requireSplit, type Split } from '../../objective/rows/splits';
import { requireRowValues } from '../../template/render/rowValues';
import type { Endpoint, Price } from '../endpoint';
import type { EndpointTask } from '../endpointTask';
import { labelWays } from '../asking/labelWay';
import type { RequestPlan } from './requestPlan';
import { labelRequest, promptAtEndpoint, textRequest, type EndpointPrompt } from '../asking/requests';

/** Rows of a split by what was found in all of them. */
export type LookedThrough = Partial<Readonly<Record<Split, SplitRows>>>;

/** Bytes of a text for a token, about. */
const bytesPerToken = 4;
/** Tokens that the form of a chat adds to each message, about. */
const tokensPerMessage = 4;
const million = 1_000_000;

/**
 * Renders every row of the split and says what sending them comes to; a row that cannot be used is found here.
 * @throws Failure of the first such row
 */
export async function planRequests(
  task: EndpointTask,
  { split, endpoint, price }: { readonly split: Split; readonly endpoint: Endpoint; readonly price?: Price },
  options: { readonly signal?: AbortSignal; onProgress?(done: number, rows: number): void } = {},
): Promise<{ readonly plan: RequestPlan; readonly rows: LookedThrough }> {
  const dataset = requireSplit(task, split);
  let [inputTokens, outputTokens] = [0, 0];
  const rows = await lookThroughSplits(task, {
    ...options,
    check: [split],
    isUsable({ dataset: { path, lineOf }, row, index }) {
      const location = { file: path, line: lineOf(index) };
      try {
        expectedAnswer(task, row, location);
        requireRowValues(task.template, row, location);
        const prompt = promptAtEndpoint(task.template, row, task.settings);
        const size = sizeOf(task, prompt);
        inputTokens += size.input;
        outputTokens += size.output;
        return 'whole';
      } catch (error) {
        if (error instanceof Failure) return error;
        throw error;
      }
    },
  });
  const plan = {
    model: task.template.model,
    address: endpoint.address,
    split,
    file: dataset.path,
    rows: dataset.rows,
    // Ways of deciding labels, and the name of the budget, may each be tried on one row.
    requests: dataset.rows + (task.labels.length > 0 ? labelWays.chat.length : 1),
    inputTokens,
    outputTokens,
    ...(price && { price: (inputTokens * price.input + outputTokens * price.output) / million }),
  };
  return { plan, rows };
}

function sizeOf(task: EndpointTask, prompt: EndpointPrompt): { readonly input: number; readonly output: number } {
  const asked = { model: task.hosted.model, prompt, seed: 0, budgetField: 'max_tokens' } as const;
  const { body } =
    task.labels.length > 0
      ? labelRequest(asked, labelWays[prompt.form][0]!, task)
      : textRequest(asked, decodingOf(task.settings), undefined);
  const input =
    prompt.form === 'chat'
      ? tokensOfPrompt(prompt)
      : [body.prompt as string].flat().reduce((sum, text) => sum + tokensOfPrompt({ form: 'text', text }), 0);
  return { input, output: body.max_tokens as number };
}

/** Tokens of a prompt, about. */
export function tokensOfPrompt(prompt: EndpointPrompt): number {
  const tokensIn = (text: string): number => Math.ceil(Buffer.byteLength(text) / bytesPerToken);
  if (prompt.form === 'text') return tokensIn(prompt.text);
  return prompt.messages.reduce((sum, { content }) => sum + tokensPerMessage + tokensIn(content), 0);
}
