import { expect, it } from 'vitest';
import { readInTurn } from '../../../../src/views/page/readInTurn';

/** Readings that end when they are told to. */
function heldReadings() {
  const said: string[] = [];
  const ends: (() => void)[] = [];
  const readings = readInTurn(() => {
    said.push('read');
    return new Promise((resolve, reject) => ends.push(ends.length === 0 ? () => reject(new Error('gone')) : resolve));
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { said, readings, turn, end: () => (ends.at(-1)!(), turn()) };
}

it('reads once more for all who ask while it reads, also after a reading that failed', async () => {
  const { said, readings, turn, end } = heldReadings();
  readings.next();
  await turn();
  for (let i = 0; i < 50; i++) readings.next();
  await end();
  expect(said).toEqual(['read', 'read']);
  await end();
  expect(said).toHaveLength(2);
});

it('steps back behind what was asked for before, and reads after it', async () => {
  const { said, readings, turn, end } = heldReadings();
  readings.next();
  await turn();
  readings.next();
  readings.afresh(() => said.push('rewound'));
  await end();
  await end();
  expect(said).toEqual(['read', 'read', 'rewound', 'read']);
});
