import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isObject } from '../../../src/channel/guards';
import type { RunRecord } from '../../../src/runs/record/record';
import { json, run, workspace } from '../../support/runs/runCli';
import { repository } from '../../support/running/paths';

const example = join(repository, 'media', 'examples', 'talks');
const splits = ['train', 'dev', 'test'] as const;
const labels = ['hotel', 'railway', 'school', 'doctor'];

interface Row {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly desk: string;
}

const rowsOf = async (split: (typeof splits)[number]): Promise<readonly Row[]> =>
  (await readFile(join(example, 'data', `${split}.jsonl`), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);

const wordsOf = ({ messages }: Row): ReadonlySet<string> =>
  new Set(messages.flatMap(({ content }) => content.toLowerCase().match(/[a-z]+/g) ?? []));

/** Words that two conversations share, of all that either has (Jaccard). */
function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((word) => b.has(word)).length;
  return shared / (a.size + b.size - shared);
}

describe('the rows of the example in chat form', () => {
  it.each(splits)('have each desk equally often in %s', async (split) => {
    const rows = await rowsOf(split);
    for (const label of labels) expect(rows.filter(({ desk }) => desk === label)).toHaveLength(rows.length / 4);
  });

  it('are conversations that the customer opens and ends', async () => {
    for (const split of splits)
      for (const { messages } of await rowsOf(split))
        expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  });

  it('are alike in no two splits', async () => {
    const [train, dev, test] = await Promise.all(splits.map(async (split) => (await rowsOf(split)).map(wordsOf)));
    for (const [those, these] of [
      [train, dev],
      [train, test],
      [dev, test],
    ] as const)
      for (const one of those!) for (const other of these!) expect(likeness(one, other)).toBeLessThan(0.5);
  });
});

describe('the example in chat form', () => {
  it('is read as lines that begin with who speaks, and the answer goes on with the last', async () => {
    const shown = await json<Record<string, unknown>>(example, 'render', 'talks.prompt', '--row', '0');
    const [row] = await rowsOf('train');
    const [asked, answered, said] = row!.messages.map(({ content }) => content);
    expect(shown).toMatchObject({ format: 'chat', chatTemplate: 'plain' });
    expect(shown.text).toBe(
      'System: Say who must go on with this talk: the hotel, the railway, the school or the doctor.\n' +
        `User: ${asked}\nAssistant: ${answered}\nUser: ${said}\nAssistant: This is for the`,
    );
  });

  it('trains by every method, with the words of the labels behind the beginning of the turn', async () => {
    const files = Object.fromEntries(
      await Promise.all(
        splits.map(async (split) => {
          const rows = (await rowsOf(split)).slice(0, 8).map((row) => JSON.stringify(row));
          return [`data/${split}.jsonl`, rows.join('\n')] as const;
        }),
      ),
    );
    const folder = await workspace(files);
    await writeFile(join(folder, 'talks.prompt'), await readFile(join(example, 'talks.prompt'), 'utf8'));
    const settings = ['steps=2', 'evalEvery=2', 'length=4', 'learningRate=0.1', 'batchSize=4', 'instruction=fixed'];
    const ended = await run(
      folder,
      'compare',
      'talks.prompt',
      '--methods',
      'hard,soft,v1,v2',
      '--json',
      ...settings.flatMap((setting) => ['--set', `tune.${setting}`]),
    );
    expect(ended.code, ended.err).toBe(0);
    const compared = JSON.parse(ended.out) as { readonly rows: readonly { method: string; runs: readonly string[] }[] };
    expect(compared.rows.map(({ method }) => method)).toEqual(['hard', 'soft', 'v1', 'v2']);
    for (const { runs } of compared.rows) {
      const path = join(folder, '.prompt-tuner', 'runs', runs[0]!, 'run.json');
      const record = JSON.parse(await readFile(path, 'utf8')) as RunRecord;
      expect(record).toMatchObject({ status: 'done', settings: { format: 'chat' }, result: { split: 'test' } });
      expect(isObject(record.settings.labels) && record.settings.labels).toMatchObject({ hotel: [' hotel'] });
    }
  });
});
