import * as l10n from '@vscode/l10n';
import { dirname } from 'node:path';
import { openAnswerCache } from '../../../endpoint/asking/answerCache';
import { openClientOf } from '../../../endpoint/openClientOf';
import { requireEndpoint, type Endpoint, type Endpoints } from '../../../endpoint/endpoint';
import { openEndpointTask, type EndpointTask } from '../../../endpoint/endpointTask';
import { evaluateEndpoint, type EndpointEvaluation } from '../../../endpoint/evaluateEndpoint';
import { createPace } from '../../../endpoint/asking/pace';
import { planRequests, type LookedThrough } from '../../../endpoint/plan/planRequests';
import { planText, type RequestPlan } from '../../../endpoint/plan/requestPlan';
import { Failure, withLocation } from '../../../failure';
import { counted, duration } from '../../../words/formatNumbers';
import { closeSplits } from '../../../objective/rows/splits';
import { collapsedOnto } from '../../../scoring/collapse';
import { hostedModelOf } from '../../../template/read/hostedModel';
import { loadTemplate } from '../../../template/read/loadTemplate';
import { modelLocation } from '../../../template/read/modelLocation';
import { resolveSettings } from '../../../template/read/resolveSettings';
import { requireTemplate, type PromptTemplate } from '../../../template/read/template';
import { examplesOf } from '../../../template/settings/examplesSetting';
import type { Settings } from '../../../template/settings/settings';
import { dataOf } from '../../record/newRecord';
import type { RecordedExamples } from '../../record/recordedExamples';
import { hostedExamples } from './hostedExamples';
import { requireNoneShown, settledSettings } from './showExamples';
import type { Split } from '../../record/words/recordWords';
import type { RunOptions } from '../../store/runEvent';
import { resultOf } from './evaluationResult';
import type { EvaluationOutcome } from './evaluationOutcome';
import { cacheFolder } from './keptAnswers';
import type { LiveRun } from '../liveRun';
import { finalSplit } from '../openTask';
import { provenanceOf, withShared } from './rowsOfRun';
import { showPhase } from '../timeLeft';

interface OpenHosted {
  readonly task: EndpointTask;
  readonly endpoint: Endpoint;
  readonly split: Split;
  readonly plan: RequestPlan;
  readonly rows: LookedThrough;
  readonly examples?: RecordedExamples;
}

interface Hosted {
  readonly template: PromptTemplate;
  readonly settings: Settings;
  /** Test, or the last split there is, when left out. */
  readonly split?: Split;
  readonly endpoints: Endpoints | undefined;
  readonly signal?: AbortSignal;
  /** Examples that the text of a run holds already. */
  readonly shown?: RecordedExamples;
}

/**
 * What measuring a template at its endpoint will send, for whoever must agree; nothing is sent.
 * @returns undefined where its model runs here
 * @throws Failure as the measurement does before its first request
 */
export async function planHosted(
  file: string,
  set: Readonly<Record<string, unknown>>,
  { endpoints, split, signal }: Pick<Hosted, 'endpoints' | 'split' | 'signal'>,
): Promise<RequestPlan | undefined> {
  const template = await loadTemplate(file);
  if (!hostedModelOf(template.model)) return undefined;
  const settings = resolveSettings(template, 'hard', set);
  return withHosted({ template, settings, split, endpoints, signal }, ({ plan }) => Promise.resolve(plan));
}

async function withHosted<T>(
  { template, settings, split: wanted, endpoints, signal, shown }: Hosted,
  work: (opened: OpenHosted) => Promise<T>,
  onProgress?: (done: number, rows: number) => void,
): Promise<T> {
  const { task, examples } = await openShown({ template, settings, shown });
  try {
    const endpoint = endpointOf(task, endpoints);
    const split = wanted ?? finalSplit(task);
    requireNoneShown(split, examples && { examples, template: task.template });
    const price = endpoints?.priceOf(template.model);
    const { plan, rows } = await planRequests(task, { split, endpoint, price }, { signal, onProgress });
    return await work({ task, endpoint, split, plan, rows, examples });
  } finally {
    await closeSplits(task.splits);
  }
}

/** The task with its examples in the text: as they were drawn before, or drawn now. */
async function openShown({
  template,
  settings,
  shown,
}: Pick<Hosted, 'template' | 'settings' | 'shown'>): Promise<Pick<OpenHosted, 'task' | 'examples'>> {
  // The text of a run that goes on holds them.
  if (shown) return { task: await openEndpointTask(template, settledSettings(settings)), examples: shown };
  if (!examplesOf(settings)) return { task: await openEndpointTask(template, settings) };
  const examples = await drawnFor(template, settings);
  const written = requireTemplate(examples.text, template.path, (name) => template.partials[name]);
  return { task: await openEndpointTask(written, settledSettings(settings)), examples };
}

async function drawnFor(template: PromptTemplate, settings: Settings): ReturnType<typeof hostedExamples> {
  const task = await openEndpointTask(template, settings);
  try {
    return await hostedExamples(task);
  } finally {
    await closeSplits(task.splits);
  }
}

function endpointOf({ hosted, template }: EndpointTask, endpoints: Endpoints | undefined): Endpoint {
  try {
    return requireEndpoint(hosted, endpoints ?? noEndpoints);
  } catch (error) {
    throw withLocation(error, modelLocation(template));
  }
}

const noEndpoints: Endpoints = {
  settingsOf: () => ({}),
  priceOf: () => undefined,
  keyOf: () => undefined,
  consent: false,
};

/**
 * Evaluates a hard prompt on a model that runs elsewhere, within a run.
 * @throws Failure "endpoint-consent" where nobody has agreed that the rows are sent; as `evaluateEndpoint` does
 */
export function evaluateHosted(
  live: LiveRun,
  { template, settings, split }: Pick<Hosted, 'template' | 'settings' | 'split'>,
  { endpoints, signal }: RunOptions,
): Promise<EvaluationOutcome & { readonly collapsed?: string }> {
  const began = performance.now();
  return withHosted(
    { template, settings, split, endpoints, signal, shown: live.record.examples },
    async (opened) => {
      const { task, endpoint, plan, rows, examples } = opened;
      if (!endpoints?.consent)
        throw new Failure(
          'endpoint-consent',
          l10n.t`${planText(plan)} Nobody has agreed to that.`,
          modelLocation(template),
          l10n.t`Give --yes to agree on a command line, or measure it from the window, which asks.`,
        );
      await live.change((record) => withShared({ ...record, data: dataOf(task), ...(examples && { examples }) }, rows));
      await live.log(`Asks ${endpoint.address} about ${counted(plan.rows, 'row')} of ${opened.split}.`);
      const { evaluation, hosted } = await measure(live, opened, { endpoints, signal });
      const result = resultOf(evaluation, {
        method: settings.method,
        split: opened.split,
        trainedParameters: 0,
        seconds: (performance.now() - began) / 1000,
        peakMemoryBytes: Number.NaN,
        run: live.id,
        hosted: { ...hosted, ...priceOf(hosted, endpoints, template.model) },
        provenance: provenanceOf(task, opened.split, { rows, selection: null }),
      });
      if (hosted.failed > 0)
        await live.log(
          l10n.t`${counted(hosted.failed, 'row')} of ${opened.split} got no answer from ${endpoint.address}: ` +
            hosted.failures.join(' '),
        );
      const collapsed = task.labels.length > 0 ? collapsedOnto(evaluation.predictions) : undefined;
      return { result, predictions: evaluation.predictions, ...(collapsed !== undefined && { collapsed }) };
    },
    showPhase('checking', (progress) => live.progress(progress)),
  );
}

/** The price of what was really sent and answered, kept answers included. */
function priceOf(
  { tokens }: EndpointEvaluation['hosted'],
  endpoints: Endpoints,
  model: string,
): { readonly price?: number } {
  const price = endpoints.priceOf(model);
  const paid = price && (tokens.prompt * price.input + tokens.completion * price.output) / 1_000_000;
  return paid !== undefined && Number.isFinite(paid) ? { price: paid } : {};
}

async function measure(
  live: LiveRun,
  { task, endpoint, split }: OpenHosted,
  { endpoints, signal }: { readonly endpoints: Endpoints; readonly signal?: AbortSignal },
): Promise<EndpointEvaluation> {
  const show = showPhase('testing', (progress) =>
    live.progress(progress.step === progress.steps ? { ...progress, phase: 'finished' } : progress),
  );
  return evaluateEndpoint(
    {
      task,
      split,
      endpoint,
      client: await openClientOf(endpoint, endpoints),
      cache: openAnswerCache(cacheFolder(dirname(live.folder)), endpoint.address),
      pace: createPace(endpoint.requestsPerMinute),
      fresh: endpoints.fresh,
      signal,
      onRetry: (failure, milliseconds) =>
        void live.log(`Asks again in ${duration(milliseconds / 1000)}: ${failure.message}`).catch(() => undefined),
    },
    (done, total) => show(done, total),
  );
}
