import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  asWritten,
  hardSubject,
  previewSide,
  type PreviewChoice,
  type PreviewState,
} from '../../../../src/views/preview/contract';
import { previewState } from '../../../../src/views/preview/model';
import { createRowReader, type RowReader } from '../../../../src/views/preview/rows';
import { runRecord } from '../../../support/pages/views';

let folder: string;
let rows: RowReader;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'preview-'));
  cpSync('media/examples/triage', folder, { recursive: true });
  rows = createRowReader();
});
afterEach(async () => {
  await rows.close();
  rmSync(folder, { recursive: true, force: true });
});

const first: PreviewChoice = { split: null, row: 0, subject: asWritten };

function state(
  changes: {
    readonly choice?: Partial<PreviewChoice>;
    readonly text?: string;
    readonly before?: PreviewState;
    readonly onDisk?: boolean;
  } = {},
): Promise<PreviewState> {
  const path = join(folder, 'triage.prompt');
  const { choice, before, onDisk = true, text = readFileSync(path, 'utf8') } = changes;
  const run = runRecord('7', {
    template: { path, text, sha256: '0' },
    settings: { length: 5, layers: 'all', instruction: 'fixed' } as never,
  });
  return previewState(
    { uri: `file://${path}`, path, text, onDisk, runs: [run], rows },
    { ...first, ...choice },
    before,
  );
}

describe('the state of a preview', () => {
  it('shows the first row, its answer, and how much of the context it takes', async () => {
    const shown = await state();
    const rowOf = JSON.parse(readFileSync(join(folder, 'data', 'train.jsonl'), 'utf8').split('\n')[0]!) as Record<
      string,
      string
    >;
    expect(shown).toMatchObject({
      template: 'triage.prompt',
      problem: null,
      split: 'train',
      row: 0,
      rows: 180,
      subject: asWritten,
      answerable: false,
    });
    expect(shown.answer?.expected).toBe(rowOf[shown.answer!.field]);
    expect(shown.count!.tokens).toBeGreaterThan(20);
    expect(shown.count!.context).toBeGreaterThan(shown.count!.tokens);
    expect(previewSide.events.state(structuredClone(shown))).toBe(true);
  });

  it('shows another row of another split, and the last where there are fewer', async () => {
    expect(await state({ choice: { split: 'dev', row: 3 } })).toMatchObject({ split: 'dev', row: 3, rows: 40 });
    expect(await state({ choice: { split: 'dev', row: 4000 } })).toMatchObject({ row: 39, rows: 40 });
  });

  it('can be asked about the text alone and about a run, whose length it takes', async () => {
    expect(await state({ choice: { subject: hardSubject } })).toMatchObject({
      answerable: true,
      count: { virtual: 0 },
    });
    const ofRun = await state({ choice: { subject: '7' } });
    expect(ofRun).toMatchObject({ answerable: true, subject: '7', count: { virtual: 5 } });
    expect(await state({ choice: { subject: 'gone' } })).toMatchObject({ subject: asWritten });
  });

  it('keeps the last prompt while the text is broken, and says why', async () => {
    const before = await state();
    const broken = await state({ text: `${readFileSync(join(folder, 'triage.prompt'), 'utf8')}{{#if x}}`, before });
    expect(broken.problem).toMatch(/^Line \d+: The block "if" is never closed/);
    expect(broken.pieces).toEqual(before.pieces);
    expect(broken.answerable).toBe(false);
  });

  it('reads the data anew when they change, and says what is wrong with them', async () => {
    await state();
    const data = join(folder, 'data', 'train.jsonl');
    const [line] = readFileSync(data, 'utf8').split('\n');
    writeFileSync(data, `${line}\n${line}\n`);
    expect(await state()).toMatchObject({ rows: 2 });
    rmSync(data);
    const missing = await state();
    expect(missing.rows).toBe(0);
    expect(missing.notes.join()).toMatch(/train\.jsonl|data file/i);
  });

  it('reads nothing beside a template that is no file', async () => {
    expect(await state({ onDisk: false })).toMatchObject({ splits: [], rows: 0, problem: null });
  });
});
