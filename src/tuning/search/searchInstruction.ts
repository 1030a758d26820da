import type { LanguageModel } from '../../model/openModel';
import { openTaskObjective } from '../../objective/objective';
import { streamFor } from '../../data/random';
import { openSource } from '../../objective/rows/source';
import type { Task } from '../../objective/task';
import { readabilityBound } from './bounds';
import { chooseText, frontOf } from './front/front';
import type { AcceptedEdit, FrontText } from './front/frontText';
import { openContinuations } from './proposals/continuations';
import { hardTask } from './text/hardTask';
import { improve } from './iteration';
import { measureSelection, type OriginalLosses } from './judging/selection';
import type { TextWriter } from './proposals/textWriter';
import { prepare, type Incumbent, type SearchContext } from './searchContext';
import { changedWords } from './text/words';

export type SearchEvent =
  | {
      readonly kind: 'candidate-round';
      readonly iteration: number;
      readonly candidates: number;
      readonly bestGain: number;
    }
  | {
      readonly kind: 'accepted';
      readonly edit: AcceptedEdit;
      readonly text: string;
      readonly devLoss: number;
      readonly devAccuracy?: number;
    }
  | { readonly kind: 'progress'; readonly done: number; readonly budget: number };

export interface SearchResult {
  readonly original: string;
  /** The chosen instruction as it stands in the file; the original where nothing beat it. */
  readonly rewritten: string;
  /** The steps from the one to the other. */
  readonly edits: readonly AcceptedEdit[];
  /** Mean negative log-likelihood per token of the original under the frozen model, nats. */
  readonly fluency: number;
  /**
   * The best text at each readability and length by the rows that chose, the original among them, the best to read
   * first. What they came to there is not a result to report.
   */
  readonly front: readonly FrontText[];
  readonly stopped: boolean;
}

export interface SearchOptions {
  /** Example forwards to spend; a gradient counts as three, scoring a text's fluency as one. */
  readonly budget: number;
  readonly signal?: AbortSignal;
  readonly seed: number;
  /** What else writes whole texts for it. */
  readonly writers?: readonly TextWriter[];
}

/** Iterations without an accepted edit before the search begins again at the original. */
const patience = 5;
/** New beginnings in a row that find nothing before the search ends. */
const maxEmptyRestarts = 2;

/**
 * Rewrites the task description so that the frozen model, given the text alone, does better (gradient-guided fluent
 * edit search). Gradients at its words rank replacements among words the model finds plausible; phrases are deleted,
 * swapped and written anew beside them. A candidate is the string: rendered, tokenised and measured on rows as a
 * person's text would be. An edit is accepted for a paired gain on rows that did not choose it; dev chooses among
 * accepted texts and proposes nothing; test is never read. The same task, budget and seed give the same result.
 * @throws Failure "instruction-missing", "instruction-several", "instruction-in-partial", and those of reading rows
 */
export async function* searchInstruction(
  task: Task,
  model: LanguageModel,
  options: SearchOptions,
): AsyncGenerator<SearchEvent, SearchResult> {
  const objective = openTaskObjective(task, model);
  const continuations = await openContinuations(model);
  try {
    const hard = hardTask(task);
    const train = openSource(hard, model, 'train');
    return yield* search(
      await prepare(
        hard,
        {
          model,
          objective,
          signal: options.signal,
          original: { train, dev: task.splits.dev ? openSource(hard, model, 'dev') : train },
        },
        { continuations, budget: options.budget, writers: options.writers ?? [] },
      ),
      options.seed,
    );
  } finally {
    await Promise.all([objective.close(), continuations.close()]);
  }
}

async function* search(setting: SearchContext, seed: number): AsyncGenerator<SearchEvent, SearchResult> {
  const { forwards, start, signal, task } = setting;
  const losses: OriginalLosses = new Map();
  const first = await measureSelection(
    { ...setting, signal: undefined },
    { source: start.source, task, fluencyScore: start.fluencyScore, edits: [] },
    losses,
  );
  const archive: FrontText[] = [first!];
  const seen = new Set([start.source]);
  let stopped = false;
  try {
    let [iteration, emptyRestarts, exhausted] = [0, 0, false];
    while (emptyRestarts < maxEmptyRestarts && !exhausted) {
      let incumbent: Incumbent = { source: start.source, task, fluencyScore: start.fluencyScore };
      let edits: readonly AcceptedEdit[] = [];
      for (let idle = 0; idle < patience && !exhausted; iteration++) {
        signal?.throwIfAborted();
        const outcome = await improve(setting, incumbent, {
          round: iteration,
          front: frontOf(archive),
          seen,
          random: streamFor(seed, 11, iteration),
        });
        idle++;
        exhausted = outcome.exhausted;
        yield { kind: 'progress', done: forwards.done, budget: forwards.budget };
        yield { kind: 'candidate-round', iteration, candidates: outcome.candidates, bestGain: outcome.bestGain };
        if (!outcome.accepted) continue;
        const { next, gain, origin } = outcome.accepted;
        const edit: AcceptedEdit = { ...changedWords(incumbent.source, next.source), ...gain, origin };
        const member = await measureSelection(setting, { ...next, edits: [...edits, edit] }, losses);
        if (!member) continue;
        [incumbent, edits, idle] = [next, member.edits, 0];
        archive.push(member);
        yield { kind: 'accepted', edit, text: member.text, devLoss: member.loss, devAccuracy: member.accuracy };
      }
      emptyRestarts = edits.length === 0 ? emptyRestarts + 1 : 0;
    }
  } catch (error) {
    if (!signal?.aborted || error !== signal.reason) throw error;
    stopped = true;
  }
  return resultOf(setting, archive, stopped);
}

/** @param texts the original first */
function resultOf({ task, start }: SearchContext, texts: readonly FrontText[], stopped: boolean): SearchResult {
  const chosen = chooseText(texts, readabilityBound(task.settings.readability ?? 'strict'));
  return {
    original: start.source,
    rewritten: chosen.text,
    edits: chosen.edits,
    fluency: start.fluencyScore.fluency,
    front: frontOf(texts),
    stopped,
  };
}
