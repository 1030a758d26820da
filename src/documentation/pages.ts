import { readFileSync } from 'node:fs';
import { terminalCommands, windowCommands, windowSettings } from './commandReference';
import { failureParagraphs } from './failureReference';
import { commonOption, metricsTable } from './metricReference';
import { withRegion, type Region } from './regions';
import { decodingTable, frontMatterTable, helpersTable, settingsTable } from './templateReference';

/** What is made from the sources, in the pages that a person reads. */
export const regions: readonly Region[] = [
  { page: 'docs/templates.md', name: 'settings', text: settingsTable },
  { page: 'docs/templates.md', name: 'decoding', text: decodingTable },
  { page: 'docs/templates.md', name: 'front matter', text: frontMatterTable },
  { page: 'docs/templates.md', name: 'helpers', text: helpersTable },
  { page: 'docs/metrics.md', name: 'metrics', text: metricsTable },
  { page: 'docs/metrics.md', name: 'common option', text: commonOption },
  { page: 'docs/commands.md', name: 'window commands', text: windowCommands },
  { page: 'docs/commands.md', name: 'window settings', text: windowSettings },
  { page: 'docs/commands.md', name: 'terminal commands', text: terminalCommands },
  { page: 'docs/troubleshooting.md', name: 'failures', text: failureParagraphs },
];

/** The pages as they should be: what stands in them, with the regions made anew. By path. */
export async function currentPages(): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>();
  for (const { page, name, text } of regions)
    pages.set(page, withRegion(pages.get(page) ?? readFileSync(page, 'utf8'), name, await text()));
  return pages;
}
