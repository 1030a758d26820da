import { basename, dirname, join } from 'node:path';
import { mayRead } from '../../fileAccess';
import { parseBody, spanOfNode } from '../syntax/body';
import type { Body } from '../syntax/body';
import { openingDashesOf, splitPromptFile } from '../syntax/dotprompt';
import type { PromptParts } from '../syntax/dotprompt';
import { compileProblems } from './compileCheck';
import type { Draft } from '../text/finding';
import { entryAt, noFrontMatter, readFrontMatter } from '../syntax/frontMatter';
import type { FrontMatter } from '../syntax/frontMatter';
import { helperShapes, silentHelpers, textHelper } from '../syntax/helpers';
import { isSimpleName } from '../syntax/calls';
import { lineTable } from '../text/position';
import type { LineTable, Span } from '../text/position';
import { isMapping, readSchema, shapeOfValue } from '../syntax/schema';
import type { Schema, SchemaField, Shape } from '../syntax/schema';
import { planSoftSlots } from './softSlots';
import type { SoftPlan } from './softSlots';
import { collectUsage, partialFile } from './usage';
import type { Usage } from './usage';
import { readWrittenSettings } from '../settings/writtenSettings';
import type { WrittenSettings } from '../settings/writtenSettings';

/** The place of the answer: which top-level node of the body, and where. */
export interface AnswerSlot {
  readonly node: number;
  readonly span: Span;
  /** Text that follows the slot although nothing may; empty when the slot is last. */
  readonly after?: Span;
}

/** A template taken apart: everything that rendering, training and the checks need to know of its text. */
export interface Analysis {
  readonly path: string;
  readonly text: string;
  readonly lines: LineTable;
  readonly parts: PromptParts;
  readonly frontMatter: FrontMatter;
  readonly inputSchema?: Schema;
  readonly output?: SchemaField;
  /** Keys that lead to the output field in the front matter. */
  readonly outputPath: readonly string[];
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly written: WrittenSettings;
  readonly body?: Body;
  readonly usage?: Usage;
  readonly soft?: SoftPlan;
  readonly answerSlot?: AnswerSlot;
  /** Number of top-level nodes that open the body with plain text: the instruction, when no block marks it. */
  readonly opening: number;
  /** What is wrong with the text itself. */
  readonly problems: readonly Draft[];
}

/**
 * Compile options of dotprompt (js/src/dotprompt.ts), with our helpers known too. Handlebars runs whitespace control
 * again over a tree it is given; a tree that was cut or wrapped must keep what the whole template decided.
 */
export const compileOptions = {
  knownHelpers: Object.fromEntries(
    [...Object.keys(helperShapes), textHelper].map((name) => [name, true]),
  ) as KnownHelpers,
  knownHelpersOnly: true,
  noEscape: true,
  ignoreStandalone: true,
};

/** Takes a template apart. Never throws: what cannot be read becomes a problem and is left out. */
export function analyse(text: string, path: string, readPartial?: (name: string) => string | undefined): Analysis {
  try {
    return takeApart(text, path, readPartial);
  } catch (error) {
    // Trees are walked by recursion, so nesting without measure ends in a full stack.
    if (!(error instanceof RangeError)) throw error;
    const problem: Draft = {
      code: 'template-syntax',
      severity: 'error',
      span: [0, text.length],
      message: 'The file is nested too deeply.',
    };
    const parts = splitPromptFile(text);
    return {
      path,
      text,
      lines: lineTable(text),
      parts,
      frontMatter: { ...noFrontMatter, broken: true },
      outputPath: [],
      defaults: {},
      written: {},
      opening: 0,
      problems: [problem],
    };
  }
}

function takeApart(text: string, path: string, readPartial?: (name: string) => string | undefined): Analysis {
  const parts = splitPromptFile(text);
  const frontMatter = parts.frontMatter ? readFrontMatter(parts.frontMatter) : noFrontMatter;
  const { written, problems: settingProblems } = readWrittenSettings(frontMatter);
  const input = isMapping(frontMatter.value.input) ? frontMatter.value.input : {};
  const defaults = isMapping(input.default) ? input.default : {};
  const inputSchema = readSchema(input.schema);
  const row = rowShape(inputSchema, defaults);
  const base = { path, text, lines: lineTable(text), parts, frontMatter, inputSchema, defaults, written };
  const structure = [...frontMatter.problems, ...openFrontMatter(text, parts), ...settingProblems];

  const unread = { ...base, output: undefined, outputPath: [], opening: 0 };
  const open = structure.some((problem) => problem.code === 'front-matter-open');
  if (open) return { ...unread, problems: structure };
  const body = parseBody(parts.body.text);
  if ('problem' in body)
    return { ...unread, ...chooseOutput(frontMatter), problems: [...structure, moved(body.problem, parts.body.start)] };
  const usage = collectUsage({
    body,
    start: parts.body.start,
    row,
    readPartial,
    isOutsideWorkspace: (name) => !mayRead(join(dirname(path), partialFile(name))),
  });
  const soft = planSoftSlots(usage.softs);
  const chosen = chooseOutput(frontMatter, inputSchema, (name) => lastTopLevelUse(body, name) ?? -1);
  const answerSlot = chosen.output && findAnswerSlot(body, parts.body.start, chosen.output.name);
  const problems = [...structure, ...usage.problems, ...soft.problems];
  return {
    ...base,
    ...chosen,
    body,
    usage,
    soft,
    answerSlot,
    opening: usage.hasInstructionBlock ? 0 : countOpening(body),
    problems: problems.some((problem) => problem.severity === 'error')
      ? problems
      : [...problems, ...compileProblems({ body, usage, start: parts.body.start, options: compileOptions })],
  };
}

function rowShape(
  schema: Schema | undefined,
  defaults: Readonly<Record<string, unknown>>,
): Record<string, Shape | undefined> {
  const row: Record<string, Shape | undefined> = {};
  for (const [name, value] of Object.entries(defaults)) row[name] = shapeOfValue(value);
  for (const field of schema?.fields ?? []) row[field.name] = field.shape ?? row[field.name];
  return row;
}

function openFrontMatter(text: string, parts: PromptParts): readonly Draft[] {
  const span = openingDashesOf(text);
  if (parts.frontMatter || !span) return [];
  const rest = text.slice(span[1]);
  const nothing = /^[ \t]*(?:\r\n|\r|\n)\s*?(?=---[ \t]*(?:\r\n|\r|\n|$))/.exec(rest)?.[0];
  if (nothing !== undefined) {
    const between = span[1] + nothing.length;
    const ends = rest.slice(nothing.length).trimEnd() === '---' && !/[\r\n]$/.test(rest);
    return [
      {
        code: 'front-matter-open',
        severity: 'error',
        span,
        message: 'Nothing stands between the dashes; dotprompt would take all of it as text.',
        fixes: [
          {
            title: 'Insert a line',
            edits: [
              { start: between, end: between, text: placeholder },
              ...(ends ? [{ start: text.length, end: text.length, text: '\n' }] : []),
            ],
          },
        ],
      },
    ];
  }
  const closing = /(?:\r\n|\r|\n)---[ \t]*$/.exec(rest);
  if (closing) {
    return [
      {
        code: 'front-matter-open',
        severity: 'error',
        span,
        message: 'The front matter ends the file; the dashes that close it need a line break after them.',
        fixes: [{ title: 'Add a line break', edits: [{ start: text.length, end: text.length, text: '\n' }] }],
      },
    ];
  }
  const at = span[1] + yamlLength(rest);
  const lineBreak = /[\r\n]$/.test(text.slice(0, at)) ? '' : '\n';
  const something = text.slice(span[1], at).trim() === '' ? placeholder : '';
  return [
    {
      code: 'front-matter-open',
      severity: 'error',
      span,
      message: 'The front matter is never closed with a line "---"; dotprompt would take all of it as text.',
      fixes: [{ title: 'Insert "---"', edits: [{ start: at, end: at, text: `${lineBreak}${something}---\n` }] }],
    },
  ];
}

/** What makes front matter of dashes with nothing between them. */
const placeholder = '# settings\n';

/** How far the lines after the opening dashes look like YAML. */
function yamlLength(rest: string): number {
  const lines = rest.match(/[^\r\n]*(?:\r\n|\r|\n|$)/g) ?? [];
  let length = 0;
  for (const [index, line] of lines.entries()) {
    const looksLikeYaml = /^(?:[ \t]+\S|[\w.$()?"', -]+:(?:\s|$)|#|- )/.test(line) && !line.includes('{{');
    if (index > 0 && !looksLikeYaml) break;
    length += line.length;
  }
  return length;
}

function moved(problem: Draft, by: number): Draft {
  const fixes = problem.fixes?.map((fix) => ({
    ...fix,
    edits: fix.edits.map((edit) => ({ ...edit, start: edit.start + by, end: edit.end + by })),
  }));
  return { ...problem, span: [problem.span[0] + by, problem.span[1] + by], fixes };
}

/** The field the model answers: of several the enum, else the one used last; never one that is also an input. */
function chooseOutput(
  frontMatter: FrontMatter,
  input?: Schema,
  lastUse: (name: string) => number = () => -1,
): Pick<Analysis, 'output' | 'outputPath'> {
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

function lastTopLevelUse(body: Body, name: string): number | undefined {
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

function findAnswerSlot(body: Body, start: number, name: string): AnswerSlot | undefined {
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

function countOpening(body: Body): number {
  const first = body.tree.body.findIndex((node) => {
    if (node.type === 'ContentStatement' || node.type === 'CommentStatement') return false;
    const { path } = node as hbs.AST.MustacheStatement;
    return !(node.type === 'MustacheStatement' && isSimpleName(path) && silentHelpers.has(path.parts[0]!));
  });
  return first < 0 ? body.tree.body.length : first;
}

/**
 * Whether a template says anything that only Prompt Tuner reads; the extension `.prompt` is shared with other tools.
 */
export function isOurs({ frontMatter, usage }: Analysis): boolean {
  return (
    Object.keys(frontMatter.value).some((key) => key.startsWith('tune.')) ||
    usage?.hasInstructionBlock === true ||
    (usage?.softs.length ?? 0) > 0
  );
}

/** `questions.short.prompt` → name `questions`, variant `short`. */
export function nameOf(path: string): { name: string; variant?: string } {
  const [name, variant] = basename(path)
    .replace(/\.prompt$/, '')
    .split('.', 2);
  return { name: name || basename(path), variant: path.endsWith('.prompt') ? variant : undefined };
}
