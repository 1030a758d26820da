import { dirname, resolve } from 'node:path';
import type { DataSource } from '../../data/table/tableFormat';
import { openaiAddress } from '../../endpoint/endpoint';
import type { HostedFacts } from '../../endpoint/plan/hostedFacts';
import { sha256 } from '../../files/sha256';
import type { MetricSetting } from '../../metrics/metricSetting';
import type { Provenance, Selection } from '../../runs/record/provenance';
import type { EvaluationResult, Rewriting, RunRecord } from '../../runs/record/record';
import type { Settings } from '../../template/settings/settings';
import { lastPart, portablePaths, type PortablePaths } from './portablePaths';
import { portableTemplate } from './portableTemplate';
import { withoutPrivate, type PrivateTexts } from './privateTexts';

/** How what a run says is made fit for other machines. */
export interface SharingRules {
  readonly paths: PortablePaths;
  readonly hidden: PrivateTexts;
  /** A template's text with other paths in its front matter. */
  template(text: string): string;
  /** A sentence of the product. */
  sentence(text: string): string;
}

export function sharingRules({ template, settings }: RunRecord, hidden: PrivateTexts): SharingRules {
  const paths = portablePaths(dirname(resolve(template.path)));
  const checks = checkFiles(settings);
  return {
    paths,
    hidden,
    template: (text) => portableTemplate(text, { paths, hidden, checks }),
    sentence: (text) => withoutPrivate(text, hidden),
  };
}

/** The JavaScript files that judge answers, as the template names them. */
export const checkFiles = ({ metrics = [] }: Pick<Settings, 'metrics'>): readonly string[] =>
  metrics.flatMap((metric) => (metric.kind === 'javascript' ? [metric.file] : []));

type Decisions = {
  readonly [Field in keyof Required<RunRecord>]:
    'kept' | 'left out' | ((value: NonNullable<RunRecord[Field]>, rules: SharingRules) => RunRecord[Field]);
};

/** What becomes of every field of a record: a new one is shared only once it has been decided on here. */
const decisions: Decisions = {
  format: 'kept',
  id: 'kept',
  name: (name, { sentence }) => sentence(name),
  note: 'left out',
  starred: 'left out',
  slurm: 'left out',
  allocations: (stays) => stays.map((stay) => ({ ...stay, job: '', host: '' })),
  study: 'kept',
  method: 'kept',
  template: ({ path, text, partials }, rules) => {
    const shared = rules.template(text);
    return { path: lastPart(path), text: shared, sha256: sha256(shared), ...(partials && { partials }) };
  },
  settings: sharedSettings,
  given: (given, rules) => ({ ...given, name: rules.sentence(given.name), file: lastPart(given.file) }),
  data: ({ train, dev, test }, { paths }) => ({
    ...(train && { train: { ...train, path: paths.file(train.path) } }),
    ...(dev && { dev: { ...dev, path: paths.file(dev.path) } }),
    ...(test && { test: { ...test, path: paths.file(test.path) } }),
  }),
  form: 'kept',
  model: ({ id, ...model }, { paths }) => ({ ...model, id: paths.model(id), path: '' }),
  versions: ({ providerNote, ...versions }, { sentence }) => ({
    ...versions,
    ...(providerNote !== undefined && { providerNote: sentence(providerNote) }),
  }),
  status: (status) => (status === 'lost' ? 'failed' : status),
  process: 'left out',
  generation: 'left out',
  created: 'kept',
  started: 'kept',
  finished: 'kept',
  progress: 'kept',
  error: ({ code, message }, { sentence }) => ({ code, message: sentence(message) }),
  result: sharedEvaluation,
  examples: ({ text, ...examples }, rules) => ({
    ...examples,
    ...(text !== undefined && { text: rules.template(text) }),
  }),
  rewritten: (rewritten: Rewriting, rules) => ({ ...rewritten, text: rules.template(rewritten.text) }),
  originalResult: sharedEvaluation,
  textResult: sharedEvaluation,
  textGain: 'kept',
  textsOnTest: (texts, rules) => texts.map((text) => ({ ...text, result: sharedEvaluation(text.result, rules) })),
  collapsed: 'kept',
  best: 'kept',
  initFrom: lastPart,
  trainingSeconds: 'kept',
  selection: sharedSelection,
  learningRate: 'kept',
};

/** A record as another machine may read it: only what is decided on, paths counting from the template's folder. */
export function sharedRecord(record: RunRecord, rules: SharingRules): RunRecord {
  const shared: Record<string, unknown> = {};
  for (const [field, decision] of Object.entries(decisions)) {
    const value = record[field as keyof RunRecord];
    if (value === undefined || decision === 'left out') continue;
    shared[field] =
      decision === 'kept' ? value : (decision as (given: unknown, by: SharingRules) => unknown)(value, rules);
  }
  if (record.status === 'lost')
    shared.error = { code: 'run-lost', message: 'The process that worked on the run has died.' };
  return shared as unknown as RunRecord;
}

function sharedSettings(settings: Settings, { paths }: SharingRules): Settings {
  const { train, dev, test } = settings.data;
  const source = (given: DataSource): DataSource =>
    typeof given === 'string' ? paths.file(given) : { ...given, file: paths.file(given.file) };
  const metric = (given: MetricSetting): MetricSetting =>
    given.kind === 'javascript' ? { ...given, file: paths.file(given.file) } : given;
  return {
    ...settings,
    data: {
      ...(train !== undefined && { train: source(train) }),
      ...(dev !== undefined && { dev: source(dev) }),
      ...(test !== undefined && { test: source(test) }),
    },
    ...(settings.metrics && { metrics: settings.metrics.map(metric) }),
  };
}

function sharedEvaluation(result: EvaluationResult, rules: SharingRules): EvaluationResult {
  const { provenance, hosted } = result;
  return {
    ...result,
    ...(provenance && { provenance: sharedProvenance(provenance, rules) }),
    ...(hosted && { hosted: sharedHosted(hosted, rules) }),
  };
}

/** Where a model was asked is the sharer's own affair, unless everyone knows the place. */
function sharedHosted(hosted: HostedFacts, { sentence }: SharingRules): HostedFacts {
  // What has been shared once has no address any more.
  if (hosted.address === openaiAddress || !URL.canParse(hosted.address))
    return { ...hosted, failures: hosted.failures.map(sentence) };
  const address = 'an address that was not shared';
  const { host, hostname } = new URL(hosted.address);
  const withoutHost = (text: string): string =>
    [hosted.address, host, hostname].reduce((left, name) => left.replaceAll(name, address), text);
  return { ...hosted, address, failures: hosted.failures.map((failure) => sentence(withoutHost(failure))) };
}

function sharedProvenance({ path, selection, forced, ...rest }: Provenance, rules: SharingRules): Provenance {
  return {
    ...rest,
    path: rules.paths.file(path),
    ...(selection !== undefined && { selection: selection && sharedSelection(selection) }),
    ...(forced && { forced: forced.map(rules.sentence) }),
  };
}

function sharedSelection({ start, ...selection }: Selection): Selection {
  return { ...selection, ...(start !== undefined && { start: lastPart(start) }) };
}
