import type { Body } from '../syntax/body';
import { parseBody, spanOfNode } from '../syntax/body';
import { outsideText } from '../../fileAccess';
import type { Draft } from '../text/finding';
import { callProblems, hasArguments, isSimpleName } from '../syntax/calls';
import type { Span } from '../text/position';
import type { Shape } from '../syntax/schema';

/** A name the body reads from the row. */
export interface VariableUse {
  readonly name: string;
  readonly span: Span;
  /** The partial that it stands in, when it is not the template itself. */
  readonly partial?: string;
  /** Its place in the text of that partial. */
  readonly spanInPartial?: Span;
}

/** A field the body reads from the items of a list (or of an object) instead of from the row. */
export interface FieldUse {
  readonly name: string;
  /** The row's variable that holds the items, when it is a plain name. */
  readonly list?: string;
  /** The fields the items are known to have; undefined when nothing is known. */
  readonly known?: readonly string[];
  readonly span: Span;
  readonly partial?: string;
  readonly spanInPartial?: Span;
}

export interface SoftUse {
  readonly node: hbs.AST.MustacheStatement;
  readonly span: Span;
  readonly partial?: string;
}

/** Everything a body and its partials refer to. Spans are offsets in the file; inside a partial, of the call of it. */
export interface Usage {
  readonly variables: readonly VariableUse[];
  readonly fields: readonly FieldUse[];
  readonly softs: readonly SoftUse[];
  readonly partials: ReadonlyMap<string, { readonly text: string; readonly body: Body }>;
  readonly hasInstructionBlock: boolean;
  /** Whether more of the row is read than can be named, as by `{{json this}}` or a partial that was not looked into. */
  readonly readsWholeRow: boolean;
  readonly problems: readonly Draft[];
}

export interface UsageInput {
  readonly body: Body;
  /** Offset of the body in the file. */
  readonly start: number;
  /** What is known of the row's fields. */
  readonly row: Readonly<Record<string, Shape | undefined>>;
  readonly readPartial?: (name: string) => string | undefined;
  /** Whether a partial is where templates may not read; asked only of one that could not be read. */
  readonly isOutsideWorkspace?: (name: string) => boolean;
}

/** Where names are looked up: the row, or a value inside it. */
interface Scope {
  readonly row: boolean;
  readonly shape?: Shape;
  readonly list?: string;
  /** Names given by the call of a partial. */
  readonly given?: ReadonlySet<string>;
}

interface Frame {
  readonly scopes: readonly Scope[];
  readonly parameters: ReadonlySet<string>;
  readonly spanOf: (node: hbs.AST.Node) => Span;
  /** The place of a node in the text of the partial being expanded. */
  readonly spanInPartial?: (node: hbs.AST.Node) => Span;
  /** Partials being expanded, outermost first. */
  readonly partialStack: readonly string[];
}

type Call = hbs.AST.MustacheStatement | hbs.AST.BlockStatement | hbs.AST.SubExpression;

const sameContext = new Set(['if', 'unless', 'ifEquals', 'unlessEquals', 'instruction']);

/** Walks a body and the partials it calls, in the order of the text. */
export function collectUsage(input: UsageInput): Usage {
  const variables: VariableUse[] = [];
  const fields: FieldUse[] = [];
  const softs = new Map<hbs.AST.Node, SoftUse>();
  const partials = new Map<string, { text: string; body: Body }>();
  const inline = new Set<string>();
  const problems: Draft[] = [];
  let hasInstructionBlock = false;
  let readsWholeRow = false;

  function program(tree: hbs.AST.Program | undefined, frame: Frame): void {
    const parameters = tree?.blockParams ?? [];
    const inner =
      parameters.length > 0 ? { ...frame, parameters: new Set([...frame.parameters, ...parameters]) } : frame;
    for (const node of tree?.body ?? []) statement(node, inner);
  }

  function statement(node: hbs.AST.Node, frame: Frame): void {
    if (node.type === 'MustacheStatement') mustache(node as hbs.AST.MustacheStatement, frame);
    else if (node.type === 'BlockStatement') block(node as hbs.AST.BlockStatement, frame);
    else if (node.type === 'PartialStatement') partial(node as hbs.AST.PartialStatement, frame);
    else if (node.type === 'PartialBlockStatement') {
      program((node as hbs.AST.PartialBlockStatement).program, frame);
      partial(node as hbs.AST.PartialBlockStatement, frame);
    } else if (node.type === 'DecoratorBlock' || node.type === 'Decorator') {
      const { path: name } = node as hbs.AST.DecoratorBlock;
      if (name.original !== 'inline') {
        problems.push({
          code: 'unknown-helper',
          severity: 'error',
          span: frame.spanOf(name),
          message: `There is no decorator "${name.original}".`,
        });
      }
      program((node as hbs.AST.DecoratorBlock).program, inside(frame, { row: false }));
    }
  }

  function mustache(node: hbs.AST.MustacheStatement, frame: Frame): void {
    const name = isSimpleName(node.path) ? node.path.parts[0]! : undefined;
    const meantAsVariable = !hasArguments(node) && (name === 'instruction' || (name === 'soft' && 'soft' in input.row));
    if (meantAsVariable) {
      path(node.path, frame);
      return;
    }
    if (name === 'soft' && !frame.parameters.has('soft')) {
      if (!softs.has(node)) softs.set(node, { node, span: frame.spanOf(node), partial: frame.partialStack.at(-1) });
      return;
    }
    call(node, frame, 'inline');
  }

  function block(node: hbs.AST.BlockStatement, frame: Frame): void {
    const name = isSimpleName(node.path) ? node.path.parts[0]! : undefined;
    call(node, frame, 'block');
    if (name === 'instruction') hasInstructionBlock = true;
    if (name !== undefined && sameContext.has(name)) program(node.program, frame);
    else {
      const subject = name === 'each' || name === 'with' ? node.params[0] : node.path;
      program(node.program, inside(frame, subject ? contextOf(subject, frame, name) : { row: false }));
    }
    program(node.inverse, frame);
  }

  function partial(node: hbs.AST.PartialStatement | hbs.AST.PartialBlockStatement, frame: Frame): void {
    for (const value of node.params) expression(value, frame);
    for (const pair of pairsOf(node.hash)) expression(pair.value, frame);
    if (node.name.type === 'SubExpression') {
      expression(node.name, frame);
      readsWholeRow = true;
      return;
    }
    const name = String((node.name as hbs.AST.PathExpression).original);
    if (inline.has(name) || name === '@partial-block') return;
    const span = frame.spanOf(node.name);
    if (!input.readPartial) {
      readsWholeRow = true;
      return;
    }
    if (frame.partialStack.includes(name)) {
      problems.push({
        code: 'partial-cycle',
        severity: 'error',
        span,
        message: `The partial "${name}" includes itself.`,
      });
      return;
    }
    const found = partials.get(name) ?? openPartial(name);
    if (!found) {
      if (input.isOutsideWorkspace?.(name)) {
        problems.push({
          code: 'outside-workspace',
          severity: 'error',
          span,
          message: outsideText(`The partial "${name}"`),
        });
      } else if (node.type === 'PartialStatement') {
        const file = partialFile(name);
        const writable = frame.partialStack.length === 0 && /^[\p{L}\p{N}_./-]+$/u.test(name);
        problems.push({
          code: 'partial-missing',
          severity: 'error',
          span,
          message: `The partial "${name}" is not there; it is read from "${file}".`,
          fixes: writable ? [{ title: `Create ${file}`, edits: [], creates: [{ path: file, text: '' }] }] : [],
        });
      }
      return;
    }
    if ('problem' in found) {
      problems.push({
        ...found.problem,
        span,
        fixes: [],
        message: `In the partial "${name}": ${found.problem.message}`,
      });
      return;
    }
    partials.set(name, found);
    const context = node.params[0] ? [contextOf(node.params[0], frame)] : frame.scopes.slice(-1);
    const given = new Set([...(context[0]?.given ?? []), ...pairsOf(node.hash).map((pair) => pair.key)]);
    program(found.body.tree, {
      scopes: [{ ...(context[0] ?? { row: false }), given }],
      parameters: new Set(),
      spanOf: () => span,
      partialStack: [...frame.partialStack, name],
      spanInPartial: (each) => spanOfNode(found.body, each),
    });
  }

  function openPartial(name: string): { text: string; body: Body } | { problem: Draft } | undefined {
    const text = input.readPartial?.(name);
    if (text === undefined) return undefined;
    const body = parseBody(text);
    if ('problem' in body) return body;
    addInlinePartials(body.tree, inline);
    return { text, body };
  }

  function call(node: Call, frame: Frame, form: 'inline' | 'block' | 'nested'): void {
    const known = isSimpleName(node.path) && frame.parameters.has(node.path.parts[0]!);
    const found = known ? { calls: false, problems: [] } : callProblems(node, form, frame.spanOf);
    problems.push(...found.problems);
    if (!found.calls) path(node.path, frame);
    for (const value of node.params) expression(value, frame);
    for (const pair of pairsOf(node.hash)) expression(pair.value, frame);
  }

  function expression(node: hbs.AST.Expression, frame: Frame): void {
    if (node.type === 'SubExpression') call(node as hbs.AST.SubExpression, frame, 'nested');
    else path(node, frame);
  }

  function path(node: hbs.AST.Node, frame: Frame): void {
    const target = lookUp(node, frame);
    if (!target) return;
    if (target.name === undefined) {
      if (target.scope.row) readsWholeRow = true;
      return;
    }
    const span = frame.spanOf(node);
    const partial = frame.partialStack.at(-1);
    const spanInPartial = frame.spanInPartial?.(node);
    if (target.scope.row) variables.push({ name: target.name, span, partial, spanInPartial });
    else if (!target.scope.given?.has(target.name)) {
      const known = target.scope.shape?.fields && Object.keys(target.scope.shape.fields);
      fields.push({ name: target.name, list: target.scope.list, known, span, partial, spanInPartial });
    }
  }

  /** The scope and first name a path means; undefined for data variables, block parameters and given names. */
  function lookUp(
    node: hbs.AST.Node,
    frame: Frame,
  ): { scope: Scope; name?: string; rest: readonly string[] } | undefined {
    if (node.type !== 'PathExpression') return undefined;
    const { data, depth, parts, original } = node as hbs.AST.PathExpression;
    if (data) return parts[0] === 'root' ? { scope: { row: true }, name: parts[1], rest: parts.slice(2) } : undefined;
    const scope = frame.scopes.at(-1 - depth);
    const scoped = /^\.|this\b/.test(original);
    if (!scope || (depth === 0 && !scoped && frame.parameters.has(parts[0] ?? ''))) return undefined;
    if (parts[0] !== undefined && scope.given?.has(parts[0])) return undefined;
    return { scope, name: parts[0], rest: parts.slice(1) };
  }

  /** The scope inside `{{#each value}}`, `{{#with value}}`, `{{#value}}` or `{{> partial value}}`. */
  function contextOf(node: hbs.AST.Node, frame: Frame, helper?: string): Scope {
    const target = lookUp(node, frame);
    if (!target) return { row: false };
    if (target.name === undefined && helper !== 'each') return target.scope;
    let shape: Shape | undefined = target.scope.row ? { fields: input.row } : target.scope.shape;
    for (const step of target.name === undefined ? [] : [target.name, ...target.rest]) shape = ownField(shape, step);
    const list = target.scope.row && target.rest.length === 0 ? target.name : undefined;
    return { row: false, list, shape: helper === 'each' || shape?.items ? shape?.items : shape };
  }

  addInlinePartials(input.body.tree, inline);
  const { body, start } = input;
  program(body.tree, {
    scopes: [{ row: true }],
    parameters: new Set(),
    partialStack: [],
    spanOf: (node) => {
      const [from, to] = spanOfNode(body, node);
      return [start + from, start + to];
    },
  });
  return { variables, fields, softs: [...softs.values()], partials, hasInstructionBlock, readsWholeRow, problems };
}

/**
 * Where a partial is read from: `_name.prompt` beside the template (or beside its folder's siblings, for
 * `folder/name`).
 */
export function partialFile(name: string): string {
  return name.replace(/[^/]*$/, (last) => `_${last}.prompt`);
}

function inside(frame: Frame, scope: Scope): Frame {
  return { ...frame, scopes: [...frame.scopes, scope] };
}

function ownField(shape: Shape | undefined, name: string): Shape | undefined {
  return shape?.fields && Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined;
}

function pairsOf(hash: hbs.AST.Hash | undefined): readonly hbs.AST.HashPair[] {
  return hash?.pairs ?? [];
}

/** Names of `{{#*inline "name"}}` anywhere in a tree. */
function addInlinePartials(tree: hbs.AST.Program, names: Set<string>): void {
  for (const node of tree.body) {
    const { program, inverse } = node as Partial<hbs.AST.BlockStatement>;
    if (node.type === 'DecoratorBlock') {
      const [name] = (node as hbs.AST.DecoratorBlock).params;
      if (name?.type === 'StringLiteral') names.add((name as hbs.AST.StringLiteral).value);
    }
    if (program) addInlinePartials(program, names);
    if (inverse) addInlinePartials(inverse, names);
  }
}
