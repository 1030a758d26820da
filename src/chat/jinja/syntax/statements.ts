import { tokenize } from './lexer';
import { ExpressionParser } from './parser';
import type { Expression, Parameter, Statement, Target } from './syntax';

/**
 * A template as statements.
 * @throws JinjaError "TemplateSyntaxError" with its line
 */
export function parseTemplate(template: string): readonly Statement[] {
  return new StatementParser(new ExpressionParser(tokenize(template))).template();
}

type Read = (line: number) => Statement;

/** Statements of Jinja 3.1 with its loop controls, and transformers' `generation`, which only marks a part. */
class StatementParser {
  #loops = 0;
  readonly #readers: Readonly<Record<string, Read>> = {
    if: (line) => this.#if(line),
    for: (line) => this.#for(line),
    set: (line) => this.#set(line),
    macro: (line) => this.#macro(line),
    call: (line) => this.#call(line),
    filter: (line) => this.#filter(line),
    with: (line) => this.#with(line),
    generation: (line) => ({ type: 'block', body: this.#body('endgeneration'), line }),
    break: (line) => this.#control('break', line),
    continue: (line) => this.#control('continue', line),
  };

  constructor(private readonly parser: ExpressionParser) {}

  template(): readonly Statement[] {
    const statements = this.#statements([]);
    if (this.parser.token.type !== 'end') this.parser.fail(`Encountered unknown tag '${this.parser.token.value}'.`);
    return statements;
  }

  /** Statements up to one of these tags, whose name is the token then. */
  #statements(ends: readonly string[]): readonly Statement[] {
    const { parser } = this;
    const statements: Statement[] = [];
    for (;;) {
      const { line, type, value } = parser.next();
      if (type === 'text') statements.push({ type: 'text', text: value, line });
      else if (type === 'openOutput') {
        statements.push({ type: 'output', value: parser.tuple(), line });
        parser.expect('closeOutput');
      } else if (type === 'open') {
        if (parser.is('name', ...ends) && ends.length > 0) return statements;
        statements.push(this.#statement());
      } else if (ends.length === 0) return statements;
      else
        parser.fail(`Unexpected end of template. Jinja was looking for the following tags: '${ends.join("' or '")}'.`);
    }
  }

  #statement(): Statement {
    const { value, line } = this.parser.expect('name');
    const read = Object.hasOwn(this.#readers, value) ? this.#readers[value] : undefined;
    if (!read) return this.parser.fail(`Encountered unknown tag '${value}'.`, line);
    const statement = read(line);
    this.parser.expect('close');
    return statement;
  }

  /** The body of a statement whose tag is not yet closed, past the name of its end. */
  #body(end: string): readonly Statement[] {
    this.parser.expect('close');
    const body = this.#statements([end]);
    this.parser.next();
    return body;
  }

  #if(line: number): Statement {
    const { parser } = this;
    const branches: { condition: Expression | undefined; body: readonly Statement[] }[] = [];
    let condition: Expression | undefined = parser.tuple(false);
    for (;;) {
      parser.expect('close');
      const body = this.#statements(condition ? ['elif', 'else', 'endif'] : ['endif']);
      branches.push({ condition, body });
      const { value } = parser.next();
      if (value === 'endif') return { type: 'if', branches, line };
      condition = value === 'elif' ? parser.tuple(false) : undefined;
    }
  }

  #for(line: number): Statement {
    const { parser } = this;
    const target = this.#target(false);
    parser.expect('name', 'in');
    const over = parser.tuple(false);
    const condition = parser.skip('name', 'if') ? parser.expression() : undefined;
    const recursive = parser.skip('name', 'recursive');
    parser.expect('close');
    this.#loops++;
    const body = this.#statements(['endfor', 'else']);
    this.#loops--;
    const otherwise = parser.next().value === 'else' ? this.#body('endfor') : [];
    return { type: 'for', target, over, condition, recursive, body, otherwise, line };
  }

  #control(type: 'break' | 'continue', line: number): Statement {
    return this.#loops > 0 ? { type, line } : this.parser.fail(`'${type}' outside of a loop`, line);
  }

  #set(line: number): Statement {
    const { parser } = this;
    const target = this.#target(true);
    if (parser.skip('operator', '=')) return { type: 'set', target, value: parser.tuple(), line };
    const filter = parser.skip('operator', '|') ? parser.filters(undefined) : undefined;
    return { type: 'setBlock', target, filter, body: this.#body('endset'), line };
  }

  #target(withMember: boolean): Target {
    const { parser } = this;
    const targets: Target[] = [];
    let several = false;
    do {
      if (targets.length > 0 && !parser.is('name') && !parser.is('operator', '(')) break;
      targets.push(this.#oneTarget(withMember));
    } while (parser.skip('operator', ',') && (several = true));
    return several ? { type: 'several', targets } : targets[0]!;
  }

  #oneTarget(withMember: boolean): Target {
    const { parser } = this;
    if (parser.skip('operator', '(')) {
      const inner = this.#target(false);
      parser.expect('operator', ')');
      return inner;
    }
    const name = parser.expect('name').value;
    if (withMember && parser.skip('operator', '.'))
      return { type: 'member', name, member: parser.expect('name').value };
    return { type: 'name', name };
  }

  #parameters(): readonly Parameter[] {
    const { parser } = this;
    const parameters: Parameter[] = [];
    parser.expect('operator', '(');
    while (!parser.skip('operator', ')')) {
      if (parameters.length > 0) parser.expect('operator', ',');
      const name = parser.expect('name').value;
      parameters.push({ name, usual: parser.skip('operator', '=') ? parser.expression() : undefined });
    }
    return parameters;
  }

  #macro(line: number): Statement {
    const name = this.parser.expect('name').value;
    const parameters = this.#parameters();
    return { type: 'macro', name, parameters, body: this.#outsideLoops('endmacro'), line };
  }

  #call(line: number): Statement {
    const parameters = this.parser.is('operator', '(') ? this.#parameters() : [];
    const call = this.parser.expression();
    if (call.type !== 'call') this.parser.fail('expected call', line);
    return { type: 'call', call, parameters, body: this.#outsideLoops('endcall'), line };
  }

  #outsideLoops(end: string): readonly Statement[] {
    const loops = this.#loops;
    this.#loops = 0;
    const body = this.#body(end);
    this.#loops = loops;
    return body;
  }

  #filter(line: number): Statement {
    const filter = this.parser.filters(undefined);
    return { type: 'filterBlock', filter, body: this.#body('endfilter'), line };
  }

  #with(line: number): Statement {
    const { parser } = this;
    const values: { target: Target; value: Expression }[] = [];
    while (!parser.is('close')) {
      if (values.length > 0) parser.expect('operator', ',');
      const target = this.#target(false);
      parser.expect('operator', '=');
      values.push({ target, value: parser.expression() });
    }
    return { type: 'with', values, body: this.#body('endwith'), line };
  }
}
