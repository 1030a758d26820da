import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/data/random';
import { decodingFrom } from '../../../src/decoding/decoding';
import { openAnswerCache } from '../../../src/endpoint/asking/answerCache';
import { openClient } from '../../../src/endpoint/client';
import { endpointsOfEnvironment, requireEndpoint } from '../../../src/endpoint/endpoint';
import { createPace } from '../../../src/endpoint/asking/pace';
import { trainRun } from '../../../src/runs/work/trainRun';
import { askEndpoint } from '../../../src/tuning/propose/askEndpoint';
import { proposePrompts, type ProposePrompt } from '../../../src/tuning/propose/proposePrompt';
import { askModel, openLater, textWriter, type AskedTexts, type Asking } from '../../../src/tuning/propose/writers';
import { readRun } from '../../../src/runs/store/runFolder';
import type { WritingRound } from '../../../src/tuning/search/proposals/textWriter';
import { startEndpoint } from '../../support/standIns/endpointServer';
import { assembleModel } from '../../support/models/models';
import { makeWorkspace, type Workspace } from '../../support/engine/workspace';

const chatTemplate =
  "{% for m in messages %}<{{ m['role'] }}>{{ m['content'] }}\n{% endfor %}" +
  '{% if add_generation_prompt %}<assistant>{% endif %}';

const folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-propose-'));
const workspaces: Workspace[] = [];
afterAll(async () => {
  await Promise.all(workspaces.map((workspace) => workspace.dispose()));
  rmSync(folder, { recursive: true, force: true });
});

/** A tiny model that was taught stories, and reads messages. */
function chatModel(): string {
  const model = join(folder, 'chat');
  cpSync(assembleModel('reference/stories260k'), model, { recursive: true });
  writeFileSync(join(model, 'chat_template.jinja'), chatTemplate);
  return model;
}

const body = '{{#instruction}}Say how the day was.{{/instruction}}\nText: {{text}}\nThe day was{{label}}';

async function open() {
  const workspace = makeWorkspace({ body, model: chatModel() });
  workspaces.push(workspace);
  return { ...(await workspace.task('v2', { 'tune.instruction': 'text' })), file: workspace.file };
}

const member = (text: string, loss: number, accuracy: number) =>
  ({ text, loss, accuracy }) as WritingRound['front'][number];

const round = (more: Partial<WritingRound> = {}): WritingRound => ({
  round: 0,
  original: 'Say how the day was.',
  current: 'Tell how the day was.',
  front: [member('Say how the day was.', 2, 0.25), member('Tell how the day was.', 1, 0.5)],
  rows: [
    { values: { text: 'It rained.' }, expected: 'bad', predicted: 'good', loss: 2 },
    { values: { text: 'They laughed.' }, expected: 'good', predicted: 'good', loss: 1 },
  ],
  random: createRandom(1),
  prompts: 1000,
  ...more,
});

const named = async (propose: readonly string[] | 'auto', hasChat = true, path = join(folder, 'day.prompt')) =>
  proposePrompts(propose, { template: { path }, hasChat });

/** Keeps what a prompt is asked with. */
function listening(answers: readonly string[]): { readonly asking: Asking; readonly asked: object[] } {
  const asked: object[] = [];
  return {
    asked,
    asking: {
      ask(row) {
        asked.push(row);
        return Promise.resolve({ answers, prompts: 3 });
      },
    },
  };
}

describe('asking a model for an instruction', () => {
  it('shows rows with their answers, mistakes, and the texts so far, the best last', async () => {
    const { task } = await open();
    const { asking, asked } = listening(['1. "Say if the day was good or bad."', 'Tell how the day was.', '{{label}}']);
    const said: AskedTexts[] = [];
    const [, mistakes] = await named('auto');
    const writer = textWriter(mistakes!, asking, { task, onAsked: (one) => said.push(one) });
    const { texts, prompts } = await writer.write(round());
    expect(prompts).toBe(3);
    expect(texts).toEqual([{ text: 'Say if the day was good or bad.', origin: mistakes!.origin }]);
    expect(said[0]!.refused.map(({ reason }) => reason)).toEqual([
      'it is the one that was shown',
      'it holds the answer slot',
    ]);
    expect(asked[0]).toMatchObject({
      current: 'Tell how the day was.',
      mistakes: [{ input: 'It rained.', answer: 'bad', given: 'good' }],
      history: [
        { instruction: 'Say how the day was.', score: '25 %' },
        { instruction: 'Tell how the day was.', score: '50 %' },
      ],
      labels: ['good', 'bad'],
    });
    expect(mistakes!.origin).toMatch(/^mistakes [0-9a-f]{12}$/);
  });

  it('does not ask for what there is nothing to show of', async () => {
    const { task } = await open();
    const { asking, asked } = listening(['Name it.']);
    const [examples, mistakes, history] = await named('auto');
    const right = round({ rows: round().rows.slice(1), front: round().front.slice(0, 1) });
    for (const prompt of [mistakes!, history!])
      expect((await textWriter(prompt, asking, { task }).write(right)).texts).toEqual([]);
    expect(asked).toEqual([]);
    expect((await textWriter(examples!, asking, { task }).write(right)).texts).toHaveLength(1);
  });

  it('samples answers of the model itself by the seed of the round, and counts what they cost', async () => {
    const { task, model } = await open();
    const later = openLater(model);
    const [examples] = await named(['examples']);
    const short: ProposePrompt = { ...examples!, decoding: decodingFrom({ temperature: 1, maxOutputTokens: 6 }) };
    const asking = askModel(short, { task, model, generator: later.open, rowTokens: 40 });
    try {
      const ask = (seed: number, prompts = 100) =>
        asking.ask({ rows: [{ input: 'a', answer: 'b' }] }, { seed, prompts });
      const [first, again, other] = [await ask(1), await ask(1), await ask(2)];
      expect(first.answers).toHaveLength(4);
      expect(new Set(first.answers).size).toBeGreaterThan(1);
      expect(again).toEqual(first);
      expect(other.answers).not.toEqual(first.answers);
      expect(first.prompts).toBeGreaterThan(0);
      expect(await ask(1, 0)).toEqual({ answers: [], prompts: 0 });
    } finally {
      await later.close();
    }
  });

  it('asks an endpoint that a prompt file names, and keeps its answers', async () => {
    const server = await startEndpoint((_, n) => ({
      body: { model: 'big', choices: [{ message: { content: `Say it, way ${n}.` }, finish_reason: 'stop' }] },
    }));
    writeFileSync(
      join(folder, 'own.prompt'),
      '---\nmodel: openai:big\noutput: { schema: { instruction: string } }\n---\n' +
        '{{role "user"}}Mend it: {{current}}{{#each mistakes}} {{input}} is {{answer}}{{/each}}',
    );
    const { task } = await open();
    const [own] = await named(['own.prompt'], false);
    const endpoint = requireEndpoint(own!.hosted!, endpointsOfEnvironment({}, { baseUrl: server.address }));
    const asking = askEndpoint(own!, own!.hosted!, {
      endpoint,
      client: await openClient(endpoint),
      cache: openAnswerCache(join(folder, 'answers'), endpoint.address),
      pace: createPace(0),
    });
    const writer = textWriter(own!, asking, { task });
    const { texts, prompts } = await writer.write(round());
    expect(texts.map(({ text }) => text)).toEqual([0, 1, 2, 3].map((n) => `Say it, way ${n}.`));
    expect(prompts).toBe(0);
    expect(server.seen[0]!.body).toMatchObject({
      model: 'big',
      messages: [{ role: 'user', content: 'Mend it: Tell how the day was. It rained. is bad' }],
    });
    expect((await writer.write(round())).texts).toEqual(texts);
    expect(server.seen).toHaveLength(4);
  });

  it('needs consent before rows are sent, and a chat template of a model that is asked itself', async () => {
    const { file } = await open();
    writeFileSync(join(file, '..', 'own.prompt'), '---\nmodel: openai:big\n---\n{{role "user"}}{{current}}');
    const set = { 'tune.instruction': 'text', 'tune.propose': 'own.prompt' };
    const outcome = await trainRun({ file, method: 'v2', set, runs: join(folder, 'runs') });
    expect(outcome.failure?.code).toBe('endpoint-consent');
    expect(outcome.failure?.message).toContain('is sent rows of train with their answers');
    expect((await readRun(outcome.folder)).status).toBe('failed');
    await expect(named(['examples'], false)).rejects.toThrow('has no chat template');
    expect(await named('auto', false)).toEqual([]);
  });

  it('lets what a model wrote take part in the search, and says in the log what became of it', async () => {
    const { file } = await open();
    const prompt = '---\nconfig: { temperature: 1, maxOutputTokens: 8 }\n---\n{{role "user"}}Better: {{current}}';
    writeFileSync(join(file, '..', 'brief.prompt'), prompt);
    const set = {
      'tune.instruction': 'text',
      'tune.propose': 'brief.prompt',
      'tune.searchBudget': '700',
      'tune.steps': '1',
      'tune.learningRate': '0.1',
    };
    const outcome = await trainRun({ file, method: 'v2', set, runs: join(folder, 'runs') });
    expect(outcome.record.status).toBe('done');
    const log = readFileSync(join(outcome.folder, 'log.txt'), 'utf8');
    expect(log).toMatch(/Asked for instructions \(brief\.prompt [0-9a-f]{12}\): /);
    expect(outcome.record.settings.propose).toEqual(['brief.prompt']);
  });

  it.each([
    ['{{role "user"}}{{rows}}{{budget}}', 'nothing provides "budget"'],
    ['{{role "user"}}Write one.', 'shows nothing of the task'],
  ])('refuses a prompt file that could not be asked: %s', async (text, message) => {
    writeFileSync(join(folder, 'odd.prompt'), text);
    await expect(named(['odd.prompt'])).rejects.toThrow(message);
    await expect(named(['none-such.prompt'])).rejects.toThrow('cannot be read');
  });
});
