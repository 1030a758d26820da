import {
  inSentence,
  metricOf,
  type ComparisonState,
  type MetricFace,
  type StudyResults,
  type StudyRow,
} from '../../src/views/comparison/contract';
import { methodTitles } from '../../src/methodTitles';
import { element } from '../element';
import { count, duration, metricNumber, missing } from '../../src/formatNumbers';

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
    origin: 'not produced here, only measured',
    optimised: 'Not known',
    adapts: 'Not known',
    size: 'not known',
    use: 'To set another program, model or person beside the methods, on the same rows',
    flexibility: 'Anything that answers the rows',
  },
  hard: {
    origin: 'a prompt as written',
    optimised: 'Nothing: a person writes the text',
    adapts: 'By words at the input',
    size: '0',
    use: 'To begin with, and wherever a text must be read by people or moved to another model',
    flexibility: 'Any model, any service; as good as its wording',
  },
  soft: {
    origin: 'Prompt Tuning, Lester et al. 2021',
    optimised: 'The vectors of virtual tokens, directly',
    adapts: 'At the input, in front of the words or among them',
    size: 'tokens × hidden size',
    use: 'With few rows to train on and one small adapter a task; gains with the size of the model',
    flexibility: 'One model; tasks share it and differ in a few kilobytes',
  },
  v1: {
    origin: 'P-Tuning, Liu et al. 2021',
    optimised: 'The same vectors through a small network, which is dropped after training',
    adapts: 'At the input, between the words of a fixed template',
    size: 'tokens × hidden size',
    use: 'Where soft prompts train unsteadily: the network ties the vectors together',
    flexibility: 'As soft; the description stays as it was written',
  },
  v2: {
    origin: 'Liu et al. 2022',
    optimised: 'Keys and values in every layer, and the instruction: its vectors and its text',
    adapts: 'In all layers, and by a rewritten instruction',
    size: 'tokens × 2 × layers × key/value size, and the instruction’s',
    use: 'For small models and hard tasks, where input vectors do not reach far enough',
    flexibility: 'One model; its rewritten text can be used alone, anywhere',
  },
};

function scoreText(results: StudyResults, metric: MetricFace | null): string {
  const score = metricOf(results, metric?.name) ?? results.metrics[0]!;
  return `${inSentence(score.title)} ${metricNumber(score.value, score.scale)}`;
}

/** What the methods are, and what each came to in this comparison. */
export function methodsTable({ studies, metric }: ComparisonState): HTMLElement {
  const headings = [
    'Method',
    'What is optimised',
    'How it adapts',
    'Trained numbers',
    'In this comparison',
    'When to use it',
    'Flexibility',
  ];
  const isThere = (method: StudyRow['method']) => studies.some((study) => study.method === method);
  const shown = ['hard', 'soft', 'v1', 'v2', ...(isThere('answers') ? ['answers' as const] : [])] as const;
  const rows = shown.map((method) => {
    const { origin, optimised, adapts, size, use, flexibility } = facts[method];
    const ours = studies.filter((study) => study.method === method && study.results);
    const here = ours
      .map(
        ({ badge, results }) =>
          `${badge}: ${count(results!.trainedParameters)} trained, ` +
          `${scoreText(results!, metric)}, ${duration(results!.seconds)}`,
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
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'What the methods are' },
    element(
      'table',
      { class: 'methods' },
      element('caption', { class: 'hidden' }, 'The methods, and what each came to here'),
      element(
        'thead',
        {},
        element('tr', {}, ...headings.map((heading) => element('th', { scope: 'col', class: 'words' }, heading))),
      ),
      element('tbody', {}, ...rows),
    ),
  );
}
