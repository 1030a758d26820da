import type { FormCheck, MethodEstimate, TrainableMethod } from '../../src/views/train/contract';
import { element } from '../element';

export const methodNames: Readonly<Record<TrainableMethod, string>> = {
  soft: 'Soft Prompt',
  v1: 'P-Tuning v1',
  v2: 'P-Tuning v2',
};

/** How many trainings there are, and of what size. */
export function checkLines({ runs, varied, trained, problem }: FormCheck): readonly HTMLElement[] {
  if (problem !== null) return [element('p', { class: 'problem', role: 'alert' }, problem)];
  if (runs === 0) return [element('p', { class: 'quiet' }, 'Correct the settings marked in red.')];
  const count =
    runs === 1
      ? 'One training.'
      : `${runs} trainings${varied.length > 0 ? `, one study over ${varied.join(', ')}` : ''}.`;
  return [
    element('p', { class: 'count' }, count),
    element(
      'dl',
      {},
      ...trained.flatMap(({ method, numbers }) => [
        element('dt', {}, methodNames[method]),
        element(
          'dd',
          {},
          numbers === null ? 'numbers known once measured' : `${numbers.toLocaleString('en-US')} trained numbers`,
        ),
      ]),
    ),
  ];
}

/** What each method costs on this machine, and all trainings together. */
export function estimateTable(estimates: readonly MethodEstimate[], { runs }: Pick<FormCheck, 'runs'>): HTMLElement {
  const heading = (text: string) => element('th', { scope: 'col', class: 'number' }, text);
  const perMethod = runs / Math.max(1, estimates.length);
  const total = estimates.reduce((sum, { seconds }) => sum + seconds * perMethod, 0);
  return element(
    'div',
    {},
    element(
      'table',
      {},
      element('caption', {}, 'Measured by a real step'),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          element('th', { scope: 'col' }, 'Method'),
          heading('Numbers'),
          heading('Step'),
          heading('Run'),
          heading('Memory'),
        ),
      ),
      element(
        'tbody',
        {},
        ...estimates.map((estimate) =>
          element(
            'tr',
            {},
            element('th', { scope: 'row' }, estimate.method),
            ...[
              estimate.trainedNumbers.toLocaleString('en-US'),
              duration(estimate.stepSeconds),
              `≈ ${duration(estimate.seconds)}`,
              memoryRange(estimate),
            ].map((text) => element('td', { class: 'number' }, text)),
          ),
        ),
      ),
    ),
    ...(runs > 1 ? [element('p', { class: 'count' }, `All ${runs} one after another: about ${duration(total)}.`)] : []),
  );
}

function duration(seconds: number): string {
  if (seconds < 1) return `${Math.max(1, Math.round(seconds * 1000))} ms`;
  if (seconds < 100) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `430–560 MB` */
function memoryRange({ peakMemoryBytes: least, mostMemoryBytes: most }: MethodEstimate): string {
  return most >= 1e9
    ? `${(least / 1e9).toFixed(1)}–${(most / 1e9).toFixed(1)} GB`
    : `${roundedMegabytes(least)}–${roundedMegabytes(most)} MB`;
}

/** Two digits are all that is known of it. */
const roundedMegabytes = (bytes: number): number => Math.round(bytes / 1e7) * 10;
