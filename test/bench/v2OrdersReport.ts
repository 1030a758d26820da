import { readFileSync } from 'node:fs';
import { v2OrdersTable, type Result } from './v2OrdersTable';

/** Prints the table of a file of results. usage: v2OrdersReport.js RESULTS EDITION; EDITION is that of the search */
function main([file, edition]: readonly string[]): void {
  const lines = readFileSync(file!, 'utf8').split('\n');
  const results = lines.filter((line) => line.endsWith('}')).map((line) => JSON.parse(line) as Result);
  process.stdout.write(v2OrdersTable(results, Number(edition)));
}

main(process.argv.slice(2));
