import * as l10n from '@vscode/l10n';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { Failure } from '../failure';
import { isText, listOf } from '../channel/guards';
import { enumerated } from '../words/listed';
import type { SlurmOptions } from '../runs/slurm/submission';
import { shellWords } from './shellWords';

/** Beside the runs, where a project keeps what it asks of its cluster. */
const profileName = 'slurm.yaml';

export function profilePath(runsFolder: string): string {
  return join(dirname(resolve(runsFolder)), profileName);
}

/**
 * What the profile beside a runs folder asks of Slurm; nothing where there is none.
 * @throws Failure "slurm-options" with file, line and column
 */
export async function readProfile(runsFolder: string): Promise<SlurmOptions> {
  const file = profilePath(runsFolder);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return parseProfile(text, file);
}

/** @throws Failure "slurm-options" */
export function parseProfile(text: string, file: string): SlurmOptions {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const wrong = (message: string, offset: number, remedy = remedies()): Failure => {
    const { line, col } = lines.linePos(offset);
    return new Failure('slurm-options', message, { file, line, column: col }, remedy);
  };
  const [error] = document.errors;
  if (error) throw wrong(l10n.t`The profile is not valid YAML: ${String(error.message.split('\n')[0])}.`, error.pos[0]);
  const { contents } = document;
  if (contents === null) return {};
  if (!isMap(contents)) throw wrong(l10n.t`The profile holds no keys.`, 0);
  const options: Record<string, unknown> = {};
  for (const { key, value } of contents.items) {
    const name = isScalar(key) ? String(key.value) : '';
    const at = isScalar(key) ? (key.range?.[0] ?? 0) : 0;
    const read = Object.hasOwn(keys, name) ? keys[name as keyof typeof keys] : undefined;
    if (!read) throw wrong(l10n.t`There is no key "${name}" in the profile.`, at);
    const plain: unknown =
      typeof value === 'object' && value !== null && 'toJSON' in value ? value.toJSON() : undefined;
    const taken = read(plain);
    if (taken === undefined)
      throw wrong(
        l10n.t`The value of "${name}" cannot be read.`,
        at,
        l10n.t`It must be ${meanings[name as keyof typeof keys]()}.`,
      );
    options[name] = taken;
  }
  return options;
}

const text = (value: unknown): string | undefined =>
  typeof value === 'number' ? String(value) : typeof value === 'string' && value.trim() !== '' ? value : undefined;
const whole = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined;
const lines = (value: unknown): readonly string[] | undefined =>
  typeof value === 'string' ? value.split('\n').filter((line) => line.trim() !== '') : listed(value);
const listed = (value: unknown): readonly string[] | undefined => (listOf(isText)(value) ? value : undefined);
const words = (value: unknown): readonly string[] | undefined =>
  typeof value === 'string' ? shellWords(value) : listed(value);

/** The keys of a profile, with what reads the value of each. */
const keys = {
  partition: text,
  account: text,
  time: text,
  cpus: whole,
  mem: text,
  gres: text,
  arrayLimit: whole,
  sbatch: words,
  prologue: lines,
  program: text,
} as const satisfies Record<keyof SlurmOptions, (value: unknown) => unknown>;

const meanings: Readonly<Record<keyof SlurmOptions, () => string>> = {
  partition: () => l10n.t`the name of a partition`,
  account: () => l10n.t`the name of an account`,
  time: () => l10n.t`a time as sbatch takes it, such as "2:00:00", in quotes`,
  cpus: () => l10n.t`a whole number of cores, at least 1`,
  mem: () => l10n.t`an amount of memory as sbatch takes it, such as 16G`,
  gres: () => l10n.t`resources as sbatch takes them, such as gpu:1`,
  arrayLimit: () => l10n.t`a whole number of runs, at least 1`,
  sbatch: () => l10n.t`further options of sbatch, in one text or a list`,
  prologue: () => l10n.t`a line of shell or a list of lines, such as module load node`,
  program: () => l10n.t`the path of a program`,
};

const remedies = () => l10n.t`Keys are ${enumerated(Object.keys(keys))}.`;

/** What is asked of Slurm in the end: of two, the second outranks the first; lines of shell are put together. */
export function withOptions(base: SlurmOptions, over: SlurmOptions): SlurmOptions {
  const given = Object.fromEntries(Object.entries(over).filter(([, value]) => value !== undefined));
  const sbatch = [...(base.sbatch ?? []), ...(over.sbatch ?? [])];
  return { ...base, ...given, ...(sbatch.length > 0 && { sbatch }) };
}
