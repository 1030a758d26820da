import * as l10n from '@vscode/l10n';
import {
  inSentence,
  metricOf,
  type ComparisonState,
  type MetricFace,
  type StudyResults,
  type StudyRow,
} from '../../src/views/comparison/contract';
import { methodTitles } from '../../src/words/methodTitles';
import { element } from '../element';
import { count, duration, metricNumber, missing } from '../../src/words/formatNumbers';

interface MethodFacts {
  /** Who described it, or what it is where nobody did. */
  readonly origin: string;
  readonly optimised: string;
  readonly adapts: string;
  readonly size: string;
  readonly use: string;
  readonly flexibility: string;
}

const facts: Readonly<Record<StudyRow['method'], MethodFacts>> = {
  answers: {
    origin: l10n.t`not produced here, only measured`,
    optimised: l10n.t`Not known`,
    adapts: l10n.t`Not known`,
    size: l10n.t`not known`,
    use: l10n.t`To set another program, model or person beside the methods, on the same rows`,
    flexibility: l10n.t`Anything that answers the rows`,
  },
  hard: {
    origin: l10n.t`a prompt as written`,
    optimised: l10n.t`Nothing: a person writes the text`,
    adapts: l10n.t`By words at the input`,
    size: '0',
    use: l10n.t`To begin with, and wherever a text must be read by people or moved to another model`,
    flexibility: l10n.t`Any model, any service; as good as its wording`,
  },
  soft: {
    origin: l10n.t`Prompt Tuning, Lester et al. 2021`,
    optimised: l10n.t`The vectors of virtual tokens, directly`,
    adapts: l10n.t`At the input, in front of the words or among them`,
    size: l10n.t`tokens × hidden size`,
    use: l10n.t`With few rows to train on and one small adapter a task; gains with the size of the model`,
    flexibility: l10n.t`One model; tasks share it and differ in a few kilobytes`,
  },
  v1: {
    origin: l10n.t`P-Tuning, Liu et al. 2021`,
    optimised: l10n.t`The same vectors through a small network, which is dropped after training`,
    adapts: l10n.t`At the input, between the words of a fixed template`,
    size: l10n.t`tokens × hidden size`,
    use: l10n.t`Where soft prompts train unsteadily: the network ties the vectors together`,
    flexibility: l10n.t`As soft; the description stays as it was written`,
  },
  v2: {
    origin: l10n.t`Liu et al. 2022`,
    optimised: l10n.t`Keys and values in every layer, and the instruction: its vectors and its text`,
    adapts: l10n.t`In all layers, and by a rewritten instruction`,
    size: l10n.t`tokens × 2 × layers × key/value size, and the instruction’s`,
    use: l10n.t`For small models and hard tasks, where input vectors do not reach far enough`,
    flexibility: l10n.t`One model; its rewritten text can be used alone, anywhere`,
  },
};

function scoreText(results: StudyResults, metric: MetricFace | null): string {
  const score = metricOf(results, metric?.name) ?? results.metrics[0]!;
  return `${inSentence(score.title)} ${metricNumber(score.value, score.scale)}`;
}

/** What the methods are, and what each came to in this comparison. */
export function methodsTable({ studies, metric }: ComparisonState): HTMLElement {
  const headings = [
    l10n.t`Method`,
    l10n.t`What is optimised`,
    l10n.t`How it adapts`,
    l10n.t`Trained numbers`,
    l10n.t`In this comparison`,
    l10n.t`When to use it`,
    l10n.t`Flexibility`,
  ];
  const isThere = (method: StudyRow['method']) => studies.some((study) => study.method === method);
  const shown = ['hard', 'soft', 'v1', 'v2', ...(isThere('answers') ? ['answers' as const] : [])] as const;
  const rows = shown.map((method) => {
    const { origin, optimised, adapts, size, use, flexibility } = facts[method];
    const ours = studies.filter((study) => study.method === method && study.results);
    const here = ours
      .map(
        ({ badge, results }) =>
          l10n.t`${badge}: ${count(results!.trainedParameters)} trained, ${scoreText(results!, metric)}, \
${duration(results!.seconds)}`,
      )
      .join('; ');
    const cells = [optimised, adapts, size, here || missing, use, flexibility];
    return element(
      'tr',
      {},
      element('th', { scope: 'row', class: 'words' }, `${methodTitles[method]} (${method}): ${origin}`),
      ...cells.map((cell) => element('td', { class: 'words' }, cell)),
    );
  });
  return element(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': l10n.t`What the methods are` },
    element(
      'table',
      { class: 'methods' },
      element('caption', { class: 'hidden' }, l10n.t`The methods, and what each came to here`),
      element(
        'thead',
        {},
        element('tr', {}, ...headings.map((heading) => element('th', { scope: 'col', class: 'words' }, heading))),
      ),
      element('tbody', {}, ...rows),
    ),
  );
}
