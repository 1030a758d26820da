import { JinjaError } from '../values/budget';
import type { Token } from './lexer';
import type { CallArguments, Expression } from './syntax';

const comparisons = new Set(['==', '!=', '<', '<=', '>', '>=']);
const noArguments: CallArguments = { given: [], named: [] };

/** Expressions of Jinja 3.1 (parser.py), over the tokens of a template. */
export class ExpressionParser {
  #at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  get token(): Token {
    return this.tokens[this.#at]!;
  }

  next(): Token {
    const { token } = this;
    if (token.type !== 'end') this.#at++;
    return token;
  }

  fail(message: string, line = this.token.line): never {
    throw new JinjaError('TemplateSyntaxError', message, line);
  }

  is(type: Token['type'], ...values: readonly string[]): boolean {
    return this.token.type === type && (values.length === 0 || values.includes(this.token.value));
  }

  isNext(type: Token['type'], value: string): boolean {
    const token = this.tokens[this.#at + 1];
    return token?.type === type && token.value === value;
  }

  skip(type: Token['type'], ...values: readonly string[]): boolean {
    const found = this.is(type, ...values);
    if (found) this.next();
    return found;
  }

  expect(type: Token['type'], ...values: readonly string[]): Token {
    if (this.is(type, ...values)) return this.next();
    const { token } = this;
    const wanted = values.length > 0 ? `'${values.join("' or '")}'` : `'${describe(type)}'`;
    return this.fail(
      token.type === 'end'
        ? `unexpected end of template, expected ${wanted}.`
        : `expected token ${wanted}, got '${token.value || describe(token.type)}'`,
    );
  }

  /** One expression, or several between commas, which are a tuple. */
  tuple(withChoice = true): Expression {
    const { line } = this.token;
    const one = () => (withChoice ? this.expression() : this.#or());
    if (this.#endsTuple()) this.fail(`Expected an expression, got '${this.token.value || describe(this.token.type)}'`);
    const items = [one()];
    let several = false;
    while (this.skip('operator', ',')) {
      several = true;
      if (this.#endsTuple()) break;
      items.push(one());
    }
    return several ? { type: 'tuple', items, line } : items[0]!;
  }

  #endsTuple(): boolean {
    return (
      this.is('close') || this.is('closeOutput') || this.is('operator', ')', '=') || this.is('name', 'in', 'recursive')
    );
  }

  expression(): Expression {
    const { line } = this.token;
    let then = this.#or();
    while (this.skip('name', 'if')) {
      const condition = this.#or();
      const otherwise = this.skip('name', 'else') ? this.expression() : undefined;
      then = { type: 'choice', condition, then, otherwise, line };
    }
    return then;
  }

  #or(): Expression {
    return this.#chain(() => this.#and(), 'name', 'or');
  }

  #and(): Expression {
    return this.#chain(() => this.#not(), 'name', 'and');
  }

  #not(): Expression {
    const { line } = this.token;
    if (!this.skip('name', 'not')) return this.#compare();
    return { type: 'unary', operator: 'not', operand: this.#not(), line };
  }

  /** Operators of one rank, from the left. */
  #chain(operand: () => Expression, type: Token['type'], ...operators: readonly string[]): Expression {
    let left = operand();
    while (this.is(type, ...operators)) {
      const { value: operator, line } = this.next();
      left = { type: 'binary', operator, left, right: operand(), line };
    }
    return left;
  }

  #compare(): Expression {
    const { line } = this.token;
    const first = this.#sum();
    const rest: { operator: string; operand: Expression }[] = [];
    for (;;) {
      let operator: string;
      if (this.token.type === 'operator' && comparisons.has(this.token.value)) operator = this.next().value;
      else if (this.skip('name', 'in')) operator = 'in';
      else if (this.is('name', 'not') && this.isNext('name', 'in')) {
        this.next();
        this.next();
        operator = 'not in';
      } else break;
      rest.push({ operator, operand: this.#sum() });
    }
    return rest.length > 0 ? { type: 'compare', first, rest, line } : first;
  }

  #sum(): Expression {
    return this.#chain(() => this.#concat(), 'operator', '+', '-');
  }

  #concat(): Expression {
    const { line } = this.token;
    const items = [this.#product()];
    while (this.skip('operator', '~')) items.push(this.#product());
    return items.length > 1 ? { type: 'concat', items, line } : items[0]!;
  }

  #product(): Expression {
    return this.#chain(() => this.#power(), 'operator', '*', '/', '//', '%');
  }

  #power(): Expression {
    return this.#chain(() => this.unary(true), 'operator', '**');
  }

  unary(withFilter: boolean): Expression {
    const { line } = this.token;
    const sign = this.is('operator', '-', '+') ? (this.next().value as '-' | '+') : undefined;
    const inner: Expression = sign
      ? { type: 'unary', operator: sign, operand: this.unary(false), line }
      : this.#primary();
    const node = this.#postfix(inner);
    return withFilter ? this.#filtersAndTests(node) : node;
  }

  #primary(): Expression {
    const { type, value, line } = this.token;
    if (type === 'name') {
      this.next();
      if (['true', 'True', 'false', 'False'].includes(value))
        return { type: 'constant', value: value.toLowerCase() === 'true', line };
      if (['none', 'None'].includes(value)) return { type: 'constant', value: null, line };
      return { type: 'name', name: value, line };
    }
    if (type === 'string') {
      let text = '';
      while (this.is('string')) text += this.next().value;
      return { type: 'constant', value: text, line };
    }
    if (type === 'integer' || type === 'float') {
      this.next();
      return { type: 'constant', value: Number(value.replaceAll('_', '')), float: type === 'float', line };
    }
    if (this.skip('operator', '(')) {
      if (this.skip('operator', ')')) return { type: 'tuple', items: [], line };
      const inner = this.tuple();
      this.expect('operator', ')');
      return inner;
    }
    if (this.skip('operator', '[')) return { type: 'list', items: this.#items(']', () => this.expression()), line };
    if (this.skip('operator', '{')) return { type: 'dict', entries: this.#items('}', () => this.#entry()), line };
    return this.fail(type === 'end' ? 'unexpected end of template' : `unexpected '${value || describe(type)}'`);
  }

  #entry(): readonly [Expression, Expression] {
    const key = this.expression();
    this.expect('operator', ':');
    return [key, this.expression()];
  }

  #items<T>(end: string, read: () => T): T[] {
    const items: T[] = [];
    while (!this.skip('operator', end)) {
      if (items.length > 0) {
        this.expect('operator', ',');
        if (this.skip('operator', end)) break;
      }
      items.push(read());
    }
    return items;
  }

  #postfix(inner: Expression): Expression {
    let node = inner;
    for (;;) {
      const { line } = this.token;
      if (this.skip('operator', '.')) {
        const { value, type } = this.is('integer') ? this.next() : this.expect('name');
        node =
          type === 'integer'
            ? { type: 'item', object: node, key: { type: 'constant', value: Number(value), line }, line }
            : { type: 'attribute', object: node, name: value, line };
      } else if (this.skip('operator', '[')) node = this.#subscript(node, line);
      else if (this.is('operator', '(')) node = { type: 'call', callee: node, args: this.callArguments(), line };
      else return node;
    }
  }

  #subscript(object: Expression, line: number): Expression {
    const items = this.#items(']', () => this.#sliceOrKey());
    if (items.length === 0) this.fail('expected subscript expression', line);
    const [first] = items;
    if (items.length === 1 && first && 'bounds' in first) return { type: 'slice', object, bounds: first.bounds, line };
    const keys = items.map((item) => ('bounds' in item ? this.fail('slices cannot be combined', line) : item.key));
    return { type: 'item', object, key: keys.length === 1 ? keys[0]! : { type: 'tuple', items: keys, line }, line };
  }

  #sliceOrKey(): { readonly key: Expression } | { readonly bounds: readonly (Expression | undefined)[] } {
    const bound = () => (this.is('operator', ':', ']', ',') ? undefined : this.expression());
    const first = bound();
    if (first && !this.is('operator', ':')) return { key: first };
    const bounds = [first];
    while (this.skip('operator', ':')) bounds.push(bound());
    if (bounds.length === 1 || bounds.length > 3) this.fail(`unexpected '${this.token.value}'`);
    return { bounds };
  }

  callArguments(): CallArguments {
    this.expect('operator', '(');
    const given: Expression[] = [];
    const named: (readonly [string, Expression])[] = [];
    const spreads: { spread?: Expression; spreadNamed?: Expression } = {};
    this.#items(')', () => {
      if (this.skip('operator', '*')) spreads.spread = this.expression();
      else if (this.skip('operator', '**')) spreads.spreadNamed = this.expression();
      else if (this.is('name') && this.isNext('operator', '=')) {
        const name = this.next().value;
        this.next();
        named.push([name, this.expression()]);
      } else if (named.length > 0 || spreads.spreadNamed) this.fail('invalid syntax for function call expression');
      else given.push(this.expression());
    });
    return { given, named, ...spreads };
  }

  #filtersAndTests(inner: Expression): Expression {
    let node = inner;
    for (;;) {
      if (this.is('operator', '|')) node = this.filters(node);
      else if (this.is('name', 'is')) node = this.#test(node);
      else if (this.is('operator', '('))
        node = { type: 'call', callee: node, line: this.token.line, args: this.callArguments() };
      else return node;
    }
  }

  /** @param inner nothing for the filters of a block, whose first stands without a bar */
  filters(inner: Expression | undefined): Expression {
    let node = inner;
    while (!node || this.is('operator', '|')) {
      if (node) this.next();
      const { line } = this.token;
      const name = this.#dottedName();
      const args = this.is('operator', '(') ? this.callArguments() : noArguments;
      const outermost = node === undefined && inner === undefined;
      node = { type: 'filter', operand: outermost ? undefined : node, name, args, line };
    }
    return node;
  }

  #dottedName(): string {
    let name = this.expect('name').value;
    while (this.skip('operator', '.')) name += `.${this.expect('name').value}`;
    return name;
  }

  #test(operand: Expression): Expression {
    const { line } = this.next();
    const negated = this.skip('name', 'not');
    const name = this.#dottedName();
    let args = noArguments;
    if (this.is('operator', '(')) args = this.callArguments();
    else if (this.#beginsArgument()) {
      if (this.is('name', 'is')) this.fail('You cannot chain multiple tests with is');
      args = { given: [this.#postfix(this.#primary())], named: [] };
    }
    const test: Expression = { type: 'test', operand, name, args, line };
    return negated ? { type: 'unary', operator: 'not', operand: test, line } : test;
  }

  #beginsArgument(): boolean {
    return (
      (this.is('name') && !this.is('name', 'else', 'or', 'and')) ||
      this.is('string') ||
      this.is('integer') ||
      this.is('float') ||
      this.is('operator', '[', '{')
    );
  }
}

const describe = (type: Token['type']): string =>
  ({
    close: 'end of statement block',
    closeOutput: 'end of print statement',
    text: 'template data',
    end: 'end of template',
  })[type as string] ?? type;
