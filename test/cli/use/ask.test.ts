import { describe, expect, it } from 'vitest';
import { json, run, tinyWeather, workspace } from '../../support/runs/runCli';

describe('ask', () => {
  it('prints the label with the probabilities of all, and as JSON what it took', async () => {
    const folder = await workspace(tinyWeather);
    const words = ['ask', 'weather.prompt', '--set', 'text=rain = all day'];
    const { out, err } = await run(folder, ...words);
    const { answer, probabilities, promptTokens, seconds } = await json<{
      readonly answer: string;
      readonly probabilities: Readonly<Record<string, number>>;
      readonly promptTokens: number;
      readonly seconds: number;
    }>(folder, ...words);
    const [label, , likeliest] = out.split('\n');
    expect(label).toBe(answer);
    expect(likeliest).toBe(`${answer}  ${probabilities[answer]!.toFixed(3)}`);
    expect(err).toMatch(new RegExp(`^${promptTokens} tokens read, `));
    expect(Object.values(probabilities).reduce((sum, value) => sum + value)).toBeCloseTo(1, 6);
    expect(seconds).toBeGreaterThan(0);
  });

  it('takes messages as JSON and settings of a template', async () => {
    const talk = tinyWeather['weather.prompt']!.replace(
      '{{text}}. The weather was',
      '{{history}}{{role "model"}}',
    ).replace('tune.data', 'tune.format: chat\ntune.data');
    const folder = await workspace({ ...tinyWeather, 'talk.prompt': talk });
    const words = ['ask', 'talk.prompt', '--set', 'messages=[{"role":"user","content":"rain"}]'];
    const plain = await json<{ readonly promptTokens: number }>(folder, ...words);
    const longer = words.map((word) => word.replace('rain', 'rain rain rain'));
    expect((await json<{ readonly promptTokens: number }>(folder, ...longer)).promptTokens).toBeGreaterThan(
      plain.promptTokens,
    );
    const cut = await run(folder, ...longer, '--set', 'tune.maxLength=4');
    expect(cut).toMatchObject({ code: 1, err: expect.stringContaining('[prompt-too-long]') as string });
  });

  it('refuses a name that nothing reads, and a value that is missing, in one sentence', async () => {
    const folder = await workspace(tinyWeather);
    const typo = await run(folder, 'ask', 'weather.prompt', '--set', 'txt=rain');
    expect(typo.err).toMatch(/weather\.prompt: The prompt reads no "txt"\. It reads text\. \[unknown-variable\]\n$/);
    const missing = await run(folder, 'ask', 'weather.prompt');
    expect(missing.err).toMatch(/The row has no "text", .*\[data-column\]\n$/);
    expect(await run(folder, 'ask', 'weather.prompt', '--set', 'rain')).toMatchObject({ code: 2 });
  });
});
