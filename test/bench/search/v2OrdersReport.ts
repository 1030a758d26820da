import { readFileSync } from 'node:fs';
import { v2OrdersTable, type Result } from './v2OrdersTable';

/** Prints the table of a file of results. usage: v2OrdersReport.js RESULTS SEARCH NUMBERS, the latter two editions */
function main([file, search, numbers]: readonly string[]): void {
  const lines = readFileSync(file!, 'utf8').split('\n');
  const results = lines.filter((line) => line.endsWith('}')).map((line) => JSON.parse(line) as Result);
  process.stdout.write(v2OrdersTable(results, { search: Number(search), numbers: Number(numbers) }));
}

main(process.argv.slice(2));
