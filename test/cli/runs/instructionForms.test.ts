import { describe, expect, it } from 'vitest';
import { run, storiesWeather, workspace } from '../../support/runs/runCli';
import { onlyRun, recordOf } from '../../support/runs/weatherRuns';

/** Searches for another instruction than that of the body. */
async function search(body: string) {
  const template = storiesWeather['weather.prompt']!.replace('{{text}}. The', `${body}{{text}}. The`);
  const folder = await workspace({ ...storiesWeather, 'weather.prompt': template });
  const set = ['tune.instruction=text', 'tune.searchBudget=120', 'tune.steps=1'].flatMap((each) => ['--set', each]);
  const ended = await run(folder, 'train', 'weather.prompt', '--method', 'v2', ...set);
  return { ...ended, record: await recordOf(await onlyRun(folder)) };
}

const block = (text: string): string => `{{#instruction}}${text}{{/instruction}}\n`;
const long = Array.from({ length: 500 }, (_, i) => ['say', 'how', 'the', 'day', 'was'][i % 5]).join(' ');

describe('a search for a better instruction', () => {
  it.each([
    ['of one word', block('Weather.'), 'Weather.'],
    ['in Chinese', block('说出天气如何。'), '说出天气如何。'],
    ['that holds a variable', block('Say how {{text}} was.'), 'Say how {{text}} was.'],
    ['that holds a helper', block('Say {{#if text}}how{{/if}} it was.'), 'Say {{#if text}}how{{/if}} it was.'],
  ])('takes one %s, and keeps it among its texts', async (_, body, original) => {
    const { code, record } = await search(body);
    expect(code).toBe(0);
    expect(record.rewritten!.original).toBe(original);
    expect(record.rewritten!.front!.map(({ text }) => text)).toContain(original);
  });

  it('says where too few rows can choose', async () => {
    const { err } = await search(block('Say how it was.'));
    expect(err).toContain('Only 4 rows of dev can choose among instructions, too few to tell');
  });

  it.each([
    ['none', '', 'The template has no instruction.'],
    ['several', block('Say it.') + block('Again.'), 'The template has 2 instructions. Keep one {{#instruction}} block'],
    ['one of 500 words', block(long), 'context'],
  ])('ends with one sentence where there is %s', async (_, body, sentence) => {
    const { code, err, record } = await search(body);
    expect(code).toBe(1);
    expect(err.trim().split('\n').at(-1)).toContain(sentence);
    expect(record.status).toBe('failed');
  });
});
