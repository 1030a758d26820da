import * as l10n from '@vscode/l10n';
import { dirname } from 'node:path';
import { openAnswerCache } from '../../endpoint/asking/answerCache';
import { openClientOf } from '../../endpoint/openClientOf';
import { requireEndpoint } from '../../endpoint/endpoint';
import { createPace } from '../../endpoint/asking/pace';
import type { EndpointAsking } from '../../endpoint/asking/sendKept';
import { Failure } from '../../failure';
import { duration } from '../../words/formatNumbers';
import { enumerated } from '../../words/listed';
import { openSource } from '../../objective/rows/source';
import type { HostedModel } from '../../template/read/hostedModel';
import { readsBothForms } from '../../template/render/promptForm';
import { askEndpoint } from '../../tuning/propose/askEndpoint';
import { proposePrompts } from '../../tuning/propose/proposePrompt';
import { askModel, openLater, textWriter, type AskedTexts } from '../../tuning/propose/writers';
import type { TextWriter } from '../../tuning/search/proposals/textWriter';
import type { RunOptions } from '../store/runEvent';
import { cacheFolder } from './measuring/keptAnswers';
import type { LiveRun } from './liveRun';
import type { OpenTask } from './openTask';

/** Who writes whole instructions for the search of a run. */
export interface Writers {
  readonly writers: readonly TextWriter[];
  close(): Promise<void>;
}

/**
 * Opens the prompts that `tune.propose` names.
 * @throws Failure as `proposePrompts` does; "endpoint-consent" where nobody has agreed that rows are sent
 */
export async function openWriters(run: LiveRun, { task, model }: OpenTask, options: RunOptions): Promise<Writers> {
  const { template, settings } = task;
  const hasChat = readsBothForms(model.tokenizer);
  const prompts = await proposePrompts(settings.propose ?? 'none', { template, hasChat });
  const endpoints = prompts.some(({ hosted }) => hosted) ? requireConsent(options, template.path) : undefined;
  const later = openLater(model);
  const [first] = prompts.length > 0 ? await openSource(task, model, 'train').examples([0]) : [];
  const byModel = { task, model, generator: later.open, rowTokens: first?.prompt.length ?? 1 };
  const onAsked = ({ origin, texts, refused }: AskedTexts): void => {
    const wrote = enumerated(texts.map((text) => `"${text}"`)) || l10n.t`nothing of use`;
    const left = refused.map(({ text, reason }) => l10n.t`; left out "${text.slice(0, 80)}": ${reason}`).join('');
    void run.log(`Asked for instructions (${origin}): ${wrote}${left}`).catch(() => undefined);
  };
  const writers: TextWriter[] = [];
  for (const prompt of prompts) {
    const asking =
      prompt.hosted && endpoints
        ? askEndpoint(prompt, prompt.hosted, await openAsking(run, prompt.hosted, endpoints))
        : askModel(prompt, byModel);
    writers.push(textWriter(prompt, asking, { task, onAsked }));
  }
  return { writers, close: later.close };
}

type Endpoints = NonNullable<RunOptions['endpoints']>;

function requireConsent({ endpoints }: RunOptions, file: string): Endpoints {
  if (endpoints?.consent) return endpoints;
  throw new Failure(
    'endpoint-consent',
    l10n.t`tune.propose asks a model that runs elsewhere, which is sent rows of train with their answers. Nobody has \
agreed.`,
    { file },
    l10n.t`Give --yes to agree on a command line, or leave that prompt out of tune.propose.`,
  );
}

async function openAsking(run: LiveRun, hosted: HostedModel, endpoints: Endpoints): Promise<EndpointAsking> {
  const endpoint = requireEndpoint(hosted, endpoints);
  await run.log(`Asks ${endpoint.address} for instructions, by rows of train with their answers.`);
  return {
    endpoint,
    client: await openClientOf(endpoint, endpoints),
    cache: openAnswerCache(cacheFolder(dirname(run.folder)), endpoint.address),
    pace: createPace(endpoint.requestsPerMinute),
    fresh: endpoints.fresh,
    onRetry: (failure, milliseconds) =>
      void run.log(`Asks again in ${duration(milliseconds / 1000)}: ${failure.message}`).catch(() => undefined),
  };
}
