import * as l10n from '@vscode/l10n';
import { Failure } from '../failure';
import { requireSplit } from '../objective/rows/splits';
import { expectedAnswer } from '../objective/example';
import { accuracy, macroF1, majorityBaseline } from '../scoring/classification';
import { judged, readInputs, type Evaluation, type Prediction } from '../scoring/evaluate';
import { mean } from '../scoring/statistics/mean';
import { wilsonInterval } from '../scoring/statistics/wilson';
import { askRows, type AskContext, type AskedRow } from './asking/askRows';
import type { EndpointTask } from './endpointTask';
import type { HostedFacts } from './plan/hostedFacts';
import { decideLabel, type LabelDecision } from './asking/labelWay';
import { withoutThought } from './withoutThought';

export interface EndpointEvaluation {
  readonly evaluation: Evaluation;
  readonly hosted: HostedFacts;
}

/** Kinds of failures that a record names. */
const namedFailures = 5;

/**
 * Evaluates a hard prompt at an endpoint. Rows that got no answer are no part of the numbers, and are counted.
 * @param onProgress called with the rows that are done, and those among them that failed
 * @throws Failure as `askRows` does; "endpoint-rows" where no row was answered
 */
export async function evaluateEndpoint(
  context: AskContext,
  onProgress: (done: number, total: number, failed: number) => void,
): Promise<EndpointEvaluation> {
  const began = performance.now();
  const { task, split } = context;
  const dataset = requireSplit(task, split);
  const asked: AskedRow[] = [];
  onProgress(0, dataset.rows, 0);
  for await (const row of askRows(context)) {
    asked.push(row);
    onProgress(asked.length, dataset.rows, asked.filter(({ failure }) => failure).length);
  }
  await context.cache.trim();
  asked.sort((a, b) => a.row - b.row);
  const answered = asked.filter(hasReply);
  if (answered.length === 0)
    throw new Failure('endpoint-rows', l10n.t`${context.endpoint.address} answered none of the rows.`, {});
  const read = await readAnswers(task, split, answered);
  const { predictions, metrics, fields } = await judged(
    task,
    split,
    read.map(({ prediction }) => prediction),
  );
  const rows = predictions.map(({ expected, predicted }) => ({
    expected: expected.trim(),
    predicted: predicted.trim(),
  }));
  const right = rows.filter((row) => row.expected === row.predicted).length;
  const seconds = (performance.now() - began) / 1000;
  const hosted = factsOf(context, asked, read);
  const tokens = hosted.tokens.prompt + hosted.tokens.completion;
  return {
    hosted,
    evaluation: {
      predictions,
      n: rows.length,
      accuracy: accuracy(rows),
      accuracyInterval: wilsonInterval(right, rows.length),
      macroF1: task.labels.length > 0 ? macroF1(rows, task.labels) : macroF1(rows),
      ...(metrics && { metrics }),
      ...(fields && { fields }),
      ...lossesOf(task, read),
      ...(task.labels.length > 0 && { majority: majorityBaseline(rows) }),
      promptTokens: mean(predictions.map(({ promptTokens }) => promptTokens)),
      tokensPerSecond: tokens / seconds,
      seconds,
    },
  };
}

type AnsweredRow = AskedRow & { readonly reply: NonNullable<AskedRow['reply']> };
const hasReply = (asked: AskedRow): asked is AnsweredRow => asked.reply !== undefined;

interface ReadAnswer {
  readonly asked: AnsweredRow;
  readonly prediction: Prediction;
  /** Place of the expected label; -1 for texts. */
  readonly label: number;
  readonly decision?: LabelDecision;
}

async function readAnswers(
  task: EndpointTask,
  split: AskContext['split'],
  answered: readonly AnsweredRow[],
): Promise<readonly ReadAnswer[]> {
  const dataset = requireSplit(task, split);
  const numbers = answered.map(({ row }) => row);
  const [rows, inputs] = await Promise.all([dataset.read(numbers), readInputs(task, split, numbers)]);
  return answered.map((asked, i): ReadAnswer => {
    const { row, reply, prompt, way, seconds } = asked;
    const { expected, label } = expectedAnswer(task, rows[i]!, { file: dataset.path, line: dataset.lineOf(row) });
    const isWhole = reply.usage !== undefined && way !== 'echo';
    const common = {
      row,
      input: inputs[i]!,
      expected,
      promptTokens: isWhole ? reply.usage.prompt : (reply.usage?.prompt ?? Number.NaN) / reply.texts.length,
      seconds,
    };
    const [text] = reply.texts;
    if (label < 0 || way === undefined) {
      const isCut = text!.finish === 'length';
      return {
        asked,
        label,
        prediction: { ...common, predicted: withoutThought(text!.text).trim(), ...(isCut && { truncated: true }) },
      };
    }
    const decision = decideLabel(reply, way, task, prompt);
    const { predicted, probabilities, labelMass } = decision;
    return {
      asked,
      label,
      decision,
      prediction: {
        ...common,
        predicted,
        ...(probabilities && {
          probabilities: Object.fromEntries(task.labels.map((name, at) => [name, probabilities[at]!])),
        }),
        ...(labelMass !== undefined && { labelMass }),
      },
    };
  });
}

/** Losses and label mass, known where every row has the log-probabilities of every label. */
function lossesOf(
  { settings, labels }: EndpointTask,
  read: readonly ReadAnswer[],
): Pick<Evaluation, 'loss' | 'tokenLoss' | 'labelMass'> {
  const unknown = Number.NaN;
  const likelihoods = read.map(({ decision, label }) => decision?.logLikelihoods?.[label]?.[0]);
  const known = likelihoods.filter((each) => each !== undefined);
  const isKnown = labels.length > 0 && known.length === read.length;
  const byLabel = read.map(({ decision, label }) =>
    decision?.way === 'echo' ? -Math.log(decision.probabilities![label]!) : unknown,
  );
  const byToken = isKnown ? known.map(({ sum, tokens }) => -sum / tokens) : [unknown];
  const masses = read.map(({ decision }) => (decision?.way === 'echo' ? decision.labelMass : undefined));
  const isMassKnown = masses.every((mass) => mass !== undefined);
  return {
    loss: mean(settings.objective === 'label' ? byLabel : byToken),
    tokenLoss: isKnown
      ? -known.reduce((sum, each) => sum + each.sum, 0) / known.reduce((sum, { tokens }) => sum + tokens, 0)
      : unknown,
    ...(labels.length > 0 && isMassKnown && { labelMass: mean(masses) }),
  };
}

function factsOf({ task, endpoint }: AskContext, asked: readonly AskedRow[], read: readonly ReadAnswer[]): HostedFacts {
  const replies = read.map(({ asked: { reply } }) => reply);
  const fresh = read.filter(({ asked: { cached } }) => !cached);
  const failures = asked.flatMap(({ failure }) => (failure ? [failure.message] : []));
  const usages = replies.map(({ usage }) => usage);
  const sum = (part: 'prompt' | 'completion'): number =>
    usages.reduce((total, usage) => total + (usage ? usage[part] : Number.NaN), 0);
  const decided: Record<string, number> = {};
  for (const { decision } of read) if (decision) decided[decision.way] = (decided[decision.way] ?? 0) + 1;
  return {
    endpoint: endpoint.name,
    address: endpoint.address,
    model: task.hosted.model,
    answeredBy: distinct(replies.map(({ model }) => model)),
    fingerprints: distinct(replies.flatMap(({ fingerprint }) => fingerprint ?? [])),
    asked: new Date().toISOString(),
    requests: fresh.length + failures.length,
    cached: read.length - fresh.length,
    tokens: { prompt: sum('prompt'), completion: sum('completion') },
    rows: asked.length,
    failed: failures.length,
    failures: distinct(failures).slice(0, namedFailures),
    ...(task.labels.length > 0 && {
      decided,
      unlisted: read.filter(({ prediction }) => !task.labels.includes(prediction.predicted)).length,
    }),
  };
}

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)].filter(Boolean);
