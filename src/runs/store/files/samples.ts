import { join } from 'node:path';
import type { Sample } from '../../../scoring/samples';
import { appendHeld } from '../../../files/appendHeld';
import type { Holder } from '../../../files/atomicFile';
import { readJsonLines, writeJsonLines } from '../../../files/jsonFile';
import { isSamplesLine, type SamplesLine } from './samplesLine';
import { isThere } from '../../../files/isThere';

/** Reads what a person knows rows by. */
export type ReadInputs = (rows: readonly number[]) => Promise<readonly string[]>;

/** Characters of an input that are kept; the row has them all. */
const longestInput = 300;

/** Adds the samples of an evaluation. */
export async function appendSamples(
  folder: string,
  { step, samples }: { readonly step: number; readonly samples: readonly Sample[] },
  { inputs, holder }: { readonly inputs: ReadInputs; readonly holder?: Holder },
): Promise<void> {
  const read = await inputs(samples.map(({ row }) => row));
  const line: SamplesLine = {
    step,
    samples: samples.map((sample, i) => ({ ...sample, input: shortened(read[i] ?? '') })),
  };
  await appendHeld(samplesPath(folder), `${JSON.stringify(line)}\n`, holder);
}

/** The samples of a run, by evaluation; lines that a crash has torn are skipped. */
export function readSamples(folder: string): Promise<readonly SamplesLine[]> {
  return readJsonLines(samplesPath(folder), isSamplesLine);
}

/**
 * Forgets the samples of evaluations after a step, which a resumed run makes again, and puts the others into a file of
 * their own, which a holder before cannot write to any more.
 */
export async function forgetSamples(folder: string, step: number): Promise<void> {
  const path = samplesPath(folder);
  if (!(await isThere(path))) return;
  const kept = (await readSamples(folder)).filter((line) => line.step <= step);
  await writeJsonLines(path, kept);
}

export function samplesPath(folder: string): string {
  return join(folder, 'samples.jsonl');
}

function shortened(text: string): string {
  return text.length > longestInput ? `${text.slice(0, longestInput)}…` : text;
}
