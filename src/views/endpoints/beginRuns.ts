import { dirname } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { QueueClient } from '../../cluster/queueClient';
import type { EndpointAccess } from '../../endpoint/endpointAccess';
import type { RequestPlan } from '../../endpoint/plan/requestPlan';
import { counted } from '../../words/formatNumbers';
import type { NewRunRequest } from '../../runs/queue/queue';
import type { RunRecord } from '../../runs/record/record';
import { recordedTemplate } from '../../runs/record/recordedTemplate';
import { hostedProposals } from '../../runs/work/study/planProposals';
import { hostedModelOf } from '../../template/read/hostedModel';
import { loadTemplate } from '../../template/read/loadTemplate';
import { requireMethodThere } from '../../template/read/needsLocalModel';
import type { Method } from '../../template/settings/settings';
import { resolveSettings } from '../../template/read/resolveSettings';
import type { InspectorProcess } from '../process/inspectorProcess';
import { askConsent } from './consent';
import { accessTo } from './endpointSettings';
import { measureWithConsent, type ElsewhereParts } from './measureElsewhere';

export interface BeginParts {
  readonly client: Pick<QueueClient, 'train'>;
  readonly elsewhere: ElsewhereParts & {
    /** Trains what asks models elsewhere: the queue's worker outlives the window, and is given no key. */
    readonly trainer: Pick<InspectorProcess, 'work'>;
  };
}

/** Runs that have begun, or wait in the queue. */
export interface Begun {
  /** Folders of those in the queue. */
  readonly folders: readonly string[];
  /** Runs that the window's own processes work on. */
  readonly elsewhere: number;
  /** Settles when those have ended; rejects with the first failure. */
  readonly ended: Promise<void>;
}

/** A run that asks a model elsewhere, with what it takes to ask. */
interface Asking {
  readonly request: NewRunRequest;
  readonly access: EndpointAccess;
  readonly plans: readonly RequestPlan[];
}

/**
 * Begins runs: in the queue, or where a model elsewhere is asked by the window's own processes once a person has agreed
 * to all that is sent. All or none begin.
 * @throws Failure where a template, a setting or an endpoint is wrong
 */
export async function beginRuns(parts: BeginParts, requests: readonly NewRunRequest[]): Promise<Begun> {
  const asking = new Map<NewRunRequest, Asking>();
  for (const request of requests) {
    const one = await askingOf(parts, request);
    if (one) asking.set(request, one);
  }
  const none = { folders: [], elsewhere: 0, ended: Promise.resolve() };
  if (!(await allAgreed(parts, [...asking.values()]))) return none;
  const folders: string[] = [];
  for (const request of requests) if (!asking.has(request)) folders.push(await parts.client.train(request));
  const ended = workOn(parts, [...asking.values()]);
  // Who does not wait for the end reads it in the run.
  ended.catch(() => undefined);
  return { folders, elsewhere: asking.size, ended };
}

/** Whether a method asks a model elsewhere, by the template alone. @throws Failure where it cannot be read */
export async function methodsAskElsewhere(file: string, methods: readonly Method[]): Promise<boolean> {
  const template = await loadTemplate(file);
  if (hostedModelOf(template.model)) return true;
  if (!methods.includes('v2')) return false;
  return (await hostedProposals(template, resolveSettings(template, 'v2', {}))).length > 0;
}

/** Whether a run cannot go on in the queue, since a person must agree again. */
export async function asksElsewhere(record: RunRecord): Promise<boolean> {
  if (hostedModelOf(record.model.id)) return true;
  if (record.rewritten) return false;
  const prompts = await hostedProposals(recordedTemplate(record), record.settings).catch(() => []);
  return prompts.length > 0;
}

/** Lets a training go on that asks models elsewhere, once a person has agreed again. */
export async function resumeTraining(
  parts: BeginParts,
  { record, folder }: { readonly record: RunRecord; readonly folder: string },
): Promise<void> {
  const { settings, template } = record;
  const prompts = await hostedProposals(recordedTemplate(record), settings);
  const access = await accessToAll(
    parts,
    prompts.map(({ hosted }) => hosted.endpoint),
  );
  const set = { 'tune.propose': settings.propose, 'tune.instruction': settings.instruction };
  // What searches for an instruction is v2.
  const request = { file: template.path, runs: dirname(folder), method: 'v2' as const, set };
  const plans = await parts.elsewhere.trainer.work('planProposals', { ...request, access });
  if (!(await allAgreed(parts, [{ request, access, plans }]))) return;
  const { withdrawals, trainer } = parts.elsewhere;
  const hasBegun = await whileAgreed(withdrawals, withdrawals.count(), () =>
    trainer.work('trainHosted', { ...request, folder, access: { ...access, consent: true } }),
  );
  if (!hasBegun) sayNotBegun(1);
}

async function askingOf(parts: Pick<BeginParts, 'elsewhere'>, request: NewRunRequest): Promise<Asking | undefined> {
  const { file, method, set } = request;
  const template = await loadTemplate(file);
  requireMethodThere(template, method);
  const hosted = hostedModelOf(template.model);
  if (hosted) {
    const access = await accessTo(hosted.endpoint, parts.elsewhere.secrets);
    const plan = await parts.elsewhere.inspector.work('planHosted', { file, set, access });
    return { request, access, plans: plan ? [plan] : [] };
  }
  const prompts = await hostedProposals(template, resolveSettings(template, method, set));
  if (prompts.length === 0) return undefined;
  const access = await accessToAll(
    parts,
    prompts.map(({ hosted: { endpoint } }) => endpoint),
  );
  const plans = await parts.elsewhere.trainer.work('planProposals', { file, method, set, access });
  return { request, access, plans };
}

async function accessToAll(
  { elsewhere }: Pick<BeginParts, 'elsewhere'>,
  endpoints: readonly string[],
): Promise<EndpointAccess> {
  const each = await Promise.all([...new Set(endpoints)].map((name) => accessTo(name, elsewhere.secrets)));
  return each.reduce((all, one) => ({
    settings: { ...all.settings, ...one.settings },
    prices: one.prices,
    keys: { ...all.keys, ...one.keys },
  }));
}

/** Each of what is sent is asked about once, with the most that it comes to over all runs. */
async function allAgreed({ elsewhere }: BeginParts, asking: readonly Asking[]): Promise<boolean> {
  for (const plan of addedUp(asking)) if (!(await askConsent(plan, elsewhere.memory))) return false;
  return true;
}

/**
 * What runs will send to models elsewhere, with the most that it comes to over all of them; nothing is sent.
 * @throws Failure as `beginRuns` does
 */
export async function plansElsewhere(
  parts: Pick<BeginParts, 'elsewhere'>,
  requests: readonly NewRunRequest[],
): Promise<readonly RequestPlan[]> {
  const asking = await Promise.all(requests.map((request) => askingOf(parts, request)));
  return addedUp(asking.filter((one) => one !== undefined));
}

function addedUp(asking: readonly Asking[]): readonly RequestPlan[] {
  const together = new Map<string, RequestPlan>();
  for (const plan of asking.flatMap(({ plans }) => plans)) {
    const key = JSON.stringify([plan.purpose, plan.address, plan.model, plan.file, plan.split]);
    const known = together.get(key);
    together.set(key, known ? sumOf(known, plan) : plan);
  }
  return [...together.values()];
}

const sumOf = (one: RequestPlan, other: RequestPlan): RequestPlan => ({
  ...one,
  requests: one.requests + other.requests,
  inputTokens: one.inputTokens + other.inputTokens,
  outputTokens: one.outputTokens + other.outputTokens,
  ...(one.price !== undefined && other.price !== undefined && { price: one.price + other.price }),
});

/** One after the other, as the queue does; none after consent was taken back. */
async function workOn(parts: BeginParts, asking: readonly Asking[]): Promise<void> {
  const agreed = parts.elsewhere.withdrawals.count();
  for (const [begun, one] of asking.entries())
    if (!(await begin(parts, one, agreed))) return sayNotBegun(asking.length - begun);
}

/** @param agreed how often consent had been taken back when a person agreed @returns whether it still held */
async function begin({ elsewhere }: BeginParts, { request, access }: Asking, agreed: number): Promise<boolean> {
  const { withdrawals, trainer } = elsewhere;
  if (request.method === 'hard') {
    if (withdrawals.count() !== agreed) return false;
    await measureWithConsent(elsewhere, request, access);
    return true;
  }
  const { file, method, set, runs, initFrom, study } = request;
  return whileAgreed(withdrawals, agreed, () =>
    trainer.work('trainHosted', { file, method, set, runs, initFrom, study, access: { ...access, consent: true } }),
  );
}

/** Works once its turn has come, unless consent was taken back until then. @returns whether it has */
const whileAgreed = (
  withdrawals: BeginParts['elsewhere']['withdrawals'],
  agreed: number,
  work: () => Promise<unknown>,
): Promise<boolean> =>
  withdrawals.inTurn(async () => {
    if (withdrawals.count() !== agreed) return false;
    await work();
    return true;
  });

function sayNotBegun(runs: number): void {
  const others = counted(runs, 'run');
  void vscode.window.showInformationMessage(
    l10n.t`${others} that waited to send rows: not begun, since consent was taken back.`,
  );
}
