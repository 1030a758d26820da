import { spanOfNode } from '../../syntax/body';
import type { Body } from '../../syntax/body';
import { isSimpleName } from '../../syntax/calls';
import type { FilePart } from '../../syntax/dotprompt';
import { entryAt } from '../../syntax/frontMatter';
import type { FrontMatter } from '../../syntax/frontMatter';
import { helperShapes } from '../../syntax/helpers';
import { isMapping, readSchema } from '../../syntax/schema';
import type { Schema, SchemaField } from '../../syntax/schema';
import { chooseAnswerObject, type AnswerObject } from '../../answer/answerObject';
import type { Span } from '../../text/position';

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
  /** What the answer is where it is JSON; `output` then is the whole of it. */
  readonly answerObject?: AnswerObject;
}

/**
 * Chooses what the model answers: with `output.format: json` all fields as one JSON object; else a field, of several
 * the enum, else the one used last, never one that is also an input.
 */
export function chooseOutput(
  frontMatter: FrontMatter,
  input?: Schema,
  lastUse?: (name: string) => number,
): ChosenOutput {
  const object = chooseAnswerObject(frontMatter, input, lastUse);
  if (object) return { output: object.output, outputPath: ['output', 'schema'], answerObject: object.answerObject };
  const value = isMapping(frontMatter.value.output) ? frontMatter.value.output : {};
  const schema = readSchema(value.schema);
  const fields = (schema?.fields ?? []).filter((field) => !input?.fields.some((other) => other.name === field.name));
  const rank = (field: SchemaField) => (field.values ? 1e9 : 0) + (lastUse?.(field.name) ?? -1);
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
 * Finds the answer slot. One of JSON may be left out: then the answer follows the body.
 * @param part the body in the file
 */
export function findAnswerSlot(
  body: Body,
  part: FilePart,
  { output, answerObject }: Pick<ChosenOutput, 'output' | 'answerObject'>,
): AnswerSlot | undefined {
  const written = answerObject?.slot ?? output?.name;
  const node = written === undefined ? undefined : lastTopLevelUse(body, written);
  if (node === undefined) return answerObject && slotBehind(body, part);
  const { start } = part;
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

/** The slot that nobody wrote, at the end of the body. */
function slotBehind({ tree }: Body, { text, start }: FilePart): AnswerSlot {
  const end = start + text.length;
  return { node: tree.body.length, span: [end, end] };
}
