import { type Budget, JinjaError } from './values/budget';
import { atLine, Evaluator, Scope } from './evaluate';
import { globals } from './functions/globals';
import { areEqual } from './values/operators';
import { textOf } from './values/represent';
import type { Expression, LoopStatement, Parameter, Statement, Target } from './syntax/syntax';
import type { Text } from './values/text';
import { joinTexts, ownText } from './values/text';
import {
  Callable,
  Dict,
  elementsOf,
  isTrue,
  Namespace,
  Tuple,
  Undefined,
  type Arguments,
  type Value,
} from './values/values';

/** How a run of statements ended. */
type Ended = 'through' | 'break' | 'continue';

class Renderer {
  readonly #evaluator: Evaluator;

  constructor(readonly budget: Budget) {
    this.#evaluator = new Evaluator(budget);
  }

  render(statements: readonly Statement[], scope: Scope): Text {
    const written: Text[] = [];
    this.#run(statements, scope, written);
    return joinTexts(written);
  }

  #run(statements: readonly Statement[], scope: Scope, written: Text[]): Ended {
    for (const statement of statements) {
      this.budget.spend(1);
      const ended = atLine(statement.line, () => this.#statement(statement, scope, written));
      if (ended !== 'through') return ended;
    }
    return 'through';
  }

  #captured(body: readonly Statement[], scope: Scope): Text {
    return this.budget.enter(() => this.render(body, scope));
  }

  #statement(statement: Statement, scope: Scope, written: Text[]): Ended {
    switch (statement.type) {
      case 'text':
        written.push(ownText(statement.text));
        return 'through';
      case 'output':
        written.push(textOf(this.#evaluator.evaluate(statement.value, scope)));
        return 'through';
      case 'if': {
        const branch = statement.branches.find(
          ({ condition }) => !condition || isTrue(this.#evaluator.evaluate(condition, scope)),
        );
        return branch ? this.#run(branch.body, scope, written) : 'through';
      }
      case 'for':
        this.#loop(statement, { scope, written, depth: 1 }, this.#evaluator.evaluate(statement.over, scope));
        return 'through';
      case 'break':
      case 'continue':
        return statement.type;
      case 'block':
        return this.#run(statement.body, scope, written);
      default:
        this.#declare(statement, scope, written);
        return 'through';
    }
  }

  #declare(
    statement: Extract<Statement, { type: 'set' | 'setBlock' | 'macro' | 'filterBlock' | 'call' | 'with' }>,
    scope: Scope,
    written: Text[],
  ): void {
    switch (statement.type) {
      case 'set':
        return assign(statement.target, this.#evaluator.evaluate(statement.value, scope), scope);
      case 'setBlock':
        return assign(statement.target, this.#filtered(statement.body, statement.filter, scope), scope);
      case 'filterBlock':
        written.push(textOf(this.#filtered(statement.body, statement.filter, scope)));
        return;
      case 'macro':
        return scope.set(statement.name, this.#macro(statement.name, statement, scope));
      case 'call': {
        const { call } = statement;
        if (call.type !== 'call') return;
        const args = this.#evaluator.arguments(call.args, scope);
        const named = new Map([...args.named, ['caller', this.#macro('caller', statement, scope)] as const]);
        const value = this.#evaluator.call(this.#evaluator.evaluate(call.callee, scope), { ...args, named });
        written.push(textOf(value));
        return;
      }
      case 'with': {
        const inner = new Scope(scope);
        for (const { target, value } of statement.values) assign(target, this.#evaluator.evaluate(value, scope), inner);
        this.#run(statement.body, inner, written);
      }
    }
  }

  #filtered(body: readonly Statement[], filter: Expression | undefined, scope: Scope): Value {
    const text = this.#captured(body, new Scope(scope));
    return filter ? this.#evaluator.filterBlock(filter, text, scope) : text;
  }

  #loop(loop: LoopStatement, place: { scope: Scope; written: Text[]; depth: number }, over: Value): void {
    this.budget.spend(elementsOf(over).length >> 2);
    const items = elementsOf(over).filter((item) => {
      if (!loop.condition) return true;
      const inner = new Scope(place.scope);
      assign(loop.target, item, inner);
      return isTrue(this.#evaluator.evaluate(loop.condition, inner));
    });
    if (items.length === 0) {
      this.#run(loop.otherwise, new Scope(place.scope), place.written);
      return;
    }
    const changed: { last?: Value } = {};
    for (const [index, item] of items.entries()) {
      // A turn costs something even where nothing stands in it.
      this.budget.spend(12);
      const inner = new Scope(place.scope);
      if (readsLoop(loop)) inner.set('loop', this.#loopVariable(loop, { ...place, items, index, changed }));
      assign(loop.target, item, inner);
      if (this.#run(loop.body, inner, place.written) === 'break') break;
    }
  }

  #loopVariable(
    loop: LoopStatement,
    at: { scope: Scope; depth: number; items: readonly Value[]; index: number; changed: { last?: Value } },
  ): Value {
    const { items, index, depth, changed } = at;
    const entries = new Map<string, Value>(
      Object.entries({
        index: index + 1,
        index0: index,
        revindex: items.length - index,
        revindex0: items.length - index - 1,
        first: index === 0,
        last: index === items.length - 1,
        length: items.length,
        depth,
        depth0: depth - 1,
        previtem: items[index - 1] ?? new Undefined('there is no previous item'),
        nextitem: items[index + 1] ?? new Undefined('there is no next item'),
        cycle: new Callable('cycle', ({ given }) => given[index % given.length] ?? null),
        changed: new Callable('changed', ({ given }) => {
          const value = new Tuple(given);
          const isNew = changed.last === undefined || !areEqual(changed.last, value, this.budget);
          changed.last = value;
          return isNew;
        }),
      }),
    );
    const again = ({ given }: Arguments): Value => {
      if (!loop.recursive) throw new JinjaError('TypeError', "The loop must have the 'recursive' marker");
      const written: Text[] = [];
      this.#loop(loop, { scope: at.scope, written, depth: depth + 1 }, given[0] ?? null);
      return joinTexts(written);
    };
    return new Callable('loop', again, entries);
  }

  #macro(
    name: string,
    { parameters, body }: { readonly parameters: readonly Parameter[]; readonly body: readonly Statement[] },
    scope: Scope,
  ): Value {
    const call = ({ given, named }: Arguments): Value => {
      const inner = new Scope(scope);
      const known = new Set(parameters.map((parameter) => parameter.name));
      for (const [index, parameter] of parameters.entries()) {
        const value = given[index] ?? (given.length > index ? null : named.get(parameter.name));
        inner.set(parameter.name, value ?? (value === null ? null : this.#usual(parameter, inner)));
      }
      const others = [...named].filter(([key]) => !known.has(key) && key !== 'caller');
      if (others.length > 0 && !mentions(body, 'kwargs'))
        throw new JinjaError('TypeError', `macro '${name}' takes no keyword argument '${others[0]![0]}'`);
      if (given.length > parameters.length && !mentions(body, 'varargs'))
        throw new JinjaError('TypeError', `macro '${name}' takes not more than ${parameters.length} argument(s)`);
      inner.set('varargs', new Tuple(given.slice(parameters.length)));
      inner.set('kwargs', Dict.of(others.map(([key, value]) => [ownText(key), value])));
      inner.set('caller', named.get('caller') ?? new Undefined('No caller defined'));
      return this.render(body, inner);
    };
    return new Callable(name, call, new Map([['name', ownText(name)]]));
  }

  #usual({ name, usual }: Parameter, scope: Scope): Value {
    return usual ? this.#evaluator.evaluate(usual, scope) : new Undefined(`parameter '${name}' was not provided`);
  }
}

const loopReaders = new WeakMap<LoopStatement, boolean>();

/** Whether anything in a loop asks for its variable: to make it takes most of the time of a short turn. */
function readsLoop(loop: LoopStatement): boolean {
  const reads = loopReaders.get(loop) ?? mentions(loop.body, 'loop');
  loopReaders.set(loop, reads);
  return reads;
}

/** Whether a name stands anywhere in a part of the template. */
function mentions(node: unknown, name: string): boolean {
  if (Array.isArray(node)) return node.some((part) => mentions(part, name));
  if (typeof node !== 'object' || node === null) return false;
  const { type, name: written } = node as { readonly type?: unknown; readonly name?: unknown };
  return (type === 'name' && written === name) || Object.values(node).some((part) => mentions(part, name));
}

function assign(target: Target, value: Value, scope: Scope): void {
  if (target.type === 'name') return scope.set(target.name, value);
  if (target.type === 'member') {
    const held = scope.get(target.name);
    if (!(held instanceof Namespace))
      throw new JinjaError('TemplateRuntimeError', 'cannot assign attribute on non-namespace object');
    held.entries.set(target.member, value);
    return;
  }
  const items = elementsOf(value);
  if (items.length !== target.targets.length)
    throw new JinjaError(
      'ValueError',
      items.length > target.targets.length
        ? `too many values to unpack (expected ${target.targets.length})`
        : `not enough values to unpack (expected ${target.targets.length}, got ${items.length})`,
    );
  target.targets.forEach((inner, index) => assign(inner, items[index]!, scope));
}

/**
 * What a template writes, and which of it is its own.
 * @param variables what the template sees
 * @param given what `strftime_now` reads, and what it may cost
 * @throws JinjaError with the line, in Jinja's and Python's words; of the budget's kind where that is used up
 */
export function renderTemplate(
  statements: readonly Statement[],
  variables: ReadonlyMap<string, Value>,
  { now, budget }: { readonly now: Date; readonly budget: Budget },
): Text {
  const outermost = new Scope();
  for (const [name, value] of [...globals(now), ...variables]) outermost.set(name, value);
  try {
    return new Renderer(budget).render(statements, new Scope(outermost));
  } catch (error) {
    // JavaScript's own limit on calls inside calls.
    if (error instanceof RangeError) throw new JinjaError('RecursionError', 'maximum recursion depth exceeded');
    throw error;
  }
}
