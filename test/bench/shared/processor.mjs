import { cpus, loadavg } from 'node:os';

/** The line above a table: on what machine, and beside how much other work, it was measured. */
export function machineLine() {
  const [{ model }] = cpus();
  return `${model}, ${cpus().length} processors, Node ${process.versions.node}, load ${loadavg()[0].toFixed(1)}\n`;
}

/** A Markdown table. @param rows of the same length as the headings */
export function markdownTable(headings, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n');
}
