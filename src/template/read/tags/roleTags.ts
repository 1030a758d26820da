import { spanOfNode } from '../../syntax/body';
import { isSimpleName } from '../../syntax/calls';
import type { Span } from '../../text/position';
import type { Analysis } from '../analysis';

/** A tag that begins a message, or shows those of the row. */
export interface RoleTag {
  readonly kind: 'role' | 'history';
  /** The role as written; undefined where it is computed, and for history. */
  readonly role?: string;
  /** The tag in the file; for one in a partial, the call of the partial. */
  readonly span: Span;
  /** Where the role is written, without its quotes; absent in a partial. */
  readonly roleSpan?: Span;
}

interface Walk {
  readonly analysis: Analysis;
  readonly tags: RoleTag[];
  /** Partials that are being walked. */
  readonly around: readonly string[];
  /** The call of the outermost partial. */
  readonly callSpan?: Span;
}

/** The `{{role}}` and `{{history}}` tags of a body and the partials it calls, in order. */
export function roleTags(analysis: Analysis): readonly RoleTag[] {
  const tags: RoleTag[] = [];
  if (analysis.body) walk(analysis.body.tree, { analysis, tags, around: [] });
  return tags;
}

function walk(tree: hbs.AST.Program, at: Walk): void {
  for (const node of tree.body) {
    const { program, inverse } = node as Partial<hbs.AST.BlockStatement>;
    if (node.type === 'MustacheStatement') addTag(node as hbs.AST.MustacheStatement, at);
    if (node.type === 'PartialStatement') walkPartial(node as hbs.AST.PartialStatement, at);
    if (program) walk(program, at);
    if (inverse) walk(inverse, at);
  }
}

function walkPartial(node: hbs.AST.PartialStatement, at: Walk): void {
  const name = node.name.type === 'PathExpression' ? String((node.name as hbs.AST.PathExpression).original) : '';
  const partial = at.analysis.usage?.partials.get(name);
  if (!partial || at.around.includes(name)) return;
  walk(partial.body.tree, { ...at, around: [...at.around, name], callSpan: at.callSpan ?? spanOf(node, at) });
}

function addTag(tag: hbs.AST.MustacheStatement, at: Walk): void {
  const { path, params } = tag;
  const name = isSimpleName(path) ? path.parts[0] : undefined;
  if (name !== 'role' && name !== 'history') return;
  const [given] = params;
  const isWritten = name === 'role' && given?.type === 'StringLiteral';
  const role = isWritten ? (given as hbs.AST.StringLiteral).value : undefined;
  const span = at.callSpan ?? spanOf(tag, at);
  const quoted = isWritten && !at.callSpan ? spanOf(given, at) : undefined;
  at.tags.push({
    kind: name,
    span,
    ...(role !== undefined && { role }),
    ...(quoted && { roleSpan: [quoted[0] + 1, quoted[1] - 1] as const }),
  });
}

function spanOf(node: hbs.AST.Node, { analysis: { body, parts } }: Walk): Span {
  const [from, to] = spanOfNode(body!, node);
  return [parts.body.start + from, parts.body.start + to];
}
