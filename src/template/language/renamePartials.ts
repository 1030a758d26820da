import * as l10n from '@vscode/l10n';
import type { Analysis } from '../read/analysis';
import type { TemplateContext } from '../read/templateContext';
import type { Edit } from '../text/finding';
import type { RenameCandidate } from './renameNames';
import { partialFile } from '../read/partials';

/** Edits of one partial, by offset in its text. */
export interface PartialEdits {
  readonly name: string;
  readonly text: string;
  readonly edits: readonly Edit[];
}

/**
 * Why a name cannot be changed in the partials that use it: another template includes one of them too, or one of them
 * uses the name for several things.
 */
export function partialRefusal(
  analysis: Analysis,
  { name, inPartials }: RenameCandidate,
  { partialUsers }: TemplateContext,
): string | undefined {
  for (const { partial, span } of inPartials) {
    const others = partialUsers && usersBeside(analysis, partial, partialUsers);
    if (!others) return l10n.t`The partial "${partial}" uses "${name}" too.`;
    if (others.length > 0)
      return l10n.t`The partial "${partial}" uses "${name}" too, and ${String(others[0])} includes it as well.`;
    if (!span || isAmbiguous(analysis, partial, span[0]) || isGiven(analysis, name))
      return l10n.t`The partial "${partial}" uses "${name}" in a way that cannot be changed in one step.`;
  }
  return undefined;
}

/** The edits that rename a candidate in partials. */
export function partialEdits(
  { usage }: Analysis,
  { inPartials }: RenameCandidate,
  newName: string,
): readonly PartialEdits[] {
  return [...new Set(inPartials.map(({ partial }) => partial))].map((name) => ({
    name,
    text: usage!.partials.get(name)!.text,
    edits: inPartials
      .flatMap(({ partial, span }) =>
        partial === name && span ? [{ start: span[0], end: span[1], text: newName }] : [],
      )
      .sort((a, b) => a.start - b.start),
  }));
}

/** Files that include a partial, those aside that only this template includes. */
function usersBeside(
  { usage }: Analysis,
  partial: string,
  usersOf: (name: string) => readonly string[],
  seen: readonly string[] = [],
): readonly string[] {
  const own = new Map([...usage!.partials.keys()].map((name) => [partialFile(name), name]));
  return usersOf(partial).flatMap((file) => {
    const name = own.get(file);
    if (name === undefined) return [file];
    return seen.includes(name) ? [] : usersBeside({ usage } as Analysis, name, usersOf, [...seen, name]);
  });
}

/** Whether the name at an offset of a partial means different things for different calls of the partial. */
function isAmbiguous({ usage }: Analysis, partial: string, start: number): boolean {
  const meanings = [
    ...usage!.variables.map((use) => ({ ...use, of: 'row' })),
    ...usage!.fields.map((use) => ({ ...use, of: `list ${use.list}` })),
  ]
    .filter(
      (use) =>
        use.partial === partial && use.spanInPartial && use.spanInPartial[0] <= start && start <= use.spanInPartial[1],
    )
    .map(({ of, name }) => JSON.stringify([of, name]));
  return new Set(meanings).size > 1;
}

/** Whether a call of some partial gives it a value by that name. */
function isGiven({ usage, parts }: Analysis, name: string): boolean {
  const texts = [parts.body.text, ...[...usage!.partials.values()].map(({ text }) => text)];
  return texts.some((text) =>
    (text.match(/\{\{~?\s*#?>[^}]*\}\}/g) ?? []).some(
      (call) => call.split(/[\s=]+/).includes(name) && call.includes('='),
    ),
  );
}
