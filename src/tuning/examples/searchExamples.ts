import { below, shuffle, streamFor, type Random } from '../../data/random';
import type { LanguageModel } from '../../model/openModel';
import { openTaskObjective } from '../../objective/objective';
import { openSource } from '../../objective/rows/source';
import type { Task } from '../../objective/task';
import { mean } from '../../scoring/statistics/mean';
import type { ExamplesSetting } from '../../template/settings/examplesSetting';
import { rowLosses, scoreThese, type InstructionScorer, type PairedGain } from '../search/judging/instructionScorer';
import { planCost, planRows } from '../search/judging/rounds';
import { hardTask } from '../search/text/hardTask';
import { drawExamples } from './draw';
import type { ExamplePool, ExampleRow } from './pool';
import { race } from '../search/judging/race';

/** Examples with the task that shows them. */
interface Candidate {
  readonly examples: readonly ExampleRow[];
  readonly task: Task;
}

export interface ExampleSearch {
  readonly task: Task;
  readonly model: LanguageModel;
  readonly setting: ExamplesSetting;
  /** What may be shown; none of its rows is among `rows`. */
  readonly pool: ExamplePool;
  /** Rows of train that examples are measured on. */
  readonly rows: readonly number[];
  readonly seed: number;
  /** Prompts to spend. */
  readonly budget: number;
  readonly signal?: AbortSignal;
  /** The task with examples written into its template. */
  show(examples: readonly ExampleRow[]): Task;
}

export interface ExampleSearchResult {
  readonly examples: readonly ExampleRow[];
  /** What was gained at each step on rows that did not choose it, nats. */
  readonly steps: readonly PairedGain[];
  /** Prompts that were run. */
  readonly prompts: number;
  /** Rows of dev that decided whether the examples found replace those drawn; 0 without dev. */
  readonly devRows: number;
}

/** Draws at the beginning, and changes of the best at each round after. */
const candidatesInRound = 10;
/** Rounds in a row without a gain after which the search ends. */
const patience = 3;
/** Standard errors by which a gain must exceed zero, as in the search for an instruction. */
const standardErrors = 2;
const devRows = 500;
/** The purpose of the random numbers of a round. */
const stream = 17;

/**
 * Chooses examples and their order by a race: draws first, then changes of the best, a row for another of its label or
 * two places exchanged. Candidates are measured on growing sets of rows of train that none of them shows (successive
 * halving), and one is accepted for a paired gain on rows that did not choose it; dev decides at the end whether what
 * was found replaces the first draw. The same task, budget and seed give the same result.
 * @throws Failure as `drawExamples` does; the signal's reason
 */
export async function* searchExamples(
  search: ExampleSearch,
): AsyncGenerator<{ readonly done: number; readonly budget: number }, ExampleSearchResult> {
  const { task, model, budget, seed, signal } = search;
  const objective = openTaskObjective(hardTask(task), model);
  try {
    const train = openSource(hardTask(task), model, 'train');
    const original = { train, dev: task.splits.dev ? openSource(hardTask(task), model, 'dev') : train };
    const work: Work = { ...search, scorer: { model, objective, signal, original }, done: 0 };
    const first = await draw(work, streamFor(seed, stream));
    let best = first;
    const steps: PairedGain[] = [];
    for (let round = 0, idle = 0; idle < patience; round++) {
      signal?.throwIfAborted();
      const random = streamFor(seed, stream, round);
      const plan = planRows(shuffle(search.rows, random));
      const candidates = await proposed(work, { best, isFirst: round === 0, random });
      if (candidates.length === 0 || work.done + planCost(plan, candidates.length) + reserve(task) > budget) break;
      const raced = await race<Candidate>({
        incumbent: best,
        candidates,
        plan,
        measure: (candidate, rows) => {
          work.done += rows.length;
          return rowLosses(work.scorer, candidate.task, 'train', rows);
        },
      });
      const accepted = raced && raced.gain.gain > standardErrors * raced.gain.standardError ? raced : undefined;
      yield { done: work.done, budget };
      idle = accepted ? 0 : idle + 1;
      if (!accepted) continue;
      best = accepted.candidate;
      steps.push(accepted.gain);
    }
    const kept = best === first ? first : await better(work, first, best);
    return {
      examples: kept.examples,
      steps: kept === first ? [] : steps,
      prompts: work.done,
      devRows: reserve(task) / 2,
    };
  } finally {
    await objective.close();
  }
}

interface Work extends ExampleSearch {
  readonly scorer: InstructionScorer;
  /** Prompts run so far. */
  done: number;
}

/** Prompts that are kept for the decision on dev: both on each row. */
const reserve = ({ splits: { dev } }: Task): number => 2 * Math.min(devRows, dev?.rows ?? 0);

async function draw(work: Work, random: Random): Promise<Candidate> {
  const { pool, setting, task } = work;
  const examples = await drawExamples(pool, setting.count, { random, file: task.splits.train!.path });
  return { examples, task: hardTask(work.show(examples)) };
}

async function proposed(
  work: Work,
  { best, isFirst, random }: { readonly best: Candidate; readonly isFirst: boolean; readonly random: Random },
): Promise<readonly Candidate[]> {
  const found = new Map<string, Candidate>();
  const nameOf = (examples: readonly ExampleRow[]): string => examples.map(({ row }) => row).join();
  // A few more tries than candidates: some come out alike.
  for (let tried = 0; tried < 2 * candidatesInRound && found.size < candidatesInRound; tried++) {
    const examples = isFirst ? (await draw(work, random)).examples : await changed(work, best.examples, random);
    if (examples && nameOf(examples) !== nameOf(best.examples) && !found.has(nameOf(examples)))
      found.set(nameOf(examples), { examples, task: hardTask(work.show(examples)) });
  }
  return [...found.values()];
}

/** Two examples in each other's place, or one exchanged for another row of its label. */
async function changed(
  { pool }: Work,
  examples: readonly ExampleRow[],
  random: Random,
): Promise<readonly ExampleRow[] | undefined> {
  const at = below(random, examples.length);
  const next = [...examples];
  if (examples.length > 1 && random.next() < 1 / 2) {
    const other = below(random, examples.length);
    [next[at], next[other]] = [next[other]!, next[at]!];
    return next;
  }
  const rows = pool.byLabel.get(examples[at]!.label)!;
  const fresh = await pool.example(rows[below(random, rows.length)]!);
  if (!fresh || examples.some(({ row }) => row === fresh.row)) return undefined;
  next[at] = fresh;
  return next;
}

/** What does better on dev: by right labels, of equals by the loss; without dev what was found. */
async function better(work: Work, first: Candidate, found: Candidate): Promise<Candidate> {
  const { dev } = work.task.splits;
  if (!dev) return found;
  const rows = Array.from({ length: Math.min(devRows, dev.rows) }, (_, i) => i);
  const [before, after] = [await onDev(work, first, rows), await onDev(work, found, rows)];
  if (!before || !after) return after ? found : first;
  return after.right > before.right || (after.right === before.right && after.loss < before.loss) ? found : first;
}

async function onDev(
  work: Work,
  { task }: Candidate,
  rows: readonly number[],
): Promise<{ readonly right: number; readonly loss: number } | undefined> {
  const scored = await scoreThese(work.scorer, task, 'dev', rows);
  work.done += rows.length;
  return (
    scored && {
      right: scored.filter(({ example, predicted }) => example.label >= 0 && predicted === example.label).length,
      loss: mean(scored.map(({ loss }) => loss)),
    }
  );
}
