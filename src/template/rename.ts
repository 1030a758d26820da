import { analysisOf } from './analysisCache';
import type { Analysis } from './analysis';
import type { Facts } from './facts';
import type { Edit } from './finding';
import { helperShapes } from './helpers';
import { rangeOf } from './place';
import type { Range, Span } from './place';
import { labelPlaces } from './renameLabel';
import { fieldPlaces, softPlaces, variablePlaces } from './renameNames';
import type { RenameCandidate } from './renameNames';

/** What can be renamed at a place: its kind, its name, and every place of the name in the file. */
export interface NamedPlaces {
  readonly kind: 'variable' | 'field' | 'soft' | 'label';
  readonly name: string;
  readonly places: readonly Span[];
}

export interface Refusal {
  readonly reason: string;
}

/** The word that a rename at a place would change, or why there is none. */
export function renameTargetAt(text: string, offset: number, facts: Facts = {}): { readonly range: Range; readonly name: string } | Refusal {
  const found = placesAt(analysed(text, facts), offset);
  if ('reason' in found) return found;
  const { lines } = analysed(text, facts);
  return { name: found.name, range: rangeOf(lines, found.places.find(([start, end]) => start <= offset && offset <= end)!) };
}

/**
 * Renames the variable, field of a demonstration, id of virtual tokens or label at a place, in body and front matter.
 * Data files are not touched. Renaming back gives the text one started from.
 */
export function renameAt(text: string, offset: number, newName: string, facts: Facts = {}): { readonly edits: readonly Edit[] } | Refusal {
  const analysis = analysed(text, facts);
  const found = placesAt(analysis, offset);
  if ('reason' in found) return found;
  if (newName === found.name) return { edits: [] };
  const reason = (found.kind === 'label' ? labelRefusal(newName) : nameRefusal(found, newName)) ?? (found.taken.has(newName) ? `"${newName}" is there already.` : undefined);
  if (reason !== undefined) return { reason };
  return { edits: found.places.map(([start, end]) => ({ start, end, text: newName })) };
}

function analysed(text: string, { readPartial }: Facts): Analysis {
  return analysisOf(text, 'rename.prompt', readPartial);
}

function placesAt(analysis: Analysis, offset: number): RenameCandidate | Refusal {
  if (analysis.frontMatter.broken || !analysis.body || !analysis.usage) return { reason: 'The file has a syntax error; mend it first.' };
  const within = (places: readonly Span[]) => places.some(([start, end]) => start <= offset && offset <= end);
  for (const find of [softPlaces, labelPlaces, variablePlaces, fieldPlaces]) {
    for (const found of find(analysis)) {
      if (!within(found.places)) continue;
      return found.refusal === undefined ? found : { reason: found.refusal };
    }
  }
  return { reason: 'Here stands no variable, id or label.' };
}

/** Letters, digits, `_` and `-`: what Handlebars and YAML both read as one plain name. */
const plainName = /^[\p{L}_][\p{L}\p{N}\p{M}_-]*$/u;
const reservedNames = /^(?:true|false|null|undefined|this|else|as|__proto__|constructor)$/i;

function nameRefusal({ kind, name }: NamedPlaces, newName: string): string | undefined {
  if (!plainName.test(newName) || reservedNames.test(newName)) return `"${newName}" is not a name: use letters, digits, "_" and "-", beginning with a letter.`;
  if (!plainName.test(name)) return `"${name}" is written in a form that is not changed in one step.`;
  return kind !== 'soft' && Object.hasOwn(helperShapes, newName) ? `"${newName}" is a helper.` : undefined;
}

const plainLabel = /^[\p{L}_](?:[\p{L}\p{N}\p{M}_+.-]| (?! |$))*$/u;

function labelRefusal(newName: string): string | undefined {
  if (plainLabel.test(newName) && !reservedNames.test(newName)) return undefined;
  return `"${newName}" would need quotes: use letters, digits, spaces, "_", "+", "." and "-", beginning with a letter.`;
}
