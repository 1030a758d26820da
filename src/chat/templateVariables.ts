import { parseTemplate } from './jinja/syntax/statements';
import type { Expression, Parameter, Statement, Target } from './jinja/syntax/syntax';
import { globals } from './jinja/functions/globals';
import { requireQuick } from './stepLimit';

/** What a template reads that is no variable of the person who writes a prompt. */
const given = new Set(['messages', 'add_generation_prompt', 'loop', 'caller', 'self', 'varargs', 'kwargs']);

/**
 * The names that a chat template reads from outside: those that it has not set itself where it reads them, without its
 * messages, special tokens (`bos_token`) and what every template has.
 * @throws JinjaError where it cannot be parsed
 */
export function templateVariables(template: string): readonly string[] {
  requireQuick(template.length);
  const read = new Set<string>();
  readStatements(parseTemplate(template), new Set([...given, ...globals(new Date()).keys()]), read);
  return [...read].filter((name) => !name.endsWith('_token'));
}

function readStatements(statements: readonly Statement[], known: Set<string>, read: Set<string>): void {
  for (const statement of statements) readStatement(statement, known, read);
}

function readStatement(statement: Statement, known: Set<string>, read: Set<string>): void {
  const inside = (body: readonly Statement[], names: readonly string[] = []): void =>
    readStatements(body, new Set([...known, ...names]), read);
  const expression = (value: Expression | undefined): void => readNames(value, known, read);
  switch (statement.type) {
    case 'output':
      return expression(statement.value);
    case 'if':
      for (const { condition, body } of statement.branches) {
        expression(condition);
        readStatements(body, known, read);
      }
      return;
    case 'for': {
      expression(statement.over);
      const inner = new Set([...known, ...targetNames(statement.target)]);
      readNames(statement.condition, inner, read);
      readStatements(statement.body, inner, read);
      return inside(statement.otherwise);
    }
    case 'macro':
      known.add(statement.name);
      readUsual(statement.parameters, known, read);
      return inside(statement.body, namesOf(statement.parameters));
    case 'set':
      expression(statement.value);
      for (const name of targetNames(statement.target)) known.add(name);
      return;
    case 'setBlock':
      expression(statement.filter);
      inside(statement.body);
      for (const name of targetNames(statement.target)) known.add(name);
      return;
    case 'filterBlock':
      expression(statement.filter);
      return inside(statement.body);
    case 'call':
      expression(statement.call);
      readUsual(statement.parameters, known, read);
      return inside(statement.body, namesOf(statement.parameters));
    case 'with':
      for (const { value } of statement.values) expression(value);
      return inside(
        statement.body,
        statement.values.flatMap(({ target }) => targetNames(target)),
      );
    case 'block':
      return readStatements(statement.body, known, read);
  }
}

const namesOf = (parameters: readonly Parameter[]): readonly string[] => parameters.map(({ name }) => name);

function readUsual(parameters: readonly Parameter[], known: ReadonlySet<string>, read: Set<string>): void {
  for (const { usual } of parameters) readNames(usual, known, read);
}

const targetNames = (target: Target): readonly string[] =>
  target.type === 'several' ? target.targets.flatMap(targetNames) : target.type === 'name' ? [target.name] : [];

/** Adds the names in an expression, however deep: whatever is no name holds its parts as fields. */
function readNames(part: unknown, known: ReadonlySet<string>, read: Set<string>): void {
  if (typeof part !== 'object' || part === null) return;
  if (Array.isArray(part)) {
    for (const each of part as readonly unknown[]) readNames(each, known, read);
    return;
  }
  const { type, name } = part as { readonly type?: unknown; readonly name?: unknown };
  if (type === 'name' && typeof name === 'string') {
    if (!known.has(name)) read.add(name);
    return;
  }
  for (const each of Object.values(part)) readNames(each, known, read);
}
