import { spanOfNode } from '../syntax/body';
import type { Body } from '../syntax/body';
import { isSimpleName } from '../syntax/calls';
import { entryAt } from '../syntax/frontMatter';
import type { FrontMatter } from '../syntax/frontMatter';
import { helperShapes } from '../syntax/helpers';
import { isMapping, readSchema } from '../syntax/schema';
import type { Schema, SchemaField } from '../syntax/schema';
import type { Span } from '../text/position';

/** The answer slot: the top-level node of the body where the model answers. */
export interface AnswerSlot {
  /** Index of the node. */
  readonly node: number;
  readonly span: Span;
  /** Text that follows the slot although nothing may; absent when the slot is last. */
  readonly after?: Span;
}

/** The field that the model answers. */
export interface ChosenOutput {
  readonly output?: SchemaField;
  /** Keys that lead to the field in the front matter. */
  readonly outputPath: readonly string[];
}

/**
 * Chooses the field that the model answers: of several the enum, else the one used last; never one that is also an
 * input.
 */
export function chooseOutput(
  frontMatter: FrontMatter,
  input?: Schema,
  lastUse: (name: string) => number = () => -1,
): ChosenOutput {
  const value = isMapping(frontMatter.value.output) ? frontMatter.value.output : {};
  const schema = readSchema(value.schema);
  const fields = (schema?.fields ?? []).filter((field) => !input?.fields.some((other) => other.name === field.name));
  const rank = (field: SchemaField) => (field.values ? 1e9 : 0) + lastUse(field.name);
  const output = fields.reduce<SchemaField | undefined>(
    (best, field) => (best && rank(best) >= rank(field) ? best : field),
    undefined,
  );
  const keys = output && ['output', 'schema', ...(schema?.within ? [schema.within] : []), output.key];
  return { output, outputPath: keys && entryAt(frontMatter, keys) ? keys : [] };
}

/** Index of the last top-level node that writes a variable. */
export function lastTopLevelUse(body: Body, name: string): number | undefined {
  const uses = body.tree.body.map((node) => {
    if (node.type !== 'MustacheStatement') return false;
    const { path, params, hash } = node as hbs.AST.MustacheStatement;
    if (path.type !== 'PathExpression' || params.length > 0 || (hash as hbs.AST.Hash | undefined)?.pairs.length)
      return false;
    const { data, depth, parts } = path as hbs.AST.PathExpression;
    const helper = isSimpleName(path) && Object.hasOwn(helperShapes, name) && name !== 'instruction' && name !== 'soft';
    return !data && depth === 0 && parts.length === 1 && parts[0] === name && !helper;
  });
  return uses.includes(true) ? uses.lastIndexOf(true) : undefined;
}

/**
 * Finds the answer slot.
 * @param start offset of the body in the file
 * @param name the output field
 */
export function findAnswerSlot(body: Body, start: number, name: string): AnswerSlot | undefined {
  const node = lastTopLevelUse(body, name);
  if (node === undefined) return undefined;
  const [from, to] = spanOfNode(body, body.tree.body[node]!);
  const rest = body.tree.body.slice(node + 1);
  const blank = rest.every(
    (item) =>
      item.type === 'CommentStatement' ||
      (item.type === 'ContentStatement' && (item as hbs.AST.ContentStatement).value.trim() === ''),
  );
  const end = rest.length === 0 ? to : spanOfNode(body, rest.at(-1)!)[1];
  const first = rest.find((item) => item.type !== 'CommentStatement');
  const after: Span | undefined =
    blank || !first ? undefined : [start + Math.max(to, spanOfNode(body, first)[0]), start + end];
  return { node, span: [start + from, start + to], after };
}
