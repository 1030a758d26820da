import { attributeOf, itemOf, sliceOf } from './functions/attributes';
import { type Budget, JinjaError } from './values/budget';
import { requireFilter } from './functions/listFilters';
import { calculate, compare, joinAsTexts, undefinedError } from './values/operators';
import { textOf } from './values/represent';
import type { CallArguments, Expression } from './syntax/syntax';
import { requireTest } from './functions/tests';
import { ownText, Text } from './values/text';
import {
  Callable,
  Dict,
  elementsOf,
  Float,
  isList,
  isTrue,
  numberOf,
  Tuple,
  typeName,
  Undefined,
  type Arguments,
  type Value,
} from './values/values';

/** Names and what they stand for, inside those of a wider part of the template. */
export class Scope {
  readonly #values = new Map<string, Value>();

  constructor(private readonly outer?: Scope) {}

  get(name: string): Value | undefined {
    return this.#values.get(name) ?? (this.#values.has(name) ? null : this.outer?.get(name));
  }

  set(name: string, value: Value): void {
    this.#values.set(name, value);
  }
}

/** Gives an error the line of what was evaluated, where it has none. */
export function atLine<T>(line: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof JinjaError && error.line === undefined) throw new JinjaError(error.kind, error.message, line);
    throw error;
  }
}

/** Computes expressions as Jinja and Python do. */
export class Evaluator {
  constructor(readonly budget: Budget) {}

  /** @throws JinjaError with its line */
  evaluate(node: Expression, scope: Scope): Value {
    const value = atLine(node.line, () => {
      this.budget.spend(1);
      return this.#compute(node, scope);
    });
    if (value instanceof Text) this.budget.spend(value.units.length >> 6);
    else if (isList(value)) this.budget.spend(value.length >> 4);
    return value;
  }

  #compute(node: Expression, scope: Scope): Value {
    switch (node.type) {
      case 'constant':
        return constant(node);
      case 'name':
        return (
          scope.get(node.name) ?? (scope.get(node.name) === null ? null : new Undefined(`'${node.name}' is undefined`))
        );
      case 'list':
        return this.#all(node.items, scope);
      case 'tuple':
        return new Tuple(this.#all(node.items, scope));
      case 'concat':
        return joinAsTexts(this.#all(node.items, scope));
      case 'dict':
        return Dict.of(node.entries.map((entry) => this.#all(entry, scope) as [Value, Value]));
      case 'attribute':
        return attributeOf(this.evaluate(node.object, scope), node.name, this.budget);
      case 'item':
        return itemOf(this.evaluate(node.object, scope), this.evaluate(node.key, scope), this.budget);
      case 'slice':
        return sliceOf(
          this.evaluate(node.object, scope),
          node.bounds.map((bound) => bound && this.evaluate(bound, scope)),
        );
      case 'call':
        return this.call(this.evaluate(node.callee, scope), this.arguments(node.args, scope));
      case 'filter':
        return this.filter(node, node.operand ? this.evaluate(node.operand, scope) : null, scope);
      default:
        return this.#computeLogic(node, scope);
    }
  }

  #computeLogic(
    node: Extract<Expression, { type: 'test' | 'unary' | 'binary' | 'compare' | 'choice' }>,
    scope: Scope,
  ): Value {
    switch (node.type) {
      case 'test': {
        const test = requireTest(node.name);
        return test(this.evaluate(node.operand, scope), this.arguments(node.args, scope).given, this.budget);
      }
      case 'unary':
        return this.#unary(node.operator, this.evaluate(node.operand, scope));
      case 'binary': {
        const left = this.evaluate(node.left, scope);
        if (node.operator === 'and') return isTrue(left) ? this.evaluate(node.right, scope) : left;
        if (node.operator === 'or') return isTrue(left) ? left : this.evaluate(node.right, scope);
        return calculate(node.operator, left, this.evaluate(node.right, scope));
      }
      case 'compare':
        return this.#compareChain(node, scope);
      case 'choice':
        if (isTrue(this.evaluate(node.condition, scope))) return this.evaluate(node.then, scope);
        return node.otherwise
          ? this.evaluate(node.otherwise, scope)
          : new Undefined('the inline if-expression evaluated to false and no else section was defined.');
    }
  }

  #all(nodes: readonly Expression[], scope: Scope): Value[] {
    return nodes.map((node) => this.evaluate(node, scope));
  }

  #unary(operator: string, value: Value): Value {
    if (operator === 'not') return !isTrue(value);
    if (value instanceof Undefined) throw undefinedError(value);
    const number = numberOf(value);
    if (number === undefined)
      throw new JinjaError('TypeError', `bad operand type for unary ${operator}: '${typeName(value)}'`);
    const signed = operator === '-' ? -number : number;
    return value instanceof Float ? new Float(signed) : signed;
  }

  #compareChain(node: Extract<Expression, { type: 'compare' }>, scope: Scope): boolean {
    let left = this.evaluate(node.first, scope);
    for (const { operator, operand } of node.rest) {
      const right = this.evaluate(operand, scope);
      if (!compare(operator, [left, right], this.budget)) return false;
      left = right;
    }
    return true;
  }

  /** @throws JinjaError for what cannot be called */
  call(callee: Value, args: Arguments): Value {
    if (callee instanceof Undefined) throw undefinedError(callee);
    if (!(callee instanceof Callable))
      throw new JinjaError('TypeError', `'${typeName(callee)}' object is not callable`);
    return this.budget.enter(() => callee.call(args));
  }

  filter(node: Extract<Expression, { type: 'filter' }>, operand: Value, scope: Scope): Value {
    return requireFilter(node.name)(operand, this.arguments(node.args, scope), this.budget);
  }

  /** Filters of a block, of which the innermost takes its text. */
  filterBlock(node: Expression, text: Value, scope: Scope): Value {
    if (node.type !== 'filter') return text;
    const operand = node.operand ? this.filterBlock(node.operand, text, scope) : text;
    return atLine(node.line, () => this.filter(node, operand, scope));
  }

  arguments(args: CallArguments, scope: Scope): Arguments {
    const given = this.#all(args.given, scope);
    const named = new Map(args.named.map(([name, value]) => [name, this.evaluate(value, scope)]));
    const spread = args.spread ? elementsOf(this.evaluate(args.spread, scope)) : [];
    const spreadNamed = args.spreadNamed ? this.evaluate(args.spreadNamed, scope) : undefined;
    if (spreadNamed instanceof Dict)
      for (const [key, value] of spreadNamed.entries()) named.set(textOf(key).text, value);
    return { given: [...given, ...spread], named };
  }
}

function constant({ value, float }: Extract<Expression, { type: 'constant' }>): Value {
  if (typeof value === 'string') return ownText(value);
  return typeof value === 'number' && float ? new Float(value) : value;
}
