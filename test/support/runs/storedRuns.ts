import type { MetricLine } from '../../../src/runs/store/files/metricLine';
import type { PredictionLine } from '../../../src/runs/store/files/predictionLine';
import { settingsMethod } from '../../../src/runs/record/producedRun';
import type { RunRecord } from '../../../src/runs/record/record';
import type { Method } from '../../../src/template/settings/settings';
import { answersOfRun, fullComparison, fullRuns } from '../comparison/comparison';
import { fullCurves } from '../comparison/curves';

/** What the folder of a run holds. */
export interface StoredRun {
  readonly record: RunRecord;
  readonly predictions: readonly PredictionLine[];
  readonly metrics: readonly MetricLine[];
  /** What a person called it. */
  readonly labels: Pick<RunRecord, 'name' | 'starred'>;
}

/** Where everything lies below a folder: templates and data of the fixture. */
export function fixtureFiles(): Readonly<Record<string, string>> {
  const [hard] = measured();
  const data = hard!.predictions
    .map(({ input, expected }) => `${JSON.stringify({ text: input, label: expected })}\n`)
    .join('');
  return {
    'triage.prompt': withData(hard!.record.template.text),
    'triage.short.prompt': withData(hard!.record.template.text.replace('Message', 'Text')),
    'data/test.jsonl': data,
    'data/train.jsonl': data,
  };
}

/**
 * The runs of the fixture that are not at work, as they lie on disk.
 * @param folder of their templates and data
 * @param like a run on this machine, whose settings and model hold for those of a method too, so that they can be asked
 */
export function storedRuns(
  folder: string,
  like: (method: Method) => Pick<RunRecord, 'settings' | 'model' | 'versions'>,
): readonly StoredRun[] {
  return measured().map(({ record: { name, starred, ...record }, predictions, metrics }) => {
    const { settings, model, versions } = like(settingsMethod(record));
    return {
      predictions,
      metrics,
      labels: { name, starred },
      record: {
        ...record,
        model,
        versions,
        settings: {
          ...settings,
          method: settingsMethod(record),
          seed: record.settings.seed,
          data: record.settings.data,
        },
        template: {
          ...record.template,
          path: record.template.path.replace('/work/triage', folder),
          text: withData(record.template.text),
        },
        data: Object.fromEntries(
          Object.entries(record.data).map(([split, part]) => [
            split,
            { ...part, path: part.path.replace('/work/triage', folder) },
          ]),
        ),
      },
    };
  });
}

const withData = (text: string): string =>
  text.replace('model: builtin\n', 'model: builtin\ntune.data: { train: data/train.jsonl, test: data/test.jsonl }\n');

/** The measured runs of the comparison with their answers and curves. */
function measured(): readonly Omit<StoredRun, 'labels'>[] {
  const shown = new Set(fullComparison.studies.flatMap(({ runs }) => runs.map(({ run }) => run)));
  return fullRuns
    .filter(({ id, status }) => shown.has(id) && status !== 'running')
    .map((record) => ({
      record,
      predictions: record.result ? answersOfRun(record.id) : [],
      metrics: metricsOf(record.id),
    }))
    .sort((a, b) => a.record.created.localeCompare(b.record.created));
}

function metricsOf(run: string): readonly MetricLine[] {
  const curve = fullCurves.find((points) => points.run === run);
  const training = (curve?.training ?? []).map(([step, loss]): MetricLine => ({
    step,
    loss: loss ?? Number.NaN,
    learningRate: 0.1,
    gradientNorm: 1,
    examplesPerSecond: 100,
  }));
  const dev = (curve?.dev ?? []).map(([step, loss, accuracy]): MetricLine => ({
    step,
    dev: { loss: loss!, accuracy: accuracy!, macroF1: accuracy! },
  }));
  return [...training, ...dev].sort((a, b) => a.step - b.step);
}
