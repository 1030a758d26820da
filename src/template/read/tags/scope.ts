import { isSimpleName } from '../../syntax/calls';
import type { Shape } from '../../syntax/schema';
import type { Span } from '../../text/position';

/** A value whose fields a name may be: the row, or a value inside it. */
export interface Scope {
  /** Whether the value is the row itself. */
  readonly row: boolean;
  readonly shape?: Shape;
  /** The row's variable that holds the value, when it is a plain name. */
  readonly list?: string;
  /** Names that the call of a partial passes. */
  readonly given?: ReadonlySet<string>;
}

/** What surrounds a node of a body: scopes, block parameters, and the partials being expanded. */
export interface Frame {
  /** Outermost first. */
  readonly scopes: readonly Scope[];
  /** Block parameters. */
  readonly parameters: ReadonlySet<string>;
  /** What a block around asks for: names of the row, and `list.name` for fields of the items of a list. */
  readonly guarded?: ReadonlySet<string>;
  /** The span of a node in the file; inside a partial, of its call. */
  readonly spanOf: (node: hbs.AST.Node) => Span;
  /** The span of a node in the text of the partial being expanded. */
  readonly spanInPartial?: (node: hbs.AST.Node) => Span;
  /** Partials being expanded, outermost first. */
  readonly partialStack: readonly string[];
}

/** The fields of the row, as far as they are known. */
export type RowShape = Readonly<Record<string, Shape | undefined>>;

/** A path resolved to a scope: its first name and the names after it; without a name, the scope's value itself. */
export interface Target {
  readonly scope: Scope;
  readonly name?: string;
  readonly rest: readonly string[];
}

/** Resolves a path; undefined for data variables, block parameters and names that the call of a partial passes. */
export function resolvePath(node: hbs.AST.Node, frame: Frame): Target | undefined {
  if (node.type !== 'PathExpression') return undefined;
  const { data, depth, parts, original } = node as hbs.AST.PathExpression;
  if (data) return parts[0] === 'root' ? { scope: { row: true }, name: parts[1], rest: parts.slice(2) } : undefined;
  const scope = frame.scopes.at(-1 - depth);
  const scoped = /^\.|this\b/.test(original);
  if (!scope || (depth === 0 && !scoped && frame.parameters.has(parts[0] ?? ''))) return undefined;
  if (parts[0] !== undefined && scope.given?.has(parts[0])) return undefined;
  return { scope, name: parts[0], rest: parts.slice(1) };
}

/**
 * The scope inside `{{#each value}}`, `{{#with value}}`, `{{#value}}` or `{{> partial value}}`.
 * @param helper name of the block helper, which decides whether the scope is the value or one of its items
 */
export function scopeOf(
  node: hbs.AST.Node,
  frame: Frame,
  { row, helper }: { readonly row: RowShape; readonly helper?: string },
): Scope {
  const target = resolvePath(node, frame);
  if (!target) return { row: false };
  if (target.name === undefined && helper !== 'each') return target.scope;
  let shape: Shape | undefined = target.scope.row ? { fields: row } : target.scope.shape;
  for (const step of target.name === undefined ? [] : [target.name, ...target.rest]) shape = ownField(shape, step);
  const list = target.scope.row && target.rest.length === 0 ? target.name : undefined;
  return { row: false, list, shape: helper === 'each' || shape?.items ? shape?.items : shape };
}

/** A frame with one more scope, the innermost. */
export function withScope(frame: Frame, scope: Scope): Frame {
  return { ...frame, scopes: [...frame.scopes, scope] };
}

/** Whether a name means a block parameter. */
export function isParameter(node: hbs.AST.Node, frame: Frame): boolean {
  return isSimpleName(node) && frame.parameters.has(node.parts[0]!);
}

function ownField(shape: Shape | undefined, name: string): Shape | undefined {
  return shape?.fields && Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined;
}
