import { afterAll, describe, expect, it } from 'vitest';
import { assembleModel } from '../../support/models/models';
import type { LanguageModel } from '../../../src/model/openModel';
import { closeTask } from '../../../src/objective/rows/splits';
import type { Task } from '../../../src/objective/task';
import { instructionSource } from '../../../src/template/edit/replaceInstruction';
import { readTemplate } from '../../../src/template/read/template';
import type { TextWriter, WritingRound } from '../../../src/tuning/search/proposals/textWriter';
import { searchInstruction, type SearchOptions, type SearchResult } from '../../../src/tuning/search/searchInstruction';
import { isSearchState, type SearchState } from '../../../src/tuning/search/searchState';
import { hardTask, withInstruction } from '../../../src/tuning/search/text/hardTask';
import { makeWorkspace, type Workspace } from '../../support/engine/workspace';

const workspaces: Workspace[] = [];
afterAll(() => Promise.all(workspaces.map((workspace) => workspace.dispose())));

async function open(
  instruction: string,
  set: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly task: Task; readonly model: LanguageModel }> {
  const workspace = makeWorkspace({
    // What may be edited is asked here, not what it gains: a small model tells as much.
    model: instruction.length > 1000 ? 'builtin' : assembleModel('reference/stories260k'),
    body: `{{#instruction}}${instruction}{{/instruction}}\nText: {{text}}\nThe day was{{label}}`,
  });
  workspaces.push(workspace);
  return workspace.task('v2', { 'tune.instruction': 'text', ...set });
}

interface Searched {
  readonly result: SearchResult;
  readonly states: readonly SearchState[];
}

async function search(task: Task, model: LanguageModel, options: SearchOptions): Promise<Searched> {
  const states: SearchState[] = [];
  const events = searchInstruction(task, model, options);
  for (;;) {
    const next = await events.next();
    if (next.done) return { result: next.value, states };
    if (next.value.kind === 'checkpoint') states.push(next.value.state);
  }
}

const long = Array.from({ length: 50 }, () => 'Say how the day of the writer went, good or bad.').join(' ');

/** Each with how much of the search is spent on it. */
const cases: readonly (readonly [name: string, instruction: string, readability: string])[] = [
  ['of one word', 'Judge.', 'strict'],
  ['of one word, freely', 'Judge.', 'free'],
  ['of 500 words', long, 'free'],
  ['in Chinese', '请用一个词说明这一天过得怎么样，好还是坏？', 'fair'],
  [
    'that holds a variable and a helper',
    'Say how it went{{#if text}}, by what {{text}} says{{/if}}, good or bad.',
    'free',
  ],
  ['with braces that are text', 'Say \\{{how}} the day went, good or bad.', 'free'],
];

// Each builds graphs of the model anew.
describe('an instruction', () => {
  it.each(cases)('%s is searched, and what comes of it is a template with all of its tags', async (...given) => {
    const [, instruction, readability] = given;
    const { task, model } = await open(instruction, { 'tune.readability': readability });
    const { result } = await search(task, model, { budget: instruction === long ? 300 : 500, seed: 1 });
    await closeTask(task);
    const tags = (text: string): readonly string[] => text.match(/\\?\{\{[^}]*\}\}/g) ?? [];
    for (const { text } of [...result.front, { text: result.rewritten }]) {
      expect(tags(text)).toEqual(tags(instruction));
      const { template } = withInstruction(hardTask(task), text)!;
      expect(
        readTemplate(template.text, template.path).findings.filter(({ severity }) => severity === 'error'),
      ).toEqual([]);
    }
    expect(result.original).toBe(instruction);
    // Words are written without spaces there; some single tokens, which are exchanged in free, begin with one.
    const byWords = result.front.filter(({ bound }) => bound !== undefined && Number.isFinite(bound));
    if (/\p{Script=Han}/u.test(instruction)) for (const { text } of byWords) expect(text).not.toContain(' ');
  });

  it('is written into the template as it is, and not where its braces would end it or break the template', async () => {
    const { task } = await open('Say how the day went.');
    const written = ['Say it.', 'Say {{text}} or good.', 'Say \\{{it}} all.', 'Say how the day went.'];
    for (const text of written) {
      const { template } = withInstruction(hardTask(task), text)!;
      expect(template.text).toBe(task.template.text.replace('Say how the day went.', () => text));
      expect(instructionSource(template.text, template.path).text).toBe(text);
    }
    for (const text of ['Say it.{{/instruction}} Now', '{{#if text}}Say it.', 'Say {{ it.', '{{/instruction}}'])
      expect(withInstruction(hardTask(task), text)).toBeUndefined();
    await closeTask(task);
  });

  it('is searched without gradients, by words alone, within the budget', async () => {
    const { task, model } = await open('Please say how the day of the writer went, good or bad.', {
      'tune.blackBox': true,
      'tune.readability': 'free',
    });
    const { result, states } = await search(task, model, { budget: 700, seed: 1 });
    await closeTask(task);
    expect(states.length).toBeGreaterThan(0);
    for (const { done } of states) expect(done).toBeLessThanOrEqual(700);
    for (const { edits } of result.front) for (const { origin } of edits) expect(origin).not.toBe('token');
  });

  it('that counts its answers goes on counting, or leaves off', async () => {
    const { task, model } = await open('Say how the day of the writer went: 1. good or 2. bad.', {
      'tune.readability': 'fair',
    });
    const { result } = await search(task, model, { budget: 900, seed: 1 });
    await closeTask(task);
    const byWords = result.front.filter(({ bound }) => bound !== undefined && Number.isFinite(bound));
    expect(byWords.length).toBeGreaterThan(1);
    for (const { text } of byWords) expect(['', '12']).toContain(text.replace(/[^0-9]/g, ''));
  });

  it('of which there are several is refused', async () => {
    const { task, model } = await open('Say it.{{/instruction}} Now: {{#instruction}}good or bad?');
    await expect(search(task, model, { budget: 500, seed: 1 })).rejects.toMatchObject({ code: 'instruction-several' });
    await closeTask(task);
  });

  it('is also tried as others write it, who see the front and training rows, and whose prompts count', async () => {
    const { task, model } = await open('Please say how the day of the writer went, good or bad.');
    const rounds: WritingRound[] = [];
    const writer: TextWriter = {
      write(round) {
        rounds.push(round);
        const texts = [
          'Say how the day went, good or bad: {{',
          'Please say how the day of the writer was, good or bad.',
        ];
        return Promise.resolve({ texts: texts.map((text) => ({ text, origin: 'a test' })), prompts: 7 });
      },
    };
    const options = { budget: 500, seed: 1 };
    const [{ states }, without] = [
      await search(task, model, { ...options, writers: [writer] }),
      await search(task, model, options),
    ];
    await closeTask(task);
    const [round] = rounds;
    expect(round).toMatchObject({ round: 0, original: round!.current, front: [{ text: round!.original, bound: 0 }] });
    expect(round!.rows.map(({ expected }) => expected).sort()).toEqual([
      'bad',
      'bad',
      'bad',
      'bad',
      'good',
      'good',
      'good',
      'good',
    ]);
    for (const { predicted, values } of round!.rows) {
      expect(task.labels).toContain(predicted);
      expect(values).toHaveProperty('text');
    }
    expect(states[0]!.paths.flatMap(({ seen }) => seen)).toContain(
      'Please say how the day of the writer was, good or bad.',
    );
    expect(states[0]!.paths.flatMap(({ seen }) => seen).some((text) => text.includes('{{'))).toBe(false);
    expect(states[0]!.done).toBeGreaterThan(without.states[0]!.done + 7);
  });

  it('comes to the same text when its search is stopped and goes on, from a file', async () => {
    const { task, model } = await open('Please say how the day of the writer went, good or bad.');
    const options = { budget: 1200, seed: 3 };
    const { result, states } = await search(task, model, options);
    const stored: unknown = JSON.parse(JSON.stringify(states[0]));
    if (!isSearchState(stored)) throw new Error('The state does not survive a file.');
    const resumed = await search(task, model, { ...options, resume: stored });
    await closeTask(task);
    expect(states.length).toBeGreaterThan(1);
    expect(resumed.states).toEqual(states.slice(1));
    expect(resumed.result).toEqual(result);
  });
});
