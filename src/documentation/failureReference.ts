import { readFileSync } from 'node:fs';
import type { otherFailures } from '../failureCodes';
import { elsewhereRemedies } from './remedies/elsewhere';
import { inputRemedies } from './remedies/inputs';
import { modelRemedies } from './remedies/models';
import { runRemedies } from './remedies/runs';

/** What to do about each failure that is no finding. */
const remedies: Readonly<Record<(typeof otherFailures)[number], string>> = {
  ...inputRemedies,
  ...modelRemedies,
  ...elsewhereRemedies,
  ...runRemedies,
};

/** A line of the catalogue: a code with its meaning, or the title of those that follow. */
const line = /^ {2}(?:'([\w-]+)', \/\/ (.+)|\/\/ (.+))$/gm;

/** A paragraph for each failure, what it means and what to do, in the order and under the titles of the catalogue. */
export function failureParagraphs(): string {
  const source = readFileSync('src/failureCodes.ts', 'utf8');
  const catalogue = source.slice(source.indexOf('export const otherFailures'), source.indexOf('] as const;'));
  return [...catalogue.matchAll(line)]
    .map(([, code, meaning, title]) =>
      code === undefined ? `## ${title}` : `### ${code}\n\n**${meaning}** ${remedies[code as keyof typeof remedies]}`,
    )
    .join('\n\n');
}
