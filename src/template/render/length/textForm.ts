import type { Analysis } from '../../read/analysis';
import { hasArguments, isSimpleName } from '../../syntax/calls';
import { helperShapes, silentHelpers } from '../../syntax/helpers';
import type { TokenBound } from './tokenBound';

/** What a body can write at most, as a sum over the lengths of what it is given. */
export interface TextForm {
  /** Tokens whatever the values are. */
  readonly constant: number;
  /** By name: how often a value is written, and the tokens of what stands around each of its items in loops. */
  readonly values: ReadonlyMap<string, ValueForm>;
}

export interface ValueForm {
  readonly text: number;
  readonly perItem: number;
}

/** A value that spells a special token stands in a text of its own, and each text may have a mark in front. */
const perValue = 6;
/** What a loop says of an item. */
const loopNames: ReadonlySet<string> = new Set(['index', 'key', 'first', 'last']);
/** Characters of a loop's own numbers and truth values. */
const loopCharacters = 8;
/** Characters that JSON writes for one. */
const jsonEscape = 6;

/** Where names are looked up: in the row, or in an item of what stands at a name of the row. */
interface Scope {
  readonly list?: string;
}

interface Walk {
  readonly analysis: Analysis;
  readonly bound: TokenBound;
  constant: number;
  readonly values: Map<string, { text: number; perItem: number }>;
}

/** @returns undefined for a body that writes otherwise than the sum can tell, as through helpers and nested loops */
export function textForm(program: hbs.AST.Program, analysis: Analysis, bound: TokenBound): TextForm | undefined {
  const walk: Walk = { analysis, bound, constant: 0, values: new Map() };
  return addProgram(walk, program, {}) ? walk : undefined;
}

function addProgram(walk: Walk, program: hbs.AST.Program | undefined, scope: Scope): boolean {
  if (!program) return true;
  return !program.blockParams?.length && program.body.every((statement) => addStatement(walk, statement, scope));
}

function addStatement(walk: Walk, statement: hbs.AST.Statement, scope: Scope): boolean {
  switch (statement.type) {
    case 'ContentStatement':
      addTokens(walk, walk.bound((statement as hbs.AST.ContentStatement).value), scope);
      return true;
    case 'CommentStatement':
      return true;
    case 'MustacheStatement':
      return addMustache(walk, statement as hbs.AST.MustacheStatement, scope);
    case 'BlockStatement':
      return addBlock(walk, statement as hbs.AST.BlockStatement, scope);
    case 'PartialStatement': {
      const call = statement as hbs.AST.PartialStatement;
      const partial = isSimpleName(call.name) ? walk.analysis.usage?.partials.get(call.name.parts[0]!) : undefined;
      return partial !== undefined && !hasArguments(call) && addProgram(walk, partial.body.tree, scope);
    }
    default:
      return false;
  }
}

/** Tokens that stand there once, or for each item. */
function addTokens(walk: Walk, tokens: number, { list }: Scope): void {
  if (list === undefined) walk.constant += tokens;
  else valueOf(walk, list).perItem += tokens;
}

function valueOf({ values }: Walk, name: string): { text: number; perItem: number } {
  let value = values.get(name);
  if (!value) values.set(name, (value = { text: 0, perItem: 0 }));
  return value;
}

function addMustache(walk: Walk, call: hbs.AST.MustacheStatement, scope: Scope): boolean {
  const name = isSimpleName(call.path) ? call.path.parts[0]! : undefined;
  if (name === 'soft' || (name !== undefined && silentHelpers.has(name))) return true;
  if (name === 'json' && call.params.length === 1 && !call.hash)
    return addValue(walk, call.params[0]!, scope, jsonEscape);
  if (hasArguments(call) || (name !== undefined && Object.hasOwn(helperShapes, name))) return false;
  return addValue(walk, call.path, scope, 1);
}

/** A value of the row; inside a loop something of an item: over all items no longer than the list. */
function addValue(walk: Walk, node: hbs.AST.Node, { list }: Scope, times: number): boolean {
  if (node.type !== 'PathExpression') return false;
  const { data, depth, parts } = node as hbs.AST.PathExpression;
  if (depth > 0 || (data && (list === undefined || !loopNames.has(parts[0]!)))) return false;
  const name = list ?? parts[0];
  if (name === undefined) return false;
  valueOf(walk, name).text += times;
  addTokens(walk, perValue + walk.bound.perAscii * (list === undefined ? jsonQuotes : loopCharacters), { list });
  return true;
}

/** Around a text as JSON. */
const jsonQuotes = 2;

function addBlock(walk: Walk, { path, params, hash, program, inverse }: hbs.AST.BlockStatement, scope: Scope): boolean {
  const name = isSimpleName(path) ? path.parts[0]! : '';
  if (name === 'each') {
    const [list] = params;
    if (scope.list !== undefined || !list || !isSimpleName(list) || hash) return false;
    return addProgram(walk, program, { list: list.parts[0]! }) && addProgram(walk, inverse, scope);
  }
  return sameContext.has(name) && addProgram(walk, program, scope) && addProgram(walk, inverse, scope);
}

/** Blocks that write one of their sides, or all of their inside, with the names of their outside. */
const sameContext: ReadonlySet<string> = new Set(['if', 'unless', 'ifEquals', 'unlessEquals', 'instruction']);
