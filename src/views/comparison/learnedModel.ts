import type { RunRecord } from '../../runs/store/record';
import type { LearnedState, RewrittenInstruction, SettingDifference } from './contract';
import type { Study } from '../studies';

/** What was learned, as far as the records tell: instructions before and after, and how the studies differ. */
export function learnedOf(studies: readonly Study[], baseline: string | null): LearnedState {
  const text = studies.find(({ key }) => key === baseline)?.runs[0].template.text;
  return {
    instructions: studies.flatMap(({ key, runs }) => runs.flatMap((run) => rewrittenOf(key, run))),
    settings: differences(studies),
    templates: studies
      .filter(({ key, runs: [run] }) => key !== baseline && run.template.text !== text)
      .map(({ key }) => key),
  };
}

function rewrittenOf(study: string, { id, settings, rewritten, textGain }: RunRecord): readonly RewrittenInstruction[] {
  if (!rewritten) return [];
  const { original, instruction, edits } = rewritten;
  return [
    {
      study,
      run: id,
      seed: settings.seed,
      original,
      instruction,
      edits: edits.map(({ before, after, gain, standardError }) => ({ before, after, gain, standardError })),
      gain: textGain ? { mean: textGain.mean, low: textGain.interval[0], high: textGain.interval[1] } : null,
    },
  ];
}

/** Settings that only some methods have: a difference between a hard and a trained prompt in them says nothing. */
const untrained = 'hard';

/** The settings in which trained studies differ, and what they were trained on. Seeds make the runs of a study, not a difference. */
function differences(studies: readonly Study[]): readonly SettingDifference[] {
  const columns = studies.map(({ runs: [run] }) => settingsOf(run));
  const names = [...new Set(columns.flatMap((column) => [...column.keys()]))];
  return names.flatMap((name) => {
    const values = columns.map((column) => column.get(name) ?? '–');
    const told = values.filter((value) => value !== '–');
    return new Set(told).size > 1 ? [{ name, values }] : [];
  });
}

const apart = new Set(['method', 'seed', 'seeds']);
/** What also counts for a prompt without training. */
const always = new Set(['data', 'labels', 'maxLength']);

function settingsOf(run: RunRecord): ReadonlyMap<string, string> {
  const settings = Object.entries(run.settings).filter(
    ([name]) => !apart.has(name) && (run.method !== untrained || always.has(name)),
  );
  const told = settings.flatMap(([name, value]): readonly (readonly [string, string])[] => {
    if (name === 'learningRate')
      return [
        [
          'tune.learningRate',
          run.learningRate === undefined
            ? asText(value)
            : `${asText(run.learningRate)}${value === 'auto' ? ' (auto)' : ''}`,
        ],
      ];
    return [[`tune.${name}`, asText(value)]];
  });
  const trained =
    run.data.train && run.method !== untrained ? [['training rows', String(run.data.train.rows)] as const] : [];
  return new Map([...told, ['model', run.model.id], ...trained]);
}

function asText(value: unknown): string {
  return typeof value === 'string'
    ? value
    : typeof value === 'number'
      ? String(Number(value.toPrecision(6)))
      : (JSON.stringify(value) ?? '–');
}
