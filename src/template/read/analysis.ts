import * as l10n from '@vscode/l10n';
import { basename, dirname, join } from 'node:path';
import { mayRead } from '../../fileAccess';
import { parseBody } from '../syntax/body';
import type { Body } from '../syntax/body';
import { isSimpleName } from '../syntax/calls';
import { splitPromptFile } from '../syntax/dotprompt';
import type { FilePart, PromptParts } from '../syntax/dotprompt';
import { noFrontMatter, readFrontMatter } from '../syntax/frontMatter';
import type { FrontMatter } from '../syntax/frontMatter';
import { isExamplesSection } from '../syntax/examplesSection';
import { silentHelpers } from '../syntax/helpers';
import { isMapping, readSchema, shapeOfValue } from '../syntax/schema';
import type { Schema, Shape } from '../syntax/schema';
import type { Draft } from '../text/finding';
import { lineTable } from '../text/position';
import type { LineTable } from '../text/position';
import { readWrittenDecoding } from '../settings/decoding/writtenDecoding';
import { readWrittenSettings } from '../settings/writtenSettings';
import type { WrittenSettings } from '../settings/writtenSettings';
import { chooseOutput, findAnswerSlot, lastTopLevelUse } from './tags/answerSlot';
import type { AnswerSlot, ChosenOutput } from './tags/answerSlot';
import { compileProblems } from './checks/checkCompile';
import { openFrontMatter } from './openFrontMatter';
import { partialFile } from './partials';
import { planSoftSlots } from './tags/softSlots';
import type { SoftPlan } from './tags/softSlots';
import { collectUsage } from './usage';
import type { Usage } from './usage';

/** The analysis of a template's text: everything that rendering, training and the checks need of it. */
export interface Analysis extends ChosenOutput {
  readonly path: string;
  readonly text: string;
  readonly lines: LineTable;
  readonly parts: PromptParts;
  readonly frontMatter: FrontMatter;
  readonly inputSchema?: Schema;
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly written: WrittenSettings;
  readonly body?: Body;
  readonly usage?: Usage;
  readonly soft?: SoftPlan;
  readonly answerSlot?: AnswerSlot;
  /** Number of top-level nodes that open the body with plain text: the instruction, when no block marks it. */
  readonly opening: number;
  /** Problems of the text itself. */
  readonly problems: readonly Draft[];
}

/** Analyses a template. Never throws: what cannot be read becomes a problem and is left out. */
export function analyse(text: string, path: string, readPartial?: (name: string) => string | undefined): Analysis {
  try {
    return analyseParts(text, path, readPartial);
  } catch (error) {
    // Trees are walked by recursion, so too deep nesting overflows the stack.
    if (!(error instanceof RangeError)) throw error;
    const problem: Draft = {
      code: 'template-syntax',
      severity: 'error',
      span: [0, text.length],
      message: l10n.t`The file is nested too deeply.`,
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

function analyseParts(text: string, path: string, readPartial?: (name: string) => string | undefined): Analysis {
  const parts = splitPromptFile(text);
  const frontMatter = parts.frontMatter ? frontMatterOf(parts.frontMatter) : noFrontMatter;
  const { written: ofTune, problems: settingProblems } = readWrittenSettings(frontMatter);
  const { config, problems: decodingProblems } = readWrittenDecoding(frontMatter);
  const written: WrittenSettings = { ...ofTune, ...(config && { config }) };
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
    text: parts.body.text,
    body,
    start: parts.body.start,
    row,
    readPartial,
    isOutsideWorkspace: (name) => !mayRead(join(dirname(path), partialFile(name))),
  });
  const soft = planSoftSlots(usage.softs);
  const chosen = chooseOutput(frontMatter, inputSchema, (name) => lastTopLevelUse(body, name) ?? -1);
  const answerSlot = chosen.output && findAnswerSlot(body, parts.body, chosen);
  const problems = [
    ...structure,
    ...decodingProblems.map((problem) => asMattering(problem, chosen)),
    ...usage.problems,
    ...soft.problems,
  ];
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
      : [...problems, ...compileProblems({ body, usage, start: parts.body.start })],
  };
}

/** The front matter that was read last. */
let last: FrontMatter | undefined;

/** Front matter that stays while the body is edited, or written anew by a search, is read once. */
function frontMatterOf(part: FilePart): FrontMatter {
  if (last?.text === part.text && last.start === part.start) return last;
  const frontMatter = readFrontMatter(part);
  // What is wrong with it is said in the language of the time.
  if (frontMatter.problems.length === 0) last = frontMatter;
  return frontMatter;
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

/** Labels are chosen, not decoded: what `config` says then changes no answer. */
const asMattering = (problem: Draft, { output }: ChosenOutput): Draft =>
  problem.severity === 'error' && output?.values ? { ...problem, severity: 'warning' } : problem;

function moved(problem: Draft, by: number): Draft {
  const fixes = problem.fixes?.map((fix) => ({
    ...fix,
    edits: fix.edits.map((edit) => ({ ...edit, start: edit.start + by, end: edit.end + by })),
  }));
  return { ...problem, span: [problem.span[0] + by, problem.span[1] + by], fixes };
}

function countOpening(body: Body): number {
  const first = body.tree.body.findIndex((node) => {
    if (node.type === 'ContentStatement' || node.type === 'CommentStatement') return false;
    const { path } = node as hbs.AST.MustacheStatement;
    if (isExamplesSection(node)) return true;
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
