import * as l10n from '@vscode/l10n';
import { decodingOf } from '../../decoding/decoding';
import { Failure, withLocation } from '../../failure';
import { requireSplit, type Split } from '../../objective/rows/splits';
import { constraintOf } from '../../template/read/answerConstraint';
import { EndpointRefusal, unreadable } from '../client';
import type { Endpoint } from '../endpoint';
import type { EndpointTask } from '../endpointTask';
import { labelWays, offersWay, type LabelWay } from './labelWay';
import type { EndpointReply } from './readReply';
import { labelRequest, promptAtEndpoint, textRequest, type BudgetField, type EndpointPrompt } from './requests';
import { inBudgetField, sendKept, type EndpointAsking } from './sendKept';
import { withoutThought } from '../withoutThought';

/** A row with the reply to it, or why there is none. */
export interface AskedRow {
  readonly row: number;
  /** The prompt as one text, which an echo begins with; empty for messages. */
  readonly prompt: string;
  /** How the label was asked for; absent for texts. */
  readonly way?: LabelWay;
  readonly reply?: EndpointReply;
  readonly failure?: Failure;
  /** Of its request; 0 for one that was kept. */
  readonly seconds: number;
  readonly cached: boolean;
}

export interface AskContext extends EndpointAsking {
  readonly task: EndpointTask;
  readonly split: Split;
}

/** What has been found out about an endpoint. */
interface Manner {
  way?: LabelWay;
  budgetField: BudgetField;
}

/** Rows that are asked one after the other until one is answered. */
const firstRows = 3;
/** Rows in a row without an answer after which the others are not asked. */
const mostInARow = 10;

/**
 * Asks an endpoint about every row of a split, some at once. The first rows find out what it offers.
 * @returns in the order in which they were answered
 * @throws Failure of what no other row would be spared: the key, the model, ten rows in a row without an answer; the
 * signal's reason
 */
export async function* askRows(context: AskContext): AsyncGenerator<AskedRow> {
  const { task, split, endpoint } = context;
  const { rows } = requireSplit(task, split);
  const manner: Manner = { budgetField: 'max_tokens' };
  let next = 0;
  let unanswered = 0;
  let isKnown = false;
  const note = (asked: AskedRow): AskedRow => {
    unanswered = asked.failure ? unanswered + 1 : 0;
    isKnown ||= !asked.failure;
    const most = isKnown ? mostInARow : asked.failure && isOfServer(asked.failure) ? 1 : Math.min(firstRows, rows);
    if (asked.failure && unanswered >= most) throw withSentence(asked.failure, unanswered);
    return asked;
  };
  while (next < rows && !isKnown) yield note(await askRow(context, manner, next++));
  const underWay = new Map<number, Promise<AskedRow>>();
  const begin = (): void => {
    const row = next++;
    underWay.set(row, askRow(context, manner, row));
  };
  try {
    for (;;) {
      while (next < rows && underWay.size < endpoint.concurrency) begin();
      if (underWay.size === 0) return;
      const asked = await Promise.race(underWay.values());
      underWay.delete(asked.row);
      yield note(asked);
    }
  } finally {
    await Promise.allSettled(underWay.values());
  }
}

/** What has nothing to do with the row. */
const isOfServer = ({ code }: Failure): boolean =>
  code === 'endpoint-unreachable' ||
  code === 'endpoint-timeout' ||
  code === 'endpoint-down' ||
  code === 'endpoint-busy';

const withSentence = (failure: Failure, rows: number): Failure =>
  new Failure(
    failure.code,
    rows > 1 ? l10n.t`${rows} rows one after the other got no answer. ${failure.message}` : failure.message,
    failure.location,
    failure.remedy,
  );

async function askRow(context: AskContext, manner: Manner, row: number): Promise<AskedRow> {
  const { task, split, signal } = context;
  const dataset = requireSplit(task, split);
  const [values] = await dataset.read([row]);
  const prompt = promptAtEndpoint(task.template, values!, task.settings);
  const text = prompt.form === 'text' ? prompt.text : '';
  const began = performance.now();
  try {
    const { reply, cached, way } = await askAbout(context, manner, prompt);
    requireGiven(reply, context.endpoint);
    if (way !== 'echo') requireAnswered(reply, context.endpoint);
    return { row, prompt: text, reply, cached, way, seconds: cached ? 0 : (performance.now() - began) / 1000 };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof Failure) || endsAll(error)) throw error;
    const failure = withLocation(error, { file: dataset.path, line: dataset.lineOf(row) }) as Failure;
    return { row, prompt: text, failure, cached: false, seconds: (performance.now() - began) / 1000 };
  }
}

/** What would meet every other row too. */
const endsAll = (failure: Failure): boolean =>
  failure.code === 'endpoint-key' ||
  failure.code === 'endpoint-consent' ||
  (failure instanceof EndpointRefusal && (failure.status === 404 || failure.status < 400));

/** @throws Failure "endpoint-withheld" */
function requireGiven({ texts }: EndpointReply, { address }: Endpoint): void {
  const held = texts.find(({ finish }) => finish === 'content_filter' || finish === 'refusal');
  if (held)
    throw new Failure(
      'endpoint-withheld',
      held.finish === 'refusal'
        ? l10n.t`${address} withholds the answer (the model refuses).`
        : l10n.t`${address} withholds the answer (its filter).`,
    );
}

/** Models that think first use up the few tokens that a label has. @throws Failure "endpoint-withheld" */
function requireAnswered({ texts }: EndpointReply, { address }: Endpoint): void {
  if (texts.every(({ text, finish }) => finish !== 'length' || withoutThought(text).trim() !== '')) return;
  throw new Failure(
    'endpoint-withheld',
    l10n.t`${address} uses up the tokens of the answer before it says anything, as a model does that thinks first.`,
    {},
    l10n.t`Turn its thinking off, by the settings of the server or such as /no_think in the template, or choose \
another model.`,
  );
}

interface Answered {
  readonly reply: EndpointReply;
  readonly cached: boolean;
  readonly way?: LabelWay;
}

/** Asks in the manner that is known, or in each until the endpoint takes one. */
async function askAbout(context: AskContext, manner: Manner, prompt: EndpointPrompt): Promise<Answered> {
  const { task } = context;
  if (task.labels.length === 0) return askInBudget(context, manner, { prompt });
  if (manner.way !== undefined) return askInBudget(context, manner, { prompt, way: manner.way });
  const ways = labelWays[prompt.form];
  const text = prompt.form === 'text' ? prompt.text : '';
  for (const way of ways) {
    const isLast = way === ways.at(-1);
    try {
      const answered = await askInBudget(context, manner, { prompt, way });
      if (!offersWay(answered.reply, way, text)) continue;
      manner.way = way;
      return answered;
    } catch (error) {
      // What an endpoint does not offer it refuses, or answers in a shape of its own.
      if (isLast || !isOfWay(error)) throw error;
    }
  }
  throw unreadable(context.endpoint.address, l10n.t`nothing that a label can be read from`);
}

const isOfWay = (error: unknown): boolean =>
  (error instanceof EndpointRefusal && error.status !== 404) ||
  (error instanceof Failure && error.code === 'endpoint-reply');

interface RowRequest {
  readonly prompt: EndpointPrompt;
  readonly way?: LabelWay;
}

function askInBudget(context: AskContext, manner: Manner, request: RowRequest): Promise<Answered> {
  return inBudgetField(manner, request.prompt.form === 'chat', (field) => askKept(context, request, field));
}

async function askKept(context: AskContext, { prompt, way }: RowRequest, budgetField: BudgetField): Promise<Answered> {
  const { task } = context;
  const decoding = decodingOf(task.settings);
  const asked = { model: task.hosted.model, prompt, seed: decoding.seed, budgetField };
  const request = way === undefined ? textRequest(asked, decoding, constraintOf(task)) : labelRequest(asked, way, task);
  return { ...(await sendKept(context, request)), way };
}
