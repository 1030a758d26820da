import { text } from 'node:stream/consumers';
import { rewriteTable, type Result } from './rewriteTable';

/** Prints the table of the results that come in, a line of JSON each. */
async function main(): Promise<void> {
  const lines = (await text(process.stdin)).split('\n').filter((line) => line !== '');
  process.stdout.write(rewriteTable(lines.map((line) => JSON.parse(line) as Result)));
}

void main();
