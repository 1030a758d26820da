import type { LanguageModel } from '../../model/openModel';
import { openTaskObjective } from '../../objective/objective';
import { openSource } from '../../objective/rows/source';
import type { Task } from '../../objective/task';
import { readabilityBound } from './bounds';
import { chooseText, frontOf } from './front/front';
import type { AcceptedEdit, FrontText } from './front/frontText';
import { advance, begin, nextPath, shareBudget } from './paths';
import { openContinuations } from './proposals/continuations';
import type { TextWriter } from './proposals/textWriter';
import { prepare, type SearchContext } from './searchContext';
import type { SearchEvent } from './searchEvent';
import type { SearchState } from './searchState';
import { hardTask } from './text/hardTask';

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
  /** Where a search of the same task, budget and seed was stopped. */
  readonly resume?: SearchState;
}

/**
 * Rewrites the task description so that the frozen model, given the text alone, does better. A search goes along
 * several paths, one for each readability, the wider from where the narrower has come to: gradients at words or tokens
 * rank what may stand in their place, phrases are deleted, swapped and written anew beside them, and whole texts are
 * taken from those who write them. A candidate is the string: rendered, tokenised and measured on rows as a person's
 * text would be. An edit, or several at once, is accepted for a paired gain on rows that did not choose it; dev chooses
 * among accepted texts; test is never read. The same task, budget and seed give the same result, whether or not the
 * search was stopped on the way.
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
    const setting = await prepare(
      hard,
      {
        model,
        objective,
        signal: options.signal,
        original: { train, dev: task.splits.dev ? openSource(hard, model, 'dev') : train },
      },
      { continuations, budget: options.budget, writers: options.writers ?? [] },
    );
    return yield* search(setting, options);
  } finally {
    await Promise.all([objective.close(), continuations.close()]);
  }
}

async function* search(
  setting: SearchContext,
  { seed, resume }: Pick<SearchOptions, 'seed' | 'resume'>,
): AsyncGenerator<SearchEvent, SearchResult> {
  const { forwards, signal, task } = setting;
  const readability = readabilityBound(task.settings.readability ?? 'strict');
  const shares = shareBudget(readability);
  let state = resume ?? (await begin(setting, shares.length));
  forwards.done = state.done;
  let stopped = false;
  try {
    for (let next = nextPath(state, shares); next !== undefined; next = nextPath(state, shares)) {
      signal?.throwIfAborted();
      const step = await advance(setting, state, { at: next, bound: shares[next]!.bound, seed });
      state = step.state;
      yield { kind: 'progress', done: forwards.done, budget: forwards.budget };
      yield* step.events;
      yield { kind: 'checkpoint', state };
    }
  } catch (error) {
    if (!signal?.aborted || error !== signal.reason) throw error;
    stopped = true;
  }
  const chosen = chooseText(state.texts, readability);
  return {
    original: setting.start.source,
    rewritten: chosen.text,
    edits: chosen.edits,
    fluency: setting.start.fluencyScore.fluency,
    front: frontOf(state.texts, chosen),
    stopped,
  };
}
