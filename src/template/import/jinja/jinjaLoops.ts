import { isMapping } from '../../syntax/schema';
import { pathOf, readPath, type JinjaLoop, type JinjaScope } from './jinjaNames';

/** The two languages whose tags look alike. Python renders Jinja, JavaScript renders Nunjucks. */
export type JinjaLanguage = 'jinja' | 'nunjucks';

/** A `for` as a block of Handlebars. */
export interface HandlebarsLoop {
  /** The opening tag without its braces. */
  readonly opening: string;
  readonly names: JinjaLoop;
  /** The name of the row that it goes through; none where it goes through an item of another loop. */
  readonly collection?: string;
  /** Whether it is taken to go through the keys and values of a mapping, though a list may be meant. */
  readonly assumesMapping: boolean;
}

const name = String.raw`[\p{L}_][\p{L}\p{N}_]*`;
const header = new RegExp(String.raw`^for\s+(${name}(?:\s*,\s*${name})*)\s+in\s+(.+)$`, 'su');
const ofPairs = /^(.+)\.items\(\)$|^(.+?)\s*\|\s*items$/s;

export interface LoopOptions {
  readonly language: JinjaLanguage;
  /** Whether other loops stand inside; from there, an item of this one is only found by a block parameter. */
  readonly enclosesLoops: boolean;
  /** The value at a path of the row, if it is known: Jinja goes through the keys of a mapping. */
  valueAt(steps: readonly string[]): unknown;
}

/** Reads the inside of a `for`; undefined where Handlebars has no such loop. */
export function readLoop(
  written: string,
  scope: JinjaScope,
  { language, enclosesLoops, valueAt }: LoopOptions,
): HandlebarsLoop | undefined {
  const [, listed, through] = header.exec(written) ?? [];
  if (listed === undefined || through === undefined) return undefined;
  const names = listed.split(',').map((each) => each.trim());
  const pairs = ofPairs.exec(through);
  const expression = (pairs?.[1] ?? pairs?.[2] ?? through).trim();
  const steps = readPath(expression);
  const path = pathOf(expression, scope);
  if (path === undefined || !steps) return undefined;
  const [item] = names as [string, ...string[]];
  const isOfItem = scope.loops.some((loop) => loop.names.includes(steps[0]!));
  const collection = isOfItem ? undefined : steps[0]!;
  const found = (loop: JinjaLoop, parameters: readonly string[], assumesMapping = false): HandlebarsLoop => ({
    opening: `#each ${path}${parameters.length > 0 ? ` as |${parameters.join(' ')}|` : ''}`,
    names: loop,
    collection,
    assumesMapping,
  });
  const value = isOfItem ? undefined : valueAt(steps);
  const mayBeMapping = pairs !== null || (language === 'nunjucks' && !Array.isArray(value));
  if (names.length === 2 && mayBeMapping)
    return found({ names, kind: 'parameters' }, [names[1]!, item], pairs === null && !isMapping(value));
  if (pairs) return undefined;
  if (names.length === 1 && language === 'jinja' && isMapping(value))
    return found({ names, kind: 'parameters' }, [`${item}_value`, item]);
  const kind = names.length > 1 ? 'places' : 'item';
  const parameter = enclosesLoops ? names.join('_') : undefined;
  return found({ names, kind, parameter }, parameter === undefined ? [] : [parameter]);
}
