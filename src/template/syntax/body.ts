import * as l10n from '@vscode/l10n';
import { parse as parseForLocation } from '@handlebars/parser';
import Handlebars from 'handlebars';
import { replacement } from '../text/finding';
import type { Draft } from '../text/finding';
import { lineTable, offsetAt } from '../text/position';
import type { LineTable, Span } from '../text/position';
import { firstMisplacedTag, scanTags, tooDeepTag } from './tags';
import type { MisplacedTag } from './tags';

/** A parsed template text; whitespace control is already applied to the tree. */
export interface Body {
  readonly tree: hbs.AST.Program;
  readonly lines: LineTable;
}

/** Levels; Handlebars' compiler needs minutes for a few thousand, and no prompt needs a hundred. */
const deepestNesting = 100;

/**
 * Parses a Handlebars text with Handlebars' own parser, so that what is rendered is what dotprompt renders.
 * @returns the tree, or the first problem with its span in `text`.
 */
export function parseBody(text: string): Body | { readonly problem: Draft } {
  const deep = tooDeepTag(text, deepestNesting);
  if (deep)
    return {
      problem: {
        code: 'template-syntax',
        severity: 'error',
        span: deep.span,
        message: l10n.t`Blocks and calls may be nested ${deepestNesting} deep.`,
      },
    };
  try {
    return { tree: Handlebars.parse(text), lines: lineTable(text) };
  } catch (error) {
    return { problem: bodyProblem(text, error) };
  }
}

/** The span of a node in the text that it was parsed from. */
export function spanOfNode(body: Pick<Body, 'lines'>, node: hbs.AST.Node): Span {
  const start = offsetAt(body.lines, node.loc.start.line - 1, node.loc.start.column);
  const end = offsetAt(body.lines, node.loc.end.line - 1, node.loc.end.column);
  return [start, Math.max(start, end)];
}

/** Handlebars' parser does not say where an error is, so the tags and then `@handlebars/parser` are searched for it. */
function bodyProblem(text: string, error: unknown): Draft {
  const misplaced = firstMisplacedTag(scanTags(text));
  if (misplaced) return misplacedTagProblem(misplaced);
  const span = spanOfError(text) ?? lineOfError(text, error);
  if (text.slice(...span) === '}}}') {
    return {
      code: 'template-syntax',
      severity: 'error',
      span,
      message: l10n.t`Three braces close a value that two braces opened.`,
      fixes: [replacement(l10n.t`Insert a space before the last brace`, span, '}} }')],
    };
  }
  const found = text.slice(...span).trim();
  return {
    code: 'template-syntax',
    severity: 'error',
    span,
    message: found ? l10n.t`"${shorten(found)}" is not allowed here.` : l10n.t`The template ends too early.`,
  };
}

function misplacedTagProblem({ tag, opening, repair }: MisplacedTag): Draft {
  if (tag.kind === 'unclosed') {
    return {
      code: 'template-syntax',
      severity: 'error',
      span: tag.span,
      message: l10n.t`These braces are never closed with "}}".`,
    };
  }
  if (tag.kind === 'open') {
    return {
      code: 'template-syntax',
      severity: 'error',
      span: tag.span,
      message: l10n.t`The block "${tag.name}" is never closed with "${`{{/${tag.name}}}`}".`,
    };
  }
  if (!opening) {
    return {
      code: 'template-syntax',
      severity: 'error',
      span: tag.span,
      message: l10n.t`"${`{{/${tag.name}}}`}" closes a block that was never opened.`,
      fixes: repair === 'remove' ? [replacement(l10n.t`Remove it`, tag.span, '')] : [],
    };
  }
  if (repair === 'close inner') {
    return {
      code: 'template-syntax',
      severity: 'error',
      span: opening.span,
      message: l10n.t`The block "${opening.name}" is never closed with "${`{{/${opening.name}}}`}".`,
      fixes: [
        replacement(l10n.t`Close it before ${`{{/${tag.name}}}`}`, [tag.span[0], tag.span[0]], `{{/${opening.name}}}`),
      ],
    };
  }
  return {
    code: 'block-mismatch',
    severity: 'error',
    span: tag.span,
    message: l10n.t`"${`{{/${tag.name}}}`}" closes the block "${opening.name}".`,
    fixes: [replacement(`Close "${opening.name}" instead`, tag.nameSpan, opening.name)],
  };
}

/** What `@handlebars/parser` records: the end of the last good token and the text of the bad one. */
interface ParserError {
  readonly hash?: {
    readonly text?: string;
    readonly line?: number;
    readonly loc?: { readonly last_line: number; readonly last_column: number };
  };
}

function spanOfError(text: string): Span | undefined {
  try {
    parseForLocation(text);
    return undefined;
  } catch (error) {
    const { hash } = error as ParserError;
    if (!hash) return undefined;
    const lines = lineTable(text);
    if (!hash.loc) return lineSpan(text, hash.line ?? 0);
    const from = offsetAt(lines, hash.loc.last_line - 1, hash.loc.last_column);
    const bad = hash.text ?? '';
    const at = text.indexOf(bad, Math.max(0, from - bad.length));
    return at < 0 ? [from, from] : [at, at + bad.length];
  }
}

function lineOfError(text: string, error: unknown): Span {
  const line = error instanceof Error ? /on line (\d+)/.exec(error.message)?.[1] : undefined;
  return lineSpan(text, line === undefined ? 0 : Number(line) - 1);
}

function lineSpan(text: string, line: number): Span {
  const lines = lineTable(text);
  const start = offsetAt(lines, line, 0);
  const length = text.slice(start).search(/[\r\n]|$/);
  return [start, start + length];
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
