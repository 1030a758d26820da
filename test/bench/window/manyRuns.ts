import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRun } from '../../../src/runs/store/runFolder';
import { record, result } from '../../support/runs/records';

const templates = 20;

export interface ManyRuns {
  /** Where the templates are written. */
  readonly folder: string;
  readonly runs: string;
  readonly count: number;
}

/** Writes runs of some templates; every second was measured on a text that its template no longer has. */
export async function makeRuns({ folder, runs, count }: ManyRuns): Promise<void> {
  const head = [
    '---',
    'model: builtin',
    'input: { schema: { text: string } }',
    'output: { schema: { label(enum): [a, b] } }',
  ].join('\n');
  const text = (version: string) => `${head}\n---\n${version}${'Say which it is. '.repeat(100)}\n{{text}} {{label}}\n`;
  for (let t = 0; t < templates; t++) await writeFile(join(folder, `t${t}.prompt`), text(''));
  for (let i = 0; i < count; i++) {
    const id = `20260101-${String(i).padStart(6, '0')}`;
    await createRun(
      runs,
      record(id, {
        status: 'done',
        result: result('soft', 0.8, id),
        template: {
          path: join(folder, `t${i % templates}.prompt`),
          text: text(i % 2 ? `Version ${i}. ` : ''),
          sha256: 'aa',
          partials: {},
        },
      }),
    );
  }
}
