import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/data/random';
import { openTaskObjective } from '../../../src/objective/objective';
import { closeTask } from '../../../src/objective/rows/splits';
import { openContinuations, type Continuations } from '../../../src/tuning/search/proposals/continuations';
import { wordGradients, type TokenGradient } from '../../../src/tuning/search/proposals/instructionGradients';
import { labelWordsOf, wordVocabulary } from '../../../src/tuning/search/proposals/vocabulary';
import { costOfRuns, wordRuns } from '../../../src/tuning/search/proposals/wordRuns';
import { firstTokens, instructionSpanOf } from '../../../src/tuning/search/text/instructionSpan';
import { hardTask } from '../../../src/tuning/search/text/hardTask';
import { readWords } from '../../../src/tuning/search/text/words';
import { requireSplit } from '../../../src/objective/rows/splits';
import { embeddings } from '../../../src/tuning/start/initialise';
import { makeWorkspace, type Workspace } from '../../support/engine/workspace';

const source = 'Say in a word how the day of the writer went, good or bad.';

describe('neighbouring words exchanged together', () => {
  let workspace: Workspace;
  let close: () => Promise<unknown>;
  let read = 0;
  let runsWithin: (headroom: number, seed?: number) => ReturnType<typeof wordRuns>;
  let reader: Continuations;
  let facts: {
    readonly before: (word: number) => readonly number[];
    readonly tokenOf: (word: number) => number;
    readonly gradientOf: (word: number) => TokenGradient;
    readonly vectorOf: (token: number) => Float32Array;
    readonly words: ReturnType<typeof readWords>['words'];
  };

  beforeAll(async () => {
    workspace = makeWorkspace({
      body: `{{#instruction}}${source}{{/instruction}}\nText: {{text}}\nThe day was{{label}}`,
    });
    const opened = await workspace.task('v2', { 'tune.instruction': 'text' });
    const { model } = opened;
    const task = hardTask(opened.task);
    const objective = openTaskObjective(task, model);
    reader = await openContinuations(model);
    close = () => Promise.all([objective.close(), reader.close(), closeTask(opened.task)]);
    const isLabelWord = labelWordsOf(task);
    const span = instructionSpanOf(task, model, await requireSplit(task, 'train').read([0, 1]))!;
    const sentence = readWords(source, (core) => !isLabelWord(core));
    const starts = firstTokens(sentence.words, span.tokens, model);
    const gradients = await wordGradients({ task, model, objective }, sentence.words, [0, 1, 2, 3]);
    const continuations: Continuations = {
      ...reader,
      after(sequences, reads) {
        read += sequences.length;
        return reader.after(sequences, reads);
      },
    };
    facts = {
      before: (word) => [...span.context, ...span.tokens.slice(0, starts[word])],
      tokenOf: (word) => span.tokens[starts[word]!]!,
      gradientOf: (word) => gradients[word]!,
      vectorOf: (token) => embeddings(model, [token]),
      words: sentence.words,
    };
    runsWithin = (headroom, seed = 1) =>
      wordRuns({
        model,
        sentence,
        span,
        starts,
        gradients,
        continuations,
        headroom,
        vocabulary: wordVocabulary(model.tokenizer, source, isLabelWord),
        random: createRandom(seed),
      });
  });
  afterAll(async () => {
    await close();
    await workspace.dispose();
  });

  /** How much less likely a run is than what it stands in the place of, read word by word. */
  async function costOf(from: number, tokens: readonly number[]): Promise<number> {
    const likelihood = async (run: readonly number[]): Promise<number> => {
      let sum = 0;
      for (let i = 0; i < run.length; i++) {
        const sequence = [...facts.before(from), ...run.slice(0, i)];
        sum += (await reader.after([sequence], [[0, sequence.length - 1]]))[0]![run[i]!]!;
      }
      return sum;
    };
    return (await likelihood(tokens.map((_, i) => facts.tokenOf(from + i)))) - (await likelihood(tokens));
  }

  it('are no less likely than the bound allows, and cost no more prompts than is said', async () => {
    read = 0;
    const runs = await runsWithin(6);
    expect(runs.length).toBeGreaterThan(4);
    expect(read).toBeLessThanOrEqual(costOfRuns);
    for (const { from, tokens } of runs) expect(await costOf(from, tokens)).toBeLessThan(6 + 1e-3);
    const most = async (headroom: number): Promise<number> => {
      let highest = -Infinity;
      for (const { from, tokens } of await runsWithin(headroom))
        highest = Math.max(highest, await costOf(from, tokens));
      return highest;
    };
    expect(await most(Infinity)).toBeGreaterThan(6);
  });

  it('have the change that the gradients at their places expect', async () => {
    for (const { from, tokens, expected } of await runsWithin(8)) {
      const changes = tokens.map((token, i) => {
        const [next, own, { gradient }] = [
          facts.vectorOf(token),
          facts.vectorOf(facts.tokenOf(from + i)),
          facts.gradientOf(from + i),
        ];
        return gradient.reduce((sum, value, d) => sum + value * (next[d]! - own[d]!), 0);
      });
      expect(expected).toBeCloseTo(
        changes.reduce((sum, change) => sum + change, 0),
        5,
      );
    }
  });

  it('are of two or three unlocked words that stand together, and change both ends', async () => {
    const runs = await runsWithin(8);
    for (const { from, to, tokens, words } of runs) {
      expect([2, 3]).toContain(to - from);
      expect(words).toHaveLength(to - from);
      expect(facts.words.slice(from, to).every(({ locked }) => !locked)).toBe(true);
      expect(facts.words.slice(from, to - 1).every(({ after }) => after === '')).toBe(true);
      expect(tokens[0]).not.toBe(facts.tokenOf(from));
      expect(tokens.at(-1)).not.toBe(facts.tokenOf(to - 1));
    }
  });

  it('are the same by seed, at other places by another', async () => {
    const places = async (seed: number) => (await runsWithin(8, seed)).map(({ from, words }) => [from, ...words]);
    expect(await places(2)).toEqual(await places(2));
    expect(await places(2)).not.toEqual(await places(3));
  });
});
