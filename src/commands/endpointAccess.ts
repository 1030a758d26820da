import * as l10n from '@vscode/l10n';
import { createInterface } from 'node:readline/promises';
import { Option, type Command } from 'commander';
import { endpointsOfEnvironment, type Endpoints } from '../endpoint/endpoint';
import { planText, type RequestPlan } from '../endpoint/plan/requestPlan';
import { Failure } from '../failure';
import { planHosted } from '../runs/work/measuring/evaluateHosted';
import { planProposals } from '../runs/work/study/planProposals';
import type { Method } from '../template/settings/settings';
import type { Split } from '../runs/record/words/recordWords';

/** Options of commands that may measure models which run elsewhere. */
export interface EndpointOptions {
  readonly baseUrl?: string;
  readonly yes?: boolean;
  readonly fresh?: boolean;
}

export function addEndpointOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--base-url <url>', "address of the endpoint that the template's model names, such as openai:NAME"),
    )
    .option('--yes', 'agree that rows are sent to the endpoint, without being asked')
    .option('--fresh', 'ask the endpoint again what it has answered before');
}

interface Measurement {
  readonly files: readonly string[];
  readonly set: Readonly<Record<string, unknown>>;
  readonly split?: Split;
}

/**
 * The endpoints that a command may ask: where a template's model runs elsewhere, a person agrees first, on a terminal
 * or by `--yes`. Nothing is sent before.
 * @throws Failure "endpoint-consent" where nobody has agreed
 */
export async function endpointsFor(
  { files, set, split }: Measurement,
  { baseUrl, yes = false, fresh }: EndpointOptions,
  signal?: AbortSignal,
): Promise<Endpoints> {
  const endpoints = endpointsOfEnvironment(process.env, { baseUrl, consent: yes, fresh });
  let consent = yes;
  for (const file of files) {
    const plan = await planHosted(file, set, { endpoints, split, signal });
    if (plan) consent = await requireAgreed(plan, { file, yes, signal });
  }
  return { ...endpoints, consent };
}

interface Training {
  readonly file: string;
  readonly method: Method;
  readonly set: Readonly<Record<string, unknown>>;
}

/**
 * The endpoints that a training may ask for instructions: a person agrees to each before the training begins.
 * @throws Failure "endpoint-consent" where nobody has agreed
 */
export async function endpointsForTraining(
  { file, ...training }: Training,
  { baseUrl, yes = false, fresh }: EndpointOptions,
  signal?: AbortSignal,
): Promise<Endpoints> {
  const endpoints = endpointsOfEnvironment(process.env, { baseUrl, consent: yes, fresh });
  let consent = yes;
  for (const plan of await planProposals(file, training, endpoints))
    consent = await requireAgreed(plan, { file, yes, signal });
  return { ...endpoints, consent };
}

/** @throws Failure "endpoint-consent" */
async function requireAgreed(
  plan: RequestPlan,
  { file, yes, signal }: { readonly file: string; readonly yes: boolean; readonly signal?: AbortSignal },
): Promise<true> {
  process.stderr.write(`${planText(plan)}\n`);
  if (yes || (await isAgreed(signal))) return true;
  throw new Failure(
    'endpoint-consent',
    l10n.t`Nothing was sent: nobody has agreed that the rows go there.`,
    { file },
    l10n.t`Give --yes to agree on a command line.`,
  );
}

/** Where a person is asked. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** Asks on a terminal whether the rows may be sent; whoever is none has not agreed. */
export async function isAgreed(
  signal?: AbortSignal,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<boolean> {
  if (!input.isTTY || !output.isTTY) return false;
  const terminal = createInterface({ input, output });
  try {
    const answer = signal
      ? await terminal.question('Send them? [y/N] ', { signal })
      : await terminal.question('Send them? [y/N] ');
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
