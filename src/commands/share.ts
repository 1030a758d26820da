import { bytes as formatBytes, counted } from '../words/formatNumbers';
import { rootOf } from '../runs/store/followTemplates';
import type { Missing } from '../use/share/findSources';
import { importRun, type ImportedRun, type ImportRequest } from '../use/share/importRun';
import type { SharedRun } from '../use/share/shareRun';
import { shownPath } from './display/shownPath';
import { modelsOfTemplates, templatesBelow } from '../workspace/templateModels';

/** Puts a shared run among those here, and looks for its model among those that templates name as well. */
export async function importShared(request: Omit<ImportRequest, 'known'>): Promise<ImportedRun> {
  const known = await modelsOfTemplates(await templatesBelow(rootOf(request.runs)));
  return importRun({ ...request, known });
}

/** What was written and what is in it, so that whoever sends it knows. */
export function formatShared({ run, file, bytes, files, ...shared }: SharedRun): string {
  return [
    `Shared ${run} as ${shownPath(file)} (${formatBytes(bytes)}).`,
    ...files.map((name) => `  ${name}`),
    rowsText(shared),
  ].join('\n');
}

function rowsText({ withPredictions, examples }: Pick<SharedRun, 'withPredictions' | 'examples'>): string {
  const shownRows = `the ${counted(examples, 'row')} of train that its prompt shows as examples`;
  if (withPredictions) {
    const rows = examples > 0 ? `The rows that were answered and ${shownRows}` : 'The rows that were answered';
    return `${rows} are in it; the model and the data files are not.`;
  }
  const others = examples > 0 ? shownRows : 'examples that the template itself shows';
  return `No rows are in it, but for ${others}; model and data are named by their hashes.`;
}

export function formatImported({ run, template, isNewTemplate, missing }: ImportedRun): string {
  return [
    `Imported ${run}; its template is ${shownPath(template)}${isNewTemplate ? ', which was written' : ''}.`,
    ...missing.map(missingText),
  ].join('\n');
}

/** What is not here, and what to do about it. */
function missingText({ what, name, sha256, lookedIn, remedy }: Missing): string {
  const hash = sha256 === '' ? '' : ` (sha256 ${sha256.slice(0, 12)})`;
  const folders = [...new Set(lookedIn)].map(shownPath).join(', ');
  return `Not found: the ${what} ${name}${hash}; looked in ${folders}. ${remedy}`;
}
