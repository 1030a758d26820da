import * as l10n from '@vscode/l10n';
import { analysisOfText } from '../read/analysisCache';
import type { Analysis } from '../read/analysis';
import type { TemplateContext } from '../read/templateContext';
import type { Edit } from '../text/finding';
import { helperShapes } from '../syntax/helpers';
import { rangeOf } from '../text/position';
import type { Range } from '../text/position';
import { labelCandidates } from './renameLabel';
import { fieldCandidates, softIdCandidates, variableCandidates } from './renameNames';
import type { RenameCandidate } from './renameNames';
import { partialEdits, partialRefusal } from './renamePartials';
import type { PartialEdits } from './renamePartials';

export interface Refusal {
  readonly reason: string;
}

/** The name that a rename at an offset would change, or why there is none. */
export function renameTargetAt(
  text: string,
  offset: number,
  context: TemplateContext = {},
): { readonly range: Range; readonly name: string } | Refusal {
  const analysis = analysed(text, context);
  const found = renameCandidateAt(analysis, offset, context);
  if ('reason' in found) return found;
  const { lines } = analysis;
  return {
    name: found.name,
    range: rangeOf(
      lines,
      found.spans.find(([start, end]) => start <= offset && offset <= end)!,
    ),
  };
}

/** What a rename changes: the template, and the partials that it alone includes. */
export interface Renaming {
  readonly edits: readonly Edit[];
  readonly partials: readonly PartialEdits[];
}

/**
 * Renames the variable, field of a demonstration, id of virtual tokens or label at an offset, in body and front matter,
 * and in partials that no other template includes. Data files are not changed. Renaming back restores the texts.
 */
export function renameAt(
  text: string,
  offset: number,
  newName: string,
  context: TemplateContext = {},
): Renaming | Refusal {
  const analysis = analysed(text, context);
  const found = renameCandidateAt(analysis, offset, context);
  if ('reason' in found) return found;
  if (newName === found.name) return { edits: [], partials: [] };
  const reason =
    (found.kind === 'label' ? labelRefusal(newName) : nameRefusal(found, newName)) ??
    (found.taken.has(newName) ? l10n.t`"${newName}" is there already.` : undefined);
  if (reason !== undefined) return { reason };
  return {
    edits: found.spans.map(([start, end]) => ({ start, end, text: newName })),
    partials: partialEdits(analysis, found, newName),
  };
}

/** Every range in the file of the name at an offset; none where there is no name. */
export function occurrencesAt(text: string, offset: number, context: TemplateContext = {}): readonly Range[] {
  const analysis = analysed(text, context);
  const found = nameAt(analysis, offset);
  return found?.spans.map((span) => rangeOf(analysis.lines, span)) ?? [];
}

function analysed(text: string, { readPartial }: TemplateContext): Analysis {
  return analysisOfText(text, readPartial);
}

function renameCandidateAt(analysis: Analysis, offset: number, context: TemplateContext): RenameCandidate | Refusal {
  if (!isReadable(analysis)) return { reason: l10n.t`The file has a syntax error; fix it first.` };
  const found = nameAt(analysis, offset);
  if (!found) return { reason: l10n.t`There is no variable, id or label here.` };
  const reason = partialRefusal(analysis, found, context) ?? found.refusal;
  return reason === undefined ? found : { reason };
}

function isReadable({ frontMatter, body, usage }: Analysis): boolean {
  return !frontMatter.broken && body !== undefined && usage !== undefined;
}

function nameAt(analysis: Analysis, offset: number): RenameCandidate | undefined {
  if (!isReadable(analysis)) return undefined;
  const within = ({ spans }: RenameCandidate) => spans.some(([start, end]) => start <= offset && offset <= end);
  for (const find of [softIdCandidates, labelCandidates, variableCandidates, fieldCandidates]) {
    const found = find(analysis).find(within);
    if (found) return found;
  }
  return undefined;
}

/** Letters, digits, `_` and `-`: what Handlebars and YAML both read as one plain name. */
const plainName = /^[\p{L}_][\p{L}\p{N}\p{M}_-]*$/u;
const reservedNames = /^(?:true|false|null|undefined|this|else|as|__proto__|constructor)$/i;

function nameRefusal({ kind, name }: RenameCandidate, newName: string): string | undefined {
  if (!plainName.test(newName) || reservedNames.test(newName))
    return l10n.t`"${newName}" is not a name: use letters, digits, "_" and "-", beginning with a letter.`;
  if (!plainName.test(name)) return l10n.t`"${name}" is written in a form that is not changed in one step.`;
  return kind !== 'soft' && Object.hasOwn(helperShapes, newName) ? l10n.t`"${newName}" is a helper.` : undefined;
}

const plainLabel = /^[\p{L}_](?:[\p{L}\p{N}\p{M}_+.-]| (?! |$))*$/u;

function labelRefusal(newName: string): string | undefined {
  if (plainLabel.test(newName) && !reservedNames.test(newName)) return undefined;
  return l10n.t`"${newName}" would need quotes: use letters, digits, spaces, "_", "+", "." and "-", beginning with a \
letter.`;
}
