import * as l10n from '@vscode/l10n';
import { append } from '../../lists';
import { parseBody, spanOfNode } from '../syntax/body';
import type { Body } from '../syntax/body';
import { helperShapes } from '../syntax/helpers';
import { callProblems, hasArguments, isSimpleName } from '../syntax/calls';
import type { Draft } from '../text/finding';
import type { Span } from '../text/position';
import { missingPartial } from './partials';
import { isParameter, resolvePath, scopeOf, withScope } from './tags/scope';
import type { Frame, RowShape, Scope } from './tags/scope';

/** A name the body reads from the row. */
export interface VariableUse {
  readonly name: string;
  readonly span: Span;
  /** Whether the body asks first whether there is one: `{{#if name}}` and what stands inside. */
  readonly guarded?: true;
  /** The partial that contains it, when it is not the template itself. */
  readonly partial?: string;
  /** Its span in the text of that partial. */
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
  /** Whether the body asks first whether the item has it. */
  readonly guarded?: true;
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
  /** Where `{{media}}` is called. */
  readonly media: readonly Span[];
  /** Where `{{history}}` is called, which reads the row's `messages`. */
  readonly histories: readonly Span[];
  readonly hasInstructionBlock: boolean;
  /** Whether more of the row is read than can be named, as by `{{json this}}` or a partial that was not read. */
  readonly readsWholeRow: boolean;
  readonly problems: readonly Draft[];
}

export interface UsageInput {
  /** The text that was parsed. */
  readonly text: string;
  readonly body: Body;
  /** Offset of the body in the file. */
  readonly start: number;
  /** The known fields of the row. */
  readonly row: RowShape;
  readonly readPartial?: (name: string) => string | undefined;
  /** Whether a partial is where templates may not read; asked only of one that could not be read. */
  readonly isOutsideWorkspace?: (name: string) => boolean;
}

type Call = hbs.AST.MustacheStatement | hbs.AST.BlockStatement | hbs.AST.SubExpression;
type PartialCall = hbs.AST.PartialStatement | hbs.AST.PartialBlockStatement;
type PartialText = { readonly text: string; readonly body: Body };

/** Blocks whose inside has the scope of their outside. */
const sameScope = new Set(['if', 'unless', 'ifEquals', 'unlessEquals', 'instruction']);

/** Collects what a body and the partials it calls refer to, in the order of the text. */
export function collectUsage(input: UsageInput): Usage {
  const walk = new UsageWalk(input);
  const { body, start } = input;
  walk.program(body.tree, {
    scopes: [{ row: true }],
    parameters: new Set(),
    partialStack: [],
    spanOf: (node) => {
      const [from, to] = spanOfNode(body, node);
      return [start + from, start + to];
    },
  });
  return walk.usage();
}

/** A walk over a tree and its partials. A frame says what surrounds the node that is visited. */
class UsageWalk {
  private readonly variables: VariableUse[] = [];
  private readonly fields: FieldUse[] = [];
  private readonly softs = new Map<hbs.AST.Node, SoftUse>();
  private readonly partials = new Map<string, PartialText>();
  private readonly inlinePartials = new Set<string>();
  private readonly problems: Draft[] = [];
  private readonly media: Span[] = [];
  private readonly histories: Span[] = [];
  private hasInstructionBlock = false;
  private readsWholeRow = false;

  constructor(private readonly input: UsageInput) {
    addInlinePartials(input.body.tree, this.inlinePartials);
  }

  usage(): Usage {
    const { variables, fields, softs, partials, media, histories, problems, hasInstructionBlock, readsWholeRow } = this;
    return {
      variables,
      fields,
      softs: [...softs.values()],
      partials,
      media,
      histories,
      hasInstructionBlock,
      readsWholeRow,
      problems,
    };
  }

  program(tree: hbs.AST.Program | undefined, frame: Frame): void {
    const parameters = tree?.blockParams ?? [];
    const inner =
      parameters.length > 0 ? { ...frame, parameters: new Set([...frame.parameters, ...parameters]) } : frame;
    for (const node of tree?.body ?? []) this.statement(node, inner);
  }

  private statement(node: hbs.AST.Node, frame: Frame): void {
    if (node.type === 'MustacheStatement') this.mustache(node as hbs.AST.MustacheStatement, frame);
    else if (node.type === 'BlockStatement') this.block(node as hbs.AST.BlockStatement, frame);
    else if (node.type === 'PartialStatement') this.partial(node as hbs.AST.PartialStatement, frame);
    else if (node.type === 'PartialBlockStatement') {
      this.program((node as hbs.AST.PartialBlockStatement).program, frame);
      this.partial(node as hbs.AST.PartialBlockStatement, frame);
    } else if (node.type === 'DecoratorBlock' || node.type === 'Decorator') {
      this.decorator(node as hbs.AST.DecoratorBlock, frame);
    }
  }

  private decorator({ path, program }: hbs.AST.DecoratorBlock, frame: Frame): void {
    if (path.original !== 'inline')
      this.problems.push({
        code: 'unknown-helper',
        severity: 'error',
        span: frame.spanOf(path),
        message: l10n.t`There is no decorator "${path.original}".`,
      });
    this.program(program, withScope(frame, { row: false }));
  }

  private mustache(node: hbs.AST.MustacheStatement, frame: Frame): void {
    const name = isSimpleName(node.path) ? node.path.parts[0]! : undefined;
    const meantAsVariable =
      !hasArguments(node) && (name === 'instruction' || (name === 'soft' && 'soft' in this.input.row));
    if (meantAsVariable) {
      this.path(node.path, frame);
      return;
    }
    if (name === 'soft' && !frame.parameters.has('soft')) {
      if (!this.softs.has(node))
        this.softs.set(node, { node, span: frame.spanOf(node), partial: frame.partialStack.at(-1) });
      return;
    }
    if (name === 'media') this.media.push(frame.spanOf(node));
    if (name === 'history') this.histories.push(frame.spanOf(node));
    this.call(node, frame, 'inline');
  }

  private block(node: hbs.AST.BlockStatement, frame: Frame): void {
    const name = isSimpleName(node.path) ? node.path.parts[0]! : undefined;
    const guard = guardOf(node, name, frame);
    const inner = guard === undefined ? frame : { ...frame, guarded: new Set([...(frame.guarded ?? []), guard]) };
    this.call(node, inner, 'block');
    if (name !== undefined && isRenderedAlone(name)) {
      this.problems.push(this.dropped(node, name, frame));
      return;
    }
    if (name === 'instruction') this.hasInstructionBlock = true;
    if (name !== undefined && sameScope.has(name)) this.program(node.program, inner);
    else {
      const subject = name === 'each' || name === 'with' ? node.params[0] : node.path;
      this.program(
        node.program,
        withScope(inner, subject ? scopeOf(subject, frame, { row: this.input.row, helper: name }) : { row: false }),
      );
    }
    this.program(node.inverse, inner);
  }

  /** `block-dropped`: a helper that is no block renders itself, and nothing of what it is wrapped around. */
  private dropped(node: hbs.AST.BlockStatement, name: string, frame: Frame): Draft {
    const [start, end] = frame.spanOf(node);
    const { text } = this.input;
    const closing = text.lastIndexOf('{{', end - this.input.start - 1);
    const opening = /^\{\{~?\s*#/.exec(text.slice(start - this.input.start))?.[0];
    const fixable = frame.partialStack.length === 0 && opening !== undefined && !node.inverse;
    return {
      code: 'block-dropped',
      severity: 'warning',
      span: frame.spanOf(node.path),
      message: l10n.t`"${name}" is no block: what stands between ${`{{#${name} …}}`} and ${`{{/${name}}}`} is not \
rendered.`,
      fixes: fixable
        ? [
            {
              title: l10n.t`Keep what stands inside`,
              edits: [
                { start, end: start + opening.length, text: opening.replace('#', '') },
                { start: this.input.start + closing, end, text: '' },
              ],
            },
          ]
        : [],
    };
  }

  private partial(node: PartialCall, frame: Frame): void {
    for (const value of node.params) this.expression(value, frame);
    for (const pair of pairsOf(node.hash)) this.expression(pair.value, frame);
    if (node.name.type === 'SubExpression') {
      this.expression(node.name, frame);
      this.readsWholeRow = true;
      return;
    }
    const name = String((node.name as hbs.AST.PathExpression).original);
    if (this.inlinePartials.has(name) || name === '@partial-block') return;
    if (!this.input.readPartial) {
      this.readsWholeRow = true;
      return;
    }
    const span = frame.spanOf(node.name);
    if (frame.partialStack.includes(name)) {
      const message = l10n.t`The partial "${name}" includes itself.`;
      this.problems.push({ code: 'partial-cycle', severity: 'error', span, message });
      return;
    }
    const found = this.partials.get(name) ?? this.openPartial(name);
    if (!found) append(this.problems, this.missing(node, name, frame));
    else if ('problem' in found) {
      const message = l10n.t`In the partial "${name}": ${found.problem.message}`;
      this.problems.push({ ...found.problem, span, fixes: [], message });
    } else {
      this.partials.set(name, found);
      this.program(found.body.tree, this.insidePartial(node, { name, found }, frame));
    }
  }

  private openPartial(name: string): PartialText | { readonly problem: Draft } | undefined {
    const text = this.input.readPartial?.(name);
    if (text === undefined) return undefined;
    const body = parseBody(text);
    if ('problem' in body) return body;
    addInlinePartials(body.tree, this.inlinePartials);
    return { text, body };
  }

  /** A partial block renders its own content where the partial is missing, so only a forbidden one is an error. */
  private missing(node: PartialCall, name: string, frame: Frame): readonly Draft[] {
    const forbidden = this.input.isOutsideWorkspace?.(name) ?? false;
    if (!forbidden && node.type !== 'PartialStatement') return [];
    return [
      missingPartial(name, { span: frame.spanOf(node.name), forbidden, inPartial: frame.partialStack.length > 0 }),
    ];
  }

  private insidePartial(
    node: PartialCall,
    { name, found }: { readonly name: string; readonly found: PartialText },
    frame: Frame,
  ): Frame {
    const span = frame.spanOf(node.name);
    const scope: Scope | undefined = node.params[0]
      ? scopeOf(node.params[0], frame, { row: this.input.row })
      : frame.scopes.at(-1);
    const given = new Set([...(scope?.given ?? []), ...pairsOf(node.hash).map((pair) => pair.key)]);
    return {
      scopes: [{ ...(scope ?? { row: false }), given }],
      guarded: frame.guarded,
      parameters: new Set(),
      spanOf: () => span,
      partialStack: [...frame.partialStack, name],
      spanInPartial: (each) => spanOfNode(found.body, each),
    };
  }

  private call(node: Call, frame: Frame, form: 'inline' | 'block' | 'nested'): void {
    const { calls, problems } = isParameter(node.path, frame)
      ? { calls: false, problems: [] }
      : callProblems(node, form, frame.spanOf);
    append(this.problems, problems);
    if (!calls) this.path(node.path, frame);
    for (const value of node.params) this.expression(value, frame);
    for (const pair of pairsOf(node.hash)) this.expression(pair.value, frame);
  }

  private expression(node: hbs.AST.Expression, frame: Frame): void {
    if (node.type === 'SubExpression') this.call(node as hbs.AST.SubExpression, frame, 'nested');
    else this.path(node, frame);
  }

  private path(node: hbs.AST.Node, frame: Frame): void {
    const target = resolvePath(node, frame);
    if (!target) return;
    const { scope, name } = target;
    if (name === undefined) {
      if (scope.row) this.readsWholeRow = true;
      return;
    }
    const use = {
      name,
      span: frame.spanOf(node),
      ...(frame.guarded?.has(guardKey(scope, name)) && { guarded: true as const }),
      partial: frame.partialStack.at(-1),
      spanInPartial: frame.spanInPartial?.(node),
    };
    if (scope.row) this.variables.push(use);
    else if (!scope.given?.has(name))
      this.fields.push({ ...use, list: scope.list, known: scope.shape?.fields && Object.keys(scope.shape.fields) });
  }
}

/** The name whose presence a block asks for: of `if`, `unless` and `with`, and of a block of that name. */
function guardOf(node: hbs.AST.BlockStatement, helper: string | undefined, frame: Frame): string | undefined {
  const asks = helper === 'if' || helper === 'unless' || helper === 'with';
  const target = asks && node.params[0] ? resolvePath(node.params[0], frame) : undefined;
  return target?.name === undefined ? undefined : guardKey(target.scope, target.name);
}

/** A name of the row, or a field of the items of a list of the row, which is another thing than a name of the row. */
const guardKey = (scope: Scope, name: string): string => (scope.row ? name : `${scope.list ?? ''}.${name}`);

/** Whether a helper renders the same with a block as without one. */
const isRenderedAlone = (name: string): boolean =>
  Object.hasOwn(helperShapes, name) && helperShapes[name]!.block === 'never' && name !== 'soft';

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
