import * as l10n from '@vscode/l10n';
import { basename, resolve } from 'node:path';
import { Failure, withLocation } from '../../../failure';
import { closeSplits, openSplits, requireSplit } from '../../../objective/rows/splits';
import { requireColumns } from '../../../objective/rows/requireColumns';
import { readAnswersFile, type AnswersFile } from '../../../scoring/given/answersFile';
import { matchAnswers, type MatchedAnswers } from '../../../scoring/given/matchAnswers';
import { scoreAnswers, type AnswerScores, type ScoredTask } from '../../../scoring/given/scoreAnswers';
import { loadTemplate } from '../../../template/read/loadTemplate';
import { resolveSettings } from '../../../template/read/resolveSettings';
import { requireAnswerSlot, type OutputField, type PromptTemplate } from '../../../template/read/template';
import { chosenSource } from '../../../template/settings/data/chosenSource';
import type { Settings } from '../../../template/settings/settings';
import { newRecord, newRunId } from '../../record/newRecord';
import type { EvaluationResult, GivenAnswers, RunRecord } from '../../record/record';
import type { Split } from '../../record/words/recordWords';
import { createRun } from '../../store/runFolder';
import { listRuns } from '../../store/scanRuns';
import { resultOf } from './evaluationResult';

export interface ScoreRequest {
  /** The template. */
  readonly file: string;
  /** The file of answers: a path, or `{ file, separator, encoding, columns }` as YAML. */
  readonly predictions: string;
  /** Test, or the last split there is, when left out. */
  readonly split?: Split;
  /** What the answers are called in comparisons; without it nothing is kept of them. */
  readonly name?: string;
  readonly set: Readonly<Record<string, unknown>>;
  /** The runs folder. */
  readonly runs: string;
}

export interface ScoreOutcome {
  readonly result: EvaluationResult;
  readonly predictions: AnswerScores['predictions'];
  readonly given: GivenAnswers;
  /** Of the run that keeps them. */
  readonly run?: string;
  readonly folder?: string;
  /** Earlier answers to the template by the same name, which these stand for now; they stay among the runs. */
  readonly replaced: readonly string[];
}

/**
 * Measures a file of answers as those of a run are measured, without a model; with a name they become a run of
 * `answers`. Answers of the same name as earlier ones to the template stand for those from now on, which are kept.
 * @throws Failure "answers-mismatch" and whatever the data, the metrics and the file of answers give rise to
 */
export async function scoreFile(request: ScoreRequest): Promise<ScoreOutcome> {
  const name = request.name?.replace(/\s+/g, ' ').trim();
  if (name === '')
    throw new Failure(
      'invalid-value',
      l10n.t`The name of the answers is empty.`,
      {},
      l10n.t`Give them one, such as --name people.`,
    );
  const template = withOutput(await loadTemplate(request.file));
  const settings = resolveSettings(template, 'hard', request.set);
  const source = chosenSource(request.predictions, '--predictions');
  const split = request.split ?? (['test', 'dev', 'train'] as const).find((each) => settings.data[each] !== undefined);
  const { output } = template;
  if (request.split && !settings.data[request.split]) requireSplit({ template, splits: {} }, request.split);
  const splits = await openSplits(template, { data: split ? onlySplit(settings, split) : {} }, output);
  try {
    const task: ScoredTask = {
      template,
      settings,
      splits,
      labels: output.kind === 'classification' ? output.labels : [],
      answerField: output.name,
    };
    const wanted = split ?? 'test';
    const dataset = requireSplit(task, wanted);
    await requireColumns(template, dataset, settings.data[wanted]!);
    const file = await readAnswersFile(source);
    const matched = await matchAnswers(template, { dataset, split: wanted, field: output.name }, file);
    const scores = await scoreAnswers(task, wanted, matched.answers).catch((error: unknown) => {
      throw withLocation(error, { file: template.path });
    });
    const given = givenOf(name ?? basename(file.path), file, { matched, scores });
    const made = recordOf(task, wanted, { given, scores });
    if (name === undefined) return { ...outcomeOf(made, scores), replaced: [] };
    const replaced = await earlierOf(request.runs, made);
    const folder = await createRun(request.runs, made, { 'predictions.jsonl': scores.predictions });
    return { ...outcomeOf(made, scores), run: made.id, folder, replaced };
  } finally {
    await closeSplits(splits);
  }
}

/** @throws Failure "answer-slot-missing" */
function withOutput(template: PromptTemplate): PromptTemplate & { readonly output: OutputField } {
  return template.output ? { ...template, output: template.output } : requireAnswerSlot(template);
}

function onlySplit({ data }: Settings, split: Split): Settings['data'] {
  return data[split] === undefined ? {} : { [split]: data[split] };
}

interface Measured {
  readonly matched: MatchedAnswers;
  readonly scores: AnswerScores;
}

function givenOf(name: string, { path, sha256 }: AnswersFile, { matched, scores }: Measured): GivenAnswers {
  return {
    name,
    file: resolve(path),
    sha256,
    read: new Date().toISOString(),
    matched: matched.matched,
    ...(scores.unlisted !== undefined && { unlisted: scores.unlisted }),
  };
}

/** What is not known of the answers (loss, tokens, time, memory) is no number, and reads as such. */
function recordOf(
  task: ScoredTask,
  split: Split,
  { given, scores }: { readonly given: GivenAnswers; readonly scores: AnswerScores },
): RunRecord {
  const { path, rows, sha256 } = requireSplit(task, split);
  const now = new Date(given.read);
  const unknown = Number.NaN;
  const waiting = newRecord(task.template, task.settings);
  const id = newRunId(task.template.name, 'answers', now);
  const result = resultOf(
    {
      ...scores,
      predictions: [],
      loss: unknown,
      tokenLoss: unknown,
      tokensPerSecond: unknown,
      promptTokens: unknown,
      seconds: unknown,
    },
    {
      method: 'answers',
      split,
      trainedParameters: unknown,
      seconds: unknown,
      peakMemoryBytes: unknown,
      run: id,
      // Whether whoever answered has learnt from these rows is not known.
      provenance: { path, sha256, shared: { train: null } },
    },
  );
  return {
    ...waiting,
    id,
    method: 'answers',
    given,
    data: { [split]: { path, rows, sha256 } },
    model: { id: '', path: '', sha256: '', parameters: 0 },
    status: 'done',
    created: given.read,
    started: given.read,
    finished: given.read,
    progress: { phase: 'finished', step: rows, steps: rows },
    result,
  };
}

const outcomeOf = (
  { result, given }: RunRecord,
  { predictions }: AnswerScores,
): Pick<ScoreOutcome, 'result' | 'predictions' | 'given'> => ({ result: result!, predictions, given: given! });

async function earlierOf(runs: string, { template, given }: RunRecord): Promise<readonly string[]> {
  return (await listRuns(runs))
    .filter((run) => run.given?.name === given!.name && run.template.path === template.path)
    .map(({ id }) => id);
}
