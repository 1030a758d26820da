import { helperShapes } from '../../syntax/helpers';

/** A loop that encloses a place: the names that it gives to its items. */
export interface JinjaLoop {
  readonly names: readonly string[];
  /**
   * What the names are: the one name is the item; each is at a place of the item, as in `for a, b in pairs`; they are
   * block parameters, which are read by name; or the loop stayed text, so that they mean nothing.
   */
  readonly kind: 'item' | 'places' | 'parameters' | 'lost';
  /** The block parameter that an item is read by; without one it is `this`. */
  readonly parameter?: string;
}

/** What surrounds a place, and what was found of it. */
export interface JinjaScope {
  /** Outermost first. */
  readonly loops: readonly JinjaLoop[];
  /** Names of the row that are read. */
  readonly used: Set<string>;
  /** Those of them that are lists or objects, since a loop or an index goes into them. */
  readonly collections: Set<string>;
}

/** The steps of `a.b`, `a.0`, `a[0]`, `a['k']`; undefined for anything else. */
export function readPath(expression: string): readonly string[] | undefined {
  const steps: string[] = [];
  const step =
    /\s*(?:(\.)?\s*([\p{L}_$][\p{L}\p{N}_$]*|(?<=\.\s*)\d+)|\[\s*(?:(\d+)|"([^"\]]*)"|'([^'\]]*)')\s*\])\s*/uy;
  let at = 0;
  while (at < expression.length) {
    step.lastIndex = at;
    const match = step.exec(expression);
    if (!match) return undefined;
    const [, dot, name, index, double, single] = match;
    if (name !== undefined && (dot === '.') !== steps.length > 0) return undefined;
    if (name === undefined && steps.length === 0) return undefined;
    steps.push((name ?? index ?? double ?? single)!);
    at = step.lastIndex;
  }
  return steps.length > 0 && !keywords.has(steps[0]!) ? steps : undefined;
}

const keywords = new Set(['true', 'false', 'none', 'True', 'False', 'None', 'null', 'not', 'and', 'or', 'in', 'is']);

/** A path as Handlebars writes it at a place; undefined where a name is that of a loop that stayed text. */
export function handlebarsPath(steps: readonly string[], scope: JinjaScope): string | undefined {
  const [first, ...rest] = steps as [string, ...string[]];
  const { loops } = scope;
  const contexts = loops.filter(({ kind }) => kind !== 'lost');
  const owner = [...loops].reverse().find(({ names }) => names.includes(first));
  if (owner?.kind === 'lost') return undefined;
  if (owner) return itemPath(owner, steps);
  if (first === 'loop' && contexts.length > 0) return loopValue(rest);
  scope.used.add(first);
  if (rest.length > 0) scope.collections.add(first);
  // Handlebars goes up one step less where an item equals the item around it, so only the first step is sure.
  return withinContext(['', '../'][contexts.length] ?? '@root.', steps);
}

/** A path that begins with the name of a loop: a block parameter, or the item of the innermost loop. */
function itemPath({ kind, names, parameter }: JinjaLoop, steps: readonly string[]): string {
  const [first, ...rest] = steps as [string, ...string[]];
  if (kind === 'parameters') return joined(steps);
  const within = kind === 'places' ? [String(names.indexOf(first)), ...rest] : rest;
  if (parameter !== undefined) return joined([parameter, ...within]);
  return within.length === 0 ? 'this' : withinContext('', within);
}

/** A bare name that is also a helper's would call the helper. */
function withinContext(up: string, steps: readonly string[]): string {
  const [first] = steps as [string, ...string[]];
  const own = up === '' && (Object.hasOwn(helperShapes, first) || segment(first) !== first) ? 'this.' : '';
  return up + own + joined(steps);
}

function loopValue([name, ...rest]: readonly string[]): string | undefined {
  const values: Readonly<Record<string, string>> = { index0: '@index', first: '@first', last: '@last' };
  return rest.length === 0 && name !== undefined && Object.hasOwn(values, name) ? values[name] : undefined;
}

const joined = (steps: readonly string[]): string => steps.map(segment).join('.');

/** Words that Handlebars reads as something else than a name. */
const literals = new Set(['true', 'false', 'null', 'undefined', 'this', 'else', 'as']);

const segment = (step: string): string =>
  /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(step) && !literals.has(step) ? step : `[${step}]`;

/** A condition as a block helper and its values. */
export interface HandlebarsCondition {
  readonly helper: 'if' | 'unless' | 'ifEquals' | 'unlessEquals';
  readonly values: string;
}

const opposites = { if: 'unless', unless: 'if', ifEquals: 'unlessEquals', unlessEquals: 'ifEquals' } as const;

/** A condition that Handlebars and dotprompt have: a name, its length, its absence, or its equality with a value. */
export function readCondition(written: string, scope: JinjaScope): HandlebarsCondition | undefined {
  const text = written.trim();
  const wrapped = /^\(([^()]*)\)$/.exec(text)?.[1];
  if (wrapped !== undefined) return readCondition(wrapped, scope);
  const negated = /^(?:not\s+|!\s*)(.*)$/s.exec(text)?.[1];
  if (negated !== undefined) {
    const inner = readCondition(negated, scope);
    return inner && { ...inner, helper: opposites[inner.helper] };
  }
  const length = /^(.+?)\s*(?:\|\s*(?:length|count)|\.length)\s*(?:(>|!=|>=|==|<)\s*([01]))?$/s.exec(text);
  if (length) return lengthCondition(length as unknown as readonly [string, string, string?, string?], scope);
  const equality = /^([^=!<>|]+?)\s*([!=]==?)\s*("[^"{}]*"|'[^'"{}]*'|-?\d+(?:\.\d+)?)$/s.exec(text);
  if (equality) {
    const [, name, sign, value] = equality as unknown as readonly [string, string, string, string];
    const path = pathOf(name, scope);
    const literal = value.startsWith("'") ? `"${value.slice(1, -1)}"` : value;
    return path === undefined
      ? undefined
      : { helper: sign.startsWith('=') ? 'ifEquals' : 'unlessEquals', values: `${path} ${literal}` };
  }
  const path = pathOf(text, scope);
  return path === undefined ? undefined : { helper: 'if', values: path };
}

function lengthCondition(
  [, name, sign, bound]: readonly [string, string, string?, string?],
  scope: JinjaScope,
): HandlebarsCondition | undefined {
  const path = pathOf(name, scope);
  if (path === undefined) return undefined;
  const some =
    sign === undefined || `${sign}${bound}` === '>0' || `${sign}${bound}` === '!=0' || `${sign}${bound}` === '>=1';
  const none = `${sign}${bound}` === '==0' || `${sign}${bound}` === '<1';
  return some || none ? { helper: some ? 'if' : 'unless', values: path } : undefined;
}

/** A name in a condition or a loop never calls a helper. */
export function pathOf(expression: string, scope: JinjaScope): string | undefined {
  const steps = readPath(expression.trim());
  const path = steps && handlebarsPath(steps, scope);
  return path === `this.${steps?.[0]}` ? steps![0] : path;
}
