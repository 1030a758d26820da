import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inflateSync } from 'node:zlib';

/** Models that real exporters wrote; packExports.py beside this says how they are kept. */
export const fieldExports = join(import.meta.dirname, '../../field/exports');

const listed = '.pieces.json';
let assembled: string | undefined;

/** A model of test/field/exports as its exporter wrote it, in a temporary folder until the process ends. */
export function assembleExport(name: string): string {
  assembled ??= temporaryFolder();
  const folder = join(assembled, name);
  if (existsSync(folder)) return folder;
  const pieces = readPieces();
  for (const entry of readdirSync(join(fieldExports, name), { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const from = join(entry.parentPath, entry.name);
    const to = join(folder, from.slice(join(fieldExports, name).length));
    mkdirSync(dirname(to), { recursive: true });
    if (from.endsWith(listed)) writeFileSync(to.slice(0, -listed.length), putTogether(from, pieces));
    else copyFileSync(from, to);
  }
  return folder;
}

/** Key → where it begins in the pack, its length there, its length whole; in bytes. */
type Pieces = Readonly<Record<string, readonly [number, number, number]>>;

const readPieces = (): Pieces => JSON.parse(readFileSync(join(fieldExports, 'exports.json'), 'utf8')) as Pieces;

let pack: Buffer | undefined;

function putTogether(list: string, pieces: Pieces): Buffer {
  const bytes = (pack ??= readFileSync(join(fieldExports, 'exports.pack')));
  const keys = JSON.parse(readFileSync(list, 'utf8')) as readonly string[];
  return Buffer.concat(
    keys.map((key) => {
      const [at, packed, length] = pieces[key]!;
      const planes = inflateSync(bytes.subarray(at, at + packed));
      return length % 4 === 0 ? interleaved(planes, length / 4) : planes;
    }),
  );
}

/** Bytes that are sorted by their place in a number of four, back in the order of the numbers. */
const interleaved = (planes: Buffer, numbers: number): Buffer =>
  Buffer.from(Uint8Array.from(planes, (_, i) => planes[(i % 4) * numbers + (i >> 2)]!));

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-exports-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
