import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../../../src/data/dataset';
import { repository } from '../../support/running/paths';

const splits = ['train', 'dev', 'test'] as const;
const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

async function rowsOf(split: (typeof splits)[number]): Promise<readonly { message: string; order: string }[]> {
  const data = await openDataset(join(repository, 'media/examples/orders/data', `${split}.csv`));
  const rows = await data.read(Array.from({ length: data.rows }, (_, i) => i));
  await data.close();
  return rows.map(({ message, order }) => ({ message: String(message), order: String(order) }));
}

describe('the rows of the example of extraction', () => {
  it.each(splits)(
    'name what the message asks for in its own words, and the day where it names one: %s',
    async (split) => {
      for (const { message, order } of await rowsOf(split)) {
        const [, count, item, day] = /^([a-z]+) (.+?)(?: on ([A-Z][a-z]+day))?$/.exec(order)!;
        expect(message).toContain(item);
        expect(message.toLowerCase()).toMatch(count === 'one' ? /\b(an?|one)\b/ : new RegExp(`\\b${count}\\b`));
        expect(day).toBe(days.find((name) => message.includes(name)));
      }
    },
  );

  it('are messages of which none stands in two splits', async () => {
    const all = (await Promise.all(splits.map(rowsOf))).flat().map(({ message }) => message);
    expect(all).toHaveLength(236);
    expect(new Set(all).size).toBe(all.length);
  });
});
