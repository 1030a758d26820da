import { basename } from 'node:path';

/** The template's name without its extension: `triage`, `triage.short`. */
export function templateName(path: string): string {
  return basename(path.replaceAll('\\', '/')).replace(/\.prompt$/, '');
}

/** What variants of one template have in common: folder and first part of the name. */
export function templateFamily(path: string): string {
  const slashed = path.replaceAll('\\', '/');
  const folder = slashed.slice(0, slashed.lastIndexOf('/') + 1);
  return folder + (templateName(slashed).split('.')[0] ?? '');
}
