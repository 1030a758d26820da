import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeVariant } from '../../../src/workspace/writeVariant';

const folder = (): string => mkdtempSync(join(tmpdir(), 'variant-'));

describe('a variant with another text', () => {
  it('stands beside its template, and is the same file when it is asked for again', async () => {
    const here = folder();
    const first = await writeVariant(join(here, 'triage.prompt'), 'text2', 'one');
    expect(await writeVariant(join(here, 'triage.prompt'), 'text2', 'one')).toBe(first);
    expect(readdirSync(here)).toEqual(['triage.text2.prompt']);
  });

  it('leaves a file of its name with another text as it is', async () => {
    const here = folder();
    writeFileSync(join(here, 'triage.text2.prompt'), 'mine');
    const variant = await writeVariant(join(here, 'triage.prompt'), 'text2', 'one');
    expect([basename(variant), readFileSync(variant, 'utf8')]).toEqual(['triage.text2-2.prompt', 'one']);
    expect(readFileSync(join(here, 'triage.text2.prompt'), 'utf8')).toBe('mine');
  });

  it('of a variant stays in the family of its template', async () => {
    const variant = await writeVariant(join(folder(), 'triage.short.prompt'), 'text2', 'one');
    expect(basename(variant)).toBe('triage.short-text2.prompt');
  });
});
