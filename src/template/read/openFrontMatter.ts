import * as l10n from '@vscode/l10n';
import { openingDashesOf } from '../syntax/dotprompt';
import type { PromptParts } from '../syntax/dotprompt';
import type { Draft, Edit, Fix } from '../text/finding';
import type { Span } from '../text/position';

/** `front-matter-open`: dashes open the file, but dotprompt finds no front matter and reads all of it as text. */
export function openFrontMatter(text: string, parts: PromptParts): readonly Draft[] {
  const span = openingDashesOf(text);
  if (parts.frontMatter || !span) return [];
  const rest = text.slice(span[1]);
  const draft = nothingBetween(text, span) ?? noLineBreakAfter(text, rest) ?? neverClosed(text, span[1]);
  return [{ code: 'front-matter-open', severity: 'error', span, message: draft.message, fixes: [draft.fix] }];
}

interface OpenFrontMatter {
  readonly message: string;
  readonly fix: Fix;
}

/** A line that makes front matter of dashes with nothing between them. */
const placeholder = '# settings\n';

function nothingBetween(text: string, [, dashesEnd]: Span): OpenFrontMatter | undefined {
  const rest = text.slice(dashesEnd);
  const blank = /^[ \t]*(?:\r\n|\r|\n)\s*?(?=---[ \t]*(?:\r\n|\r|\n|$))/.exec(rest)?.[0];
  if (blank === undefined) return undefined;
  const between = dashesEnd + blank.length;
  const endsWithDashes = rest.slice(blank.length).trimEnd() === '---' && !/[\r\n]$/.test(rest);
  return {
    message: l10n.t`There is nothing between the dashes; dotprompt would read all of the file as text.`,
    fix: {
      title: l10n.t`Insert a line`,
      edits: [insert(between, placeholder), ...(endsWithDashes ? [insert(text.length, '\n')] : [])],
    },
  };
}

function noLineBreakAfter(text: string, rest: string): OpenFrontMatter | undefined {
  if (!/(?:\r\n|\r|\n)---[ \t]*$/.test(rest)) return undefined;
  return {
    message: l10n.t`The front matter ends the file; the dashes that close it need a line break after them.`,
    fix: { title: l10n.t`Add a line break`, edits: [insert(text.length, '\n')] },
  };
}

function neverClosed(text: string, dashesEnd: number): OpenFrontMatter {
  const end = dashesEnd + yamlLength(text.slice(dashesEnd));
  const lineBreak = /[\r\n]$/.test(text.slice(0, end)) ? '' : '\n';
  const content = text.slice(dashesEnd, end).trim() === '' ? placeholder : '';
  return {
    message: l10n.t`The front matter is never closed with a line "---"; dotprompt would read all of the file as text.`,
    fix: { title: 'Insert "---"', edits: [insert(end, `${lineBreak}${content}---\n`)] },
  };
}

function insert(offset: number, text: string): Edit {
  return { start: offset, end: offset, text };
}

/** The length of the lines after the opening dashes that look like YAML. */
function yamlLength(rest: string): number {
  const lines = rest.match(/[^\r\n]*(?:\r\n|\r|\n|$)/g) ?? [];
  let length = 0;
  for (const [index, line] of lines.entries()) {
    const looksLikeYaml = /^(?:[ \t]+\S|[\w.$()?"', -]+:(?:\s|$)|#|- )/.test(line) && !line.includes('{{');
    if (index > 0 && !looksLikeYaml) break;
    length += line.length;
  }
  return length;
}
