import * as l10n from '@vscode/l10n';

/** The language that sentences are said in, as HTML names it; a translation names its own in place of it. */
export const spokenLanguage = (): string => l10n.t`en`;

/** By whose habits dates are written; a translation names those of its language. */
const habits = (): string => l10n.t`en-GB`;

/** `14/03/2026, 15:09:26`, by the clock of this machine. */
export function dateAndTime(when: string | Date): string {
  return new Date(when).toLocaleString(habits());
}

/** `15:09`. */
export function timeOfDay(when: Date): string {
  return when.toLocaleTimeString(habits(), { hour: '2-digit', minute: '2-digit' });
}

/** `14 Mar`, or `14 Mar 2026` with its year. */
export function shortDate(when: Date, withYear: boolean): string {
  return when.toLocaleDateString(habits(), { day: 'numeric', month: 'short', ...(withYear && { year: 'numeric' }) });
}
