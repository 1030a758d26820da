import { positionAt } from '../text/position';
import { tolerantParse } from '../syntax/tolerantParse';
import { symbolsOf } from './symbols';
import type { TemplateSymbol } from './symbols';

/** Lines that fold into their first one. */
export interface Fold {
  readonly startLine: number;
  readonly endLine: number;
  readonly kind?: 'comment' | 'region';
}

const commentPattern = /\{\{~?!--[\s\S]*?--~?\}\}|\{\{~?![\s\S]*?\}\}/g;

/** What can be folded: the front matter, mappings in it, blocks and comments of several lines. */
export function foldsOf(text: string): readonly Fold[] {
  const { lines, frontMatter, body } = tolerantParse(text);
  const folds: Fold[] = [];
  if (frontMatter && frontMatter.start > 0) {
    const first = positionAt(lines, frontMatter.start).line - 1;
    add(first, positionAt(lines, frontMatter.start + frontMatter.text.trimEnd().length).line, 'region');
  }
  symbolsOf(text).forEach(addSymbol);
  for (const comment of body.text.matchAll(commentPattern)) {
    const start = body.start + comment.index;
    add(positionAt(lines, start).line, positionAt(lines, start + comment[0].length).line, 'comment');
  }
  return folds;

  function addSymbol({ range, children, kind }: TemplateSymbol): void {
    // The closing tag of a block stays in sight.
    const last = kind === 'block' || kind === 'instruction' ? range.end.line - 1 : range.end.line;
    add(range.start.line, last);
    children.forEach(addSymbol);
  }

  function add(startLine: number, endLine: number, kind?: Fold['kind']): void {
    if (endLine > startLine) folds.push({ startLine, endLine, ...(kind && { kind }) });
  }
}
