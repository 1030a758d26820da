import { requireEndpoint, type Endpoints } from '../../../endpoint/endpoint';
import { tokensOfPrompt } from '../../../endpoint/plan/planRequests';
import type { RequestPlan } from '../../../endpoint/plan/requestPlan';
import { promptAtEndpoint } from '../../../endpoint/asking/requests';
import { withLocation } from '../../../failure';
import { createRandom } from '../../../data/random';
import { closeSplits, openSplits, requireSplit } from '../../../objective/rows/splits';
import { expectedAnswer } from '../../../objective/example';
import { instructionSource } from '../../../template/edit/replaceInstruction';
import type { HostedModel } from '../../../template/read/hostedModel';
import { loadTemplate } from '../../../template/read/loadTemplate';
import { modelLocation } from '../../../template/read/modelLocation';
import { resolveSettings } from '../../../template/read/resolveSettings';
import { requireAnswerSlot, type PromptTemplate } from '../../../template/read/template';
import type { Method, Settings } from '../../../template/settings/settings';
import { answersAtOnce } from '../../../tuning/propose/askEndpoint';
import { proposePrompts, type ProposePrompt } from '../../../tuning/propose/proposePrompt';
import { mostHistory, mostRows, proposeRow } from '../../../tuning/propose/proposeRow';
import { leastOfIteration } from '../../../tuning/search/iteration';
import { rewritesText } from '../rewriting';

type HostedPrompt = ProposePrompt & { readonly hosted: HostedModel };

/** Prompts of `tune.propose` that a training would ask a model which runs elsewhere. */
export async function hostedProposals(
  template: PromptTemplate,
  settings: Pick<Settings, 'method' | 'instruction' | 'propose'>,
): Promise<readonly HostedPrompt[]> {
  const { propose = 'none' } = settings;
  // The ways by name ask the tuned model itself.
  if (!rewritesText(settings) || propose === 'none' || propose === 'auto') return [];
  const files = propose.filter((name) => name.endsWith('.prompt'));
  if (files.length === 0) return [];
  const prompts = await proposePrompts(files, { template, hasChat: true });
  return prompts.filter((prompt): prompt is HostedPrompt => prompt.hosted !== undefined);
}

/**
 * What a training will send to models that write instructions for it, a plan a prompt; nothing is sent.
 * @returns none where no such model is asked
 * @throws Failure of a template, a setting, a prompt or an endpoint that is wrong
 */
export async function planProposals(
  file: string,
  { method, set }: { readonly method: Method; readonly set: Readonly<Record<string, unknown>> },
  endpoints: Endpoints,
): Promise<readonly RequestPlan[]> {
  const template = await loadTemplate(file);
  const settings = resolveSettings(template, method, set);
  const prompts = await hostedProposals(template, settings);
  if (prompts.length === 0) return [];
  const shown = await sampleOf(template, settings);
  return prompts.map((prompt) => {
    const requests = answersAtOnce * Math.ceil(settings.searchBudget / leastOfIteration(shown.rows, settings));
    const asked = promptAtEndpoint(prompt.template, shown.row, resolveSettings(prompt.template, 'hard', {}));
    const [inputTokens, outputTokens] = [requests * tokensOfPrompt(asked), requests * prompt.decoding.most];
    const price = endpoints.priceOf(prompt.template.model);
    return {
      purpose: 'propose',
      model: prompt.template.model,
      address: addressOf(prompt, endpoints),
      split: 'train',
      file: shown.file,
      rows: shown.rows,
      requests,
      inputTokens,
      outputTokens,
      ...(price && { price: (inputTokens * price.input + outputTokens * price.output) / 1_000_000 }),
    };
  });
}

function addressOf({ hosted, template }: HostedPrompt, endpoints: Endpoints): string {
  try {
    return requireEndpoint(hosted, endpoints).address;
  } catch (error) {
    throw withLocation(error, modelLocation(template));
  }
}

/** The most that a prompt shows, by the first rows of train. */
async function sampleOf(template: PromptTemplate, settings: Settings) {
  const { output } = requireAnswerSlot(template);
  const splits = await openSplits(template, settings, output);
  try {
    const train = requireSplit({ splits, template }, 'train');
    const labels = output.kind === 'classification' ? output.labels : [];
    const values = await train.read(Array.from({ length: Math.min(mostRows, train.rows) }, (_, i) => i));
    const rows = values.map((row, i) => {
      const task = { template, settings, splits, labels, answerField: output.name };
      const { expected } = expectedAnswer(task, row, { file: train.path, line: train.lineOf(i) });
      return { values: row, expected, loss: 0, ...(labels.length > 0 && { predicted: '' }) };
    });
    const current = instructionSource(template.text, template.path).text;
    const front = Array.from({ length: mostHistory }, () => ({ text: current, loss: 0 }));
    const round = { rows, front, current, original: current, random: createRandom(settings.seed) };
    const row = proposeRow(round, { template, labels });
    return { row, file: train.path, rows: train.rows };
  } finally {
    await closeSplits(splits);
  }
}
