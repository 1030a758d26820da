import * as l10n from '@vscode/l10n';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { Failure } from '../../failure';
import { splitPromptFile } from '../syntax/dotprompt';
import type { Edit } from '../text/finding';
import { entriesAt, noFrontMatter, readFrontMatter, type Entry, type FrontMatter } from '../syntax/frontMatter';

/**
 * The edits that write settings into a prompt file: values that exist are replaced, others get a line of their own
 * after the last setting. Comments, order and every other character stay.
 * @param settings name of a `tune.*` key → its value as YAML on one line
 * @throws Failure "settings-unwritable" when the front matter is broken or would not read back
 */
export function settingEdits(text: string, settings: Readonly<Record<string, string>>): readonly Edit[] {
  const frontMatter = frontMatterOf(text);
  if (frontMatter.broken) throw unwritable(l10n.t`The front matter is broken.`);
  const lineBreak = /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
  const entries = entriesAt(frontMatter, []);
  const edits: Edit[] = [];
  const added: string[] = [];
  for (const [name, value] of Object.entries(settings)) {
    const entry = entries.find(({ key }) => key === `tune.${name}`);
    if (!entry) added.push(`tune.${name}: ${value}`);
    else if (!isDeepStrictEqual(frontMatter.value[entry.key], parse(value))) edits.push(exchange(text, entry, value));
  }
  if (added.length > 0) edits.push(insertion(text, frontMatter, added.join(lineBreak)));
  requireReadBack(text, edits, settings);
  return edits;
}

/** A text with edits made; they do not overlap. */
export function withEdits(text: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce((before, edit) => before.slice(0, edit.start) + edit.text + before.slice(edit.end), text);
}

function exchange(text: string, entry: Entry, value: string): Edit {
  const [start, end] = entry.valueSpan;
  if (entry.valueSpan !== entry.keySpan) {
    // A value of several lines begins on a line of its own; a value of one line must follow the colon.
    const from = text.slice(entry.keySpan[1], start).includes('\n') ? text.indexOf(':', entry.keySpan[1]) + 1 : start;
    return { start: from, end, text: from === start ? value : ` ${value}` };
  }
  const colon = text.indexOf(':', entry.keySpan[1]) + 1;
  return { start: colon, end: colon, text: ` ${value}` };
}

/** Inserts after the last setting, else at the end of the front matter, else in a new front matter. */
function insertion(text: string, frontMatter: FrontMatter, lines: string): Edit {
  const lineBreak = /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
  if (frontMatter === noFrontMatter)
    return { start: 0, end: 0, text: `---${lineBreak}${lines}${lineBreak}---${lineBreak}` };
  const last = entriesAt(frontMatter, [])
    .filter(({ key }) => key.startsWith('tune.'))
    .at(-1);
  const end = frontMatter.start + frontMatter.text.length;
  const from = last ? Math.max(last.keySpan[1], last.valueSpan[1]) : end;
  const rest = /[\r\n]/.exec(text.slice(from, end));
  const at = rest ? from + rest.index : end;
  return { start: at, end: at, text: `${lineBreak}${lines}` };
}

function requireReadBack(text: string, edits: readonly Edit[], settings: Readonly<Record<string, string>>): void {
  const after = withEdits(text, edits);
  const value = frontMatterOf(after).value;
  const wrong = Object.entries(settings).find(
    ([name, written]) => !isDeepStrictEqual(value[`tune.${name}`], parse(written)),
  );
  if (wrong) throw unwritable(l10n.t`tune.${wrong[0]} cannot be written into this front matter.`);
  if (splitPromptFile(after).body.text.trim() !== splitPromptFile(text).body.text.trim())
    throw unwritable(l10n.t`The template itself would change.`);
}

function frontMatterOf(text: string): FrontMatter {
  const { frontMatter } = splitPromptFile(text);
  return frontMatter ? readFrontMatter(frontMatter) : noFrontMatter;
}

function unwritable(message: string): Failure {
  return new Failure('settings-unwritable', message, {}, l10n.t`Write the settings into the file by hand.`);
}
