// Sayings and what they are about, from the files that Debian's package `fortunes` installs.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = '/usr/share/games/fortunes';
/** Files of the package, each on one subject. */
const subjects = ['food', 'love', 'law', 'education', 'work'];
/** Characters: longer ones are dialogues and lists. */
const longest = 200;
const rowsOf = { train: 50, dev: 25, test: 40 };

/**
 * As many rows of each subject for every split, drawn by their hashes and so the same on every machine.
 * @returns rows of `{ text, label }` for train, dev and test
 * @throws Error where the package is not installed
 */
export function readFortunes() {
  if (!existsSync(join(folder, subjects[0])))
    throw new Error(`${folder} holds no fortunes: apt-get install fortunes brings them.`);
  const drawn = subjects.map((label) => sayingsOn(label).map((text) => ({ text, label })));
  const { train, dev } = rowsOf;
  const rows = (from, count) =>
    drawn
      .flatMap((ofSubject) => ofSubject.slice(from, from + count))
      .sort((one, other) => byHash(one.text, other.text));
  return { train: rows(0, train), dev: rows(train, dev), test: rows(train + dev, rowsOf.test) };
}

/** Each once, in the order in which they are drawn. */
function sayingsOn(subject) {
  const sayings = readFileSync(join(folder, subject), 'utf8')
    .split('\n%\n')
    .map((saying) => saying.replace(/\s+/g, ' ').trim())
    .filter((saying) => saying !== '' && saying.length <= longest);
  return [...new Set(sayings)].sort(byHash);
}

const byHash = (one, other) => (hashOf(one) < hashOf(other) ? -1 : 1);
const hashOf = (text) => createHash('sha256').update(text).digest('hex');
