import { isNumber, isText, object, oneOf, optional, type Infer } from '../channel/guards';
import { decodingOf } from '../decoding/decoding';
import { Failure } from '../failure';
import { count, counted, money } from '../formatNumbers';
import { expectedAnswer } from '../objective/example';
import { lookThroughSplits, type SplitRows } from '../objective/rows/lookThroughRows';
import { requireSplit, type Split } from '../objective/rows/splits';
import { requireRowValues } from '../template/render/rowValues';
import type { Endpoint, Price } from './endpoint';
import type { EndpointTask } from './endpointTask';
import { labelWays } from './labelWay';
import { labelRequest, promptAtEndpoint, textRequest, type EndpointPrompt } from './requests';

/** What a measurement at an endpoint will ask and cost, before anything is sent. */
export const isRequestPlan = object({
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
  const texts: readonly string[] =
    prompt.form === 'chat' ? prompt.messages.map(({ content }) => content) : [body.prompt as string].flat();
  const around = prompt.form === 'chat' ? tokensPerMessage : 0;
  return {
    input: texts.reduce((sum, text) => sum + around + Math.ceil(Buffer.byteLength(text) / bytesPerToken), 0),
    output: body.max_tokens as number,
  };
}

/** The plan in a sentence, for whoever is asked to agree. */
export function planText({ model, address, split, file, rows, ...plan }: RequestPlan): string {
  return (
    `${counted(rows, 'row')} of ${split} (${file}) will be sent to ${address} for the model ${model}: ` +
    `${requestsText(plan)}, ${tokensText(plan)}, ${priceText(plan)}.`
  );
}

/** The same, a line for each fact. */
export const planFacts = ({ model, address, split, file, rows, ...plan }: RequestPlan): readonly string[] => [
  `Address: ${address}`,
  `Model: ${model}`,
  `Rows: ${counted(rows, 'row')} of ${split}, ${file}`,
  `Requests: ${requestsText(plan)}; what was answered before is not asked again`,
  `Tokens: ${tokensText(plan)}`,
  `Price: ${priceText(plan)}`,
];

type Cost = Pick<RequestPlan, 'requests' | 'inputTokens' | 'outputTokens' | 'price'>;

const requestsText = ({ requests }: Pick<Cost, 'requests'>): string => `at most ${counted(requests, 'request')}`;

const tokensText = ({ inputTokens, outputTokens }: Pick<Cost, 'inputTokens' | 'outputTokens'>): string =>
  `about ${count(inputTokens)} tokens in and at most ${count(outputTokens)} out`;

const priceText = ({ price }: Pick<Cost, 'price'>): string =>
  price === undefined ? 'price unknown' : `at most about ${money(price)}`;
