import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { EvaluationResult } from '../../../src/runs/record/record';
import { assembleModel } from '../../support/models/models';
import { json, run, signalAt, weather, workspace } from '../../support/runs/runCli';
import { measures, metricsOf, onlyRun, original, recordOf, train } from '../../support/runs/weatherRuns';

/** A chat template that says what day it is, as those of Llama 3 and Granite do. */
const chatTemplate = [
  "{{ 'Today is ' ~ strftime_now('%A, %d %B') ~ '.\\n' }}",
  "{% for m in messages %}{{ m.role ~ ': ' ~ m.content | trim ~ '\\n' }}{% endfor %}",
  "{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}",
].join('');

/** The weather as messages, for a small model that was taught by stories and has a chat template of its own. */
async function chatWeather(settings = ''): Promise<string> {
  const text = weather['weather.prompt']!.replace(
    '---\n',
    `---\nmodel: model\ntune.searchBudget: 120\n${settings}`,
  ).replace(
    /\{\{text\}\}.*/,
    `{{role "system"}}\n{{#instruction}}${original}{{/instruction}}\n{{role "user"}}\n{{text}}\n{{label}}`,
  );
  const folder = await workspace({ ...weather, 'weather.prompt': text });
  await cp(assembleModel('reference/stories1'), join(folder, 'model'), { recursive: true });
  await writeFile(join(folder, 'model', 'chat_template.jinja'), chatTemplate);
  return folder;
}

/** Zones in which it is never the same day: 25 hours lie between them. */
const [here, elsewhere] = ['Pacific/Kiritimati', 'Pacific/Pago_Pago'] as const;
const zone = process.env.TZ;
const nowIn = (name: string): void => void (process.env.TZ = name);
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

const dayOf = async (folder: string): Promise<string | undefined> => (await recordOf(folder)).form?.chatTemplate?.day;

const evaluate = (folder: string, ...args: readonly string[]): Promise<EvaluationResult> =>
  json<EvaluationResult>(folder, 'evaluate', 'weather.prompt', ...args);

/** Long enough to be stopped in the middle. */
const long = [
  'train',
  'weather.prompt',
  '--method',
  'soft',
  '--json',
  '--set',
  'tune.steps=12',
  '--set',
  'tune.evalEvery=3',
];

describe('a run through a chat template that reads the date', () => {
  it('is measured on another day with the tokens of its own', async () => {
    const folder = await chatWeather();
    nowIn(here);
    const trained = await train(folder, 'soft');
    const before = measures(await evaluate(folder, '--method', 'hard'));
    nowIn(elsewhere);
    // The day is in the prompt, or this test could not fail.
    expect(measures(await evaluate(folder, '--method', 'hard'))).not.toEqual(before);
    expect(measures(await evaluate(folder, '--run', trained.run!))).toEqual(measures(trained));
  });

  it('goes on on another day to the same numbers as without a pause', async () => {
    nowIn(here);
    const whole = await chatWeather();
    expect((await run(whole, ...long)).code).toBe(0);
    const folder = await chatWeather();
    expect((await signalAt(folder, long, '"step":5,')).code).toBe(130);
    const stopped = await onlyRun(folder);
    const day = await dayOf(stopped);
    nowIn(elsewhere);
    const { id } = await recordOf(stopped);
    expect((await run(folder, ...long, '--resume', id)).code).toBe(0);
    expect(await metricsOf(stopped)).toEqual(await metricsOf(await onlyRun(whole)));
    expect(await dayOf(stopped)).toBe(day);
  });
});

describe('a run whose chat template has been changed since', () => {
  it('is neither measured nor gone on with, and says so in one sentence', async () => {
    const folder = await chatWeather();
    await signalAt(folder, long, '"step":5,');
    const stopped = await recordOf(await onlyRun(folder));
    const trained = await train(folder, 'soft');
    const jinja = join(folder, 'model', 'chat_template.jinja');
    await writeFile(jinja, (await readFile(jinja, 'utf8')).replace('Today is', 'This is'));
    const measured = await run(folder, 'evaluate', 'weather.prompt', '--run', trained.run!);
    const resumed = await run(folder, ...long, '--resume', stopped.id);
    expect([measured.code, resumed.code]).toEqual([1, 1]);
    expect(measured.err.match(/the model's chat template is not as in the training\./g)).toHaveLength(1);
    expect(resumed.err.match(/The model's chat template has changed since the run began\./g)).toHaveLength(1);
    const forced = await evaluate(folder, '--run', trained.run!, '--force');
    expect(measures(forced)).not.toEqual(measures(trained));
  });
});

describe('an adapter that was trained on messages', () => {
  it('is measured as it was trained, whatever the template leaves open, and what is otherwise is said', async () => {
    const folder = await chatWeather();
    nowIn(here);
    const trained = await train(folder, 'soft', '--format', 'text');
    nowIn(elsewhere);
    const adapter = ['--adapter', join(trained.folder, 'adapter')];
    const again = await evaluate(folder, ...adapter);
    expect(again.form).toEqual({ format: 'text' });
    expect(measures(again)).toEqual(measures(trained));
    const chat = await run(folder, 'evaluate', 'weather.prompt', ...adapter, '--format', 'chat');
    expect(chat.out + chat.err).toContain(
      "Not as in the adapter's training: the form of the prompt (messages for one text)",
    );
    nowIn(here);
    const messages = await train(folder, 'soft');
    nowIn(elsewhere);
    expect(measures(await evaluate(folder, '--adapter', join(messages.folder, 'adapter')))).toEqual(measures(messages));
  });
});

describe('an instruction in a system message', () => {
  it('is searched where it stands, and the text by itself measures the same when it is pasted elsewhere', async () => {
    const folder = await chatWeather();
    const trained = await train(folder, 'v2', '--set', 'tune.instruction=text', '--set', 'tune.searchBudget=500');
    const record = await recordOf(trained.folder);
    expect(record.rewritten!.text).toContain(
      `{{role "system"}}\n{{#instruction}}${record.rewritten!.instruction}{{/instruction}}`,
    );
    const text = measures(trained.textResult!);
    expect(measures(await evaluate(folder, '--run', trained.run!, '--text-only'))).toEqual(text);
    expect(measures(await evaluate(folder, '--run', trained.run!))).toEqual(measures(trained));
    await writeFile(join(folder, 'pasted.prompt'), record.rewritten!.text);
    expect(measures(await json<EvaluationResult>(folder, 'evaluate', 'pasted.prompt', '--method', 'hard'))).toEqual(
      text,
    );
  });
});
