import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newFromTable } from '../../../src/commands/newFromTable';
import { Failure } from '../../../src/failure';
import { checkFiles } from '../../../src/workspace/checkFiles';

const awkward = [
  'a b',
  'x.y',
  'if',
  'this',
  'role',
  '标签',
  'soft',
  'a"b',
  "it's",
  '{{x}}',
  '#c',
  '- d',
  'null',
  'yes',
  '1',
];
const name = fc.oneof(
  fc.constantFrom('text', 'label', 'answer', 'output', 'messages', 'id', 'split', '__proto__', 'a\\', ...awkward),
  fc.string({ minLength: 1, maxLength: 6 }),
);
const plain = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('good', 'bad', 'Good') },
  fc.constantFrom('a, b', '{{x}}', '', 'null', '---', '\n', 'x: y', '"q"', '\\{{'),
  fc.integer({ min: 0, max: 3 }),
  fc.boolean(),
  fc.constant(null),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const value = fc.oneof(
  { weight: 6, arbitrary: plain },
  fc.array(plain, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom('k', 'text', 'answer_start', 'z z'), plain, { maxKeys: 2 }),
);

const asText = (cell: unknown): string =>
  typeof cell === 'object' && cell !== null ? JSON.stringify(cell) : String(cell ?? '');
const quoted = (cell: unknown): string => `"${asText(cell).replaceAll('"', '""')}"`;

/** The same rows as JSON lines, or as a table. */
const written = (names: readonly string[], rows: readonly (readonly unknown[])[], isTable: boolean): string =>
  isTable
    ? [names, ...rows.map((row) => row.slice(0, names.length))].map((row) => row.map(quoted).join()).join('\n')
    : rows.map((row) => JSON.stringify(Object.fromEntries(names.map((each, i) => [each, row[i]])))).join('\n');

describe('any table', () => {
  it('becomes a template that no check finds an error in, or is refused in a sentence', async () => {
    let made = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(name, { minLength: 2, maxLength: 4 }),
        fc.array(fc.array(value, { minLength: 4, maxLength: 4 }), { minLength: 10, maxLength: 24 }),
        fc.boolean(),
        async (names, rows, isTable) => {
          const folder = mkdtempSync(join(tmpdir(), 'any-table-'));
          const from = join(folder, isTable ? 'rows.csv' : 'rows.jsonl');
          try {
            writeFileSync(from, written(names, rows, isTable));
            const { file } = await newFromTable({ from, model: 'builtin', split: '15%' });
            made++;
            const errors = (await checkFiles([file])).filter(({ severity }) => severity === 'error');
            expect(errors.map(({ message }) => message)).toEqual([]);
          } catch (error) {
            if (!(error instanceof Failure)) throw error;
            expect(error.message).toMatch(/\S/);
          } finally {
            rmSync(folder, { recursive: true, force: true });
          }
        },
      ),
      { numRuns: Number(process.env.PROMPT_TUNER_TABLES ?? 40) },
    );
    expect(made).toBeGreaterThan(0);
  });
});
