import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { milestonesOf } from '../../../../src/views/welcome/milestones';
import { copyExamples } from '../../../../src/workspace/copyExamples';
import { readManifest } from '../../../support/text/manifest';

const folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-examples-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Step {
  readonly description: string;
  readonly completionEvents: readonly string[];
  readonly media: { readonly image: Readonly<Record<string, string>>; readonly altText: string };
}

const { contributes } = readManifest() as {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly walkthroughs: readonly [{ readonly steps: readonly Step[] }];
  };
};
const { steps } = contributes.walkthroughs[0];
const commands = contributes.commands.map(({ command }) => command);

/** A picture that is shown beside a step is small enough to come with every package. */
const mostBytes = 60_000;

describe('the walkthrough', () => {
  it('has five steps, each with a button that is a command and an event that completes it', () => {
    expect(steps).toHaveLength(5);
    for (const { description, completionEvents } of steps) {
      const button = /\n?\[[^\]]+\]\(command:([\w.]+)\)/.exec(description)?.[1];
      expect(commands).toContain(button);
      const [event, ...others] = completionEvents;
      expect(others).toEqual([]);
      expect(event).toMatch(/^on(?:Command|Context):promptTuner\.\w+$/);
      if (event!.startsWith('onCommand:')) expect(commands).toContain(event!.slice('onCommand:'.length));
    }
  });

  it('shows the product in pictures for light and dark, each with words for who sees none', () => {
    for (const { media } of steps) {
      expect(Object.keys(media.image).sort()).toEqual(['dark', 'hc', 'hcLight', 'light']);
      for (const path of Object.values(media.image)) expect(statSync(path).size).toBeLessThan(mostBytes);
      expect(media.altText.length).toBeGreaterThan(20);
    }
  });

  it('knows from the runs what has been measured and trained', () => {
    const result = {} as never;
    expect(milestonesOf([{ method: 'hard' }, { method: 'soft' }])).toEqual([]);
    expect(milestonesOf([{ method: 'hard', result }])).toEqual(['measured']);
    expect(milestonesOf([{ method: 'v2', result }])).toEqual(['trained']);
    expect(milestonesOf([{ method: 'answers', result }])).toEqual([]);
  });
});

describe('the example workspace', () => {
  it('is copied to a folder of its own, and never over another', async () => {
    const first = await copyExamples(folder);
    expect(first).toBe(join(folder, 'prompt-tuner-examples'));
    expect(existsSync(join(first, 'triage', 'triage.prompt'))).toBe(true);
    expect(existsSync(join(first, 'triage', 'data', 'train.jsonl'))).toBe(true);
    expect(existsSync(join(first, '.prompt-tuner'))).toBe(false);
    expect(await copyExamples(folder)).toBe(join(folder, 'prompt-tuner-examples-2'));
  });

  it('says that nothing can be written where it cannot', async () => {
    await expect(copyExamples(join(folder, 'missing'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
