import * as l10n from '@vscode/l10n';
import { randomUUID } from 'node:crypto';
import Handlebars from 'handlebars';
import { Failure } from '../../failure';
import { exampleLists, withExampleAnswers } from '../answer/exampleAnswers';
import { analyse } from '../read/analysis';
import { compileOptions } from '../read/checks/checkCompile';
import type { Analysis } from '../read/analysis';
import { hasArguments, isSimpleName } from '../syntax/calls';
import { createEnvironment, helperShapes, textHelper } from '../syntax/helpers';
import { chatSegments } from './chat/chatSegments';
import { answerMark, piecesOf, segmentsOf, type Piece } from './marks';
import { messagesOf, type MessageForm } from './chat/messages';
import type { PromptEncoder } from './promptEncoder';
import { textOf, type PromptMessage, type RenderedPrompt } from './renderedPrompt';
import { rowHistory } from './chat/rowMessages';
import { spellsSpecial } from './stretch';
import { withLineFeeds } from '../text/lineFeeds';
import type { SoftSlot } from '../read/tags/softSlots';
import type { PromptTemplate } from '../read/template';
import { reservedKeys } from '../settings/writtenSettings';

/** A template ready to render: one compilation serves every row. */
interface Compiled {
  readonly run: Handlebars.TemplateDelegate;
  readonly slots: readonly SoftSlot[];
  /** Lists of examples, whose answers are shown as the model is to write its own. */
  readonly exampleLists: readonly string[];
  /** `@metadata.prompt`, as dotprompt offers it. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

const compiled = {
  upToAnswer: new WeakMap<PromptTemplate, Compiled>(),
  whole: new WeakMap<PromptTemplate, Compiled>(),
};

/** What a rendering needs of a tokenizer. */
export type RenderEncoder = Partial<PromptEncoder>;

/**
 * Renders a row up to the answer slot, or, for a model with a mask, to the end with the slot as a segment of its own.
 * White space is exact; `input.default` fills what the row lacks. Text inside `{{#instruction}}`, or without such a
 * block the text before the first tag that renders text, is marked as instruction. `{{role}}` and `{{history}}` make
 * messages for a model that reads them, and render nothing for others; `{{media}}` and `{{section}}` render nothing.
 * @throws Failure `template-render` when a tag fails on this row; "chat-refused", "chat-messages", "chat-template" or
 * "chat-limit" where the chat template does
 */
export function renderPrompt(
  template: PromptTemplate,
  row: Readonly<Record<string, unknown>>,
  encoder: RenderEncoder = {},
): RenderedPrompt {
  const { slots } = template;
  const { chat } = encoder;
  if (chat) return { ...chatSegments(renderMessages(template, row, chat), chat.template, chat.variables), slots };
  const isApart = (value: string): boolean => spellsSpecial(encoder, value);
  return {
    segments: segmentsOf(run(template, compile(template, encoder.mask !== undefined), { row, isApart })),
    slots,
  };
}

/**
 * The messages that a template makes of a row, whatever the model.
 * @throws Failure as {@link renderPrompt} does, but for the chat template's
 */
export function renderMessages(
  template: PromptTemplate,
  row: Readonly<Record<string, unknown>>,
  { trimMessages, examplesAs }: Pick<MessageForm, 'trimMessages' | 'examplesAs'>,
): readonly PromptMessage[] {
  return messagesOf(run(template, compile(template, false), { row, isApart: hasOuterSpace }), {
    history: rowHistory(row, template.output?.name, {}),
    trimMessages,
    examplesAs,
    location: { file: template.path },
  });
}

const hasOuterSpace = (value: string): boolean => /^\s|\s$/.test(value);

interface Rendering {
  readonly row: Readonly<Record<string, unknown>>;
  readonly isApart: (value: string) => boolean;
}

function run(template: PromptTemplate, compiled: Compiled, { row, isApart }: Rendering): readonly Piece[] {
  const { run, metadata, exampleLists } = compiled;
  const { object } = template.output ?? {};
  const nonce = randomUUID();
  const data = { nonce, isApart, metadata: { prompt: metadata } };
  const values = { ...template.defaults, ...row };
  try {
    return piecesOf(run(object ? withExampleAnswers(values, object, exampleLists) : values, { data }), nonce);
  } catch (error) {
    const { lineNumber, message } = error as Handlebars.Exception;
    const reason = String(message ?? error).replace(/ - \d+:\d+$/, '');
    throw new Failure(
      'template-render',
      l10n.t`The template cannot be rendered: ${reason}.`,
      { file: template.path, line: lineInFile(template, lineNumber) },
      l10n.t`Check the tag and the values of the row it uses.`,
    );
  }
}

/** The pieces of a rendering up to the answer slot, or for a masked model to the end; no value is told apart. */
export const renderPieces = (
  template: PromptTemplate,
  row: Readonly<Record<string, unknown>>,
  masked: boolean,
): readonly Piece[] => run(template, compile(template, masked), { row, isApart: () => false });

/** The rendered text up to the answer slot, without virtual tokens: what dotprompt renders for a stock file. */
export function renderText(template: PromptTemplate, row: Readonly<Record<string, unknown>>): string {
  return textOf(renderPrompt(template, row).segments);
}

function compile(template: PromptTemplate, masked: boolean): Compiled {
  const cache = masked ? compiled.whole : compiled.upToAnswer;
  const known = cache.get(template);
  if (known) return known;
  // A prompt has the same tokens whichever line ends the template's file was saved with.
  const analysis = analyse(withLineFeeds(template.text), template.path, (name) =>
    Object.hasOwn(template.partials, name) ? withLineFeeds(template.partials[name]!) : undefined,
  );
  if (!analysis.body)
    throw new Failure(
      'template-syntax',
      l10n.t`The template cannot be parsed.`,
      { file: template.path },
      l10n.t`Check the file.`,
    );
  return compileAnalysis(template, analysis, masked);
}

/**
 * Lets a template be rendered as its analysis reads it, which is used up: its trees are changed. Saves the analysis
 * that the first rendering would make of the text again, which it leaves to that where lines end otherwise than in a
 * line feed.
 * @param masked whether it is rendered for a model with a mask
 */
export function compileFrom(template: PromptTemplate, analysis: Analysis, masked: boolean): void {
  const texts = [template.text, ...Object.values(template.partials)];
  if (analysis.body && texts.every((text) => withLineFeeds(text) === text)) compileAnalysis(template, analysis, masked);
}

function compileAnalysis(template: PromptTemplate, analysis: Analysis, masked: boolean): Compiled {
  prepareTrees(analysis, masked);
  const environment = createEnvironment();
  for (const [name, partial] of analysis.usage?.partials ?? []) {
    environment.registerPartial(name, environment.compile(partial.body.tree, compileOptions));
  }
  const kept = Object.entries(analysis.frontMatter.value).filter(
    ([key]) => reservedKeys.includes(key) && key !== 'input',
  );
  const result = {
    run: environment.compile(analysis.body!.tree, compileOptions),
    slots: template.slots,
    exampleLists: analysis.usage ? exampleLists(analysis.usage) : [],
    metadata: Object.fromEntries(kept),
  };
  (masked ? compiled.whole : compiled.upToAnswer).set(template, result);
  return result;
}

/**
 * Writes into the trees what the compiler needs: slot numbers, the instruction, and the answer slot or the end before
 * it.
 */
function prepareTrees({ body, usage, soft, answerSlot, opening, output }: Analysis, masked: boolean): void {
  for (const [node, slot] of soft?.slotOf ?? []) numberSlot(node as hbs.AST.MustacheStatement, slot);
  const tree = body!.tree;
  if (answerSlot && masked && answerSlot.node < tree.body.length) {
    const tag = tree.body[answerSlot.node] as hbs.AST.MustacheStatement;
    tag.path = pathTo('soft', tag.loc);
    numberSlot(tag, answerMark);
  } else if (answerSlot && !answerSlot.after) tree.body = tree.body.slice(0, answerSlot.node);
  const slots = soft?.slotOf ?? new Map<hbs.AST.Node, number>();
  prepareValues(tree, { slots, answer: output?.name, inExamples: false });
  for (const { body: partial } of usage?.partials.values() ?? [])
    prepareValues(partial.tree, { slots, answer: output?.name, inExamples: true });
  if (opening > 0) tree.body = [instructionBlock(tree.body.slice(0, opening)), ...tree.body.slice(opening)];
}

function numberSlot(tag: hbs.AST.MustacheStatement, slot: number): void {
  const value = { type: 'NumberLiteral', value: slot, original: slot, loc: tag.loc };
  tag.params = [];
  tag.hash = { type: 'Hash', loc: tag.loc, pairs: [{ type: 'HashPair', key: 'slot', value, loc: tag.loc }] };
}

interface Surroundings {
  readonly slots: ReadonlyMap<hbs.AST.Node, number>;
  /** The field that the model answers, which examples show. */
  readonly answer: string | undefined;
  readonly inExamples: boolean;
}

/**
 * Converts every value to text before it is joined with others: without escaping, Handlebars adds two adjacent numbers.
 * As a helper's argument a name is also never a call, so a column may be named "instruction". In examples, roles and
 * answers are marked as theirs.
 */
function prepareValues(tree: hbs.AST.Program, surroundings: Surroundings): void {
  const { slots, answer, inExamples } = surroundings;
  for (const node of tree.body) {
    const { program, inverse } = node as Partial<hbs.AST.BlockStatement>;
    const inner = { ...surroundings, inExamples: inExamples || (isEach(node) && showsAnswer(program, answer)) };
    if (program) prepareValues(program, inner);
    if (inverse) prepareValues(inverse, surroundings);
    if (node.type !== 'MustacheStatement' || slots.has(node)) continue;
    const tag = node as hbs.AST.MustacheStatement;
    if (inExamples && isCallOf(tag, 'role')) tag.hash = flag('example', tag.loc);
    const value = valueOf(tag);
    const isAnswer = inExamples && isAnswerTag(tag, answer);
    if (value)
      Object.assign(tag, {
        path: pathTo(textHelper, tag.loc),
        params: [value],
        hash: isAnswer ? flag('answer', tag.loc) : undefined,
      });
  }
}

const isEach = (node: hbs.AST.Node): boolean =>
  node.type === 'BlockStatement' && isNamed((node as hbs.AST.BlockStatement).path, 'each');

const isCallOf = ({ path }: hbs.AST.MustacheStatement, name: string): boolean => isNamed(path, name);

const isNamed = (path: hbs.AST.Node, name: string): boolean => isSimpleName(path) && path.parts[0] === name;

/** Whether a block shows the field that the model answers: it is made of examples. */
function showsAnswer(program: hbs.AST.Program | undefined, answer: string | undefined): boolean {
  return (program?.body ?? []).some((node) => {
    const { program: inner, inverse } = node as Partial<hbs.AST.BlockStatement>;
    if (inner && (showsAnswer(inner, answer) || showsAnswer(inverse, answer))) return true;
    return node.type === 'MustacheStatement' && isAnswerTag(node as hbs.AST.MustacheStatement, answer);
  });
}

/** `{{answer}}` or `{{this.answer}}`, also as `{{json answer}}`. */
function isAnswerTag({ path, params }: hbs.AST.MustacheStatement, answer: string | undefined): boolean {
  const isJson = isNamed(path, 'json') && params.length === 1;
  return isAnswerPath(isJson ? params[0]! : path, answer) && (isJson || params.length === 0);
}

function isAnswerPath(path: hbs.AST.Node, answer: string | undefined): boolean {
  if (answer === undefined || path.type !== 'PathExpression') return false;
  const { data, depth, parts } = path as hbs.AST.PathExpression;
  return !data && depth === 0 && parts.length === 1 && parts[0] === answer;
}

function flag(key: string, loc: hbs.AST.SourceLocation): hbs.AST.Hash {
  const value = { type: 'BooleanLiteral', value: true, original: true, loc } as hbs.AST.BooleanLiteral;
  return { type: 'Hash', loc, pairs: [{ type: 'HashPair', key, value, loc }] };
}

/** The expression whose value a tag writes; undefined for a call that returns text in any case. */
function valueOf(tag: hbs.AST.MustacheStatement): hbs.AST.Expression | undefined {
  const { path, loc } = tag;
  const name = isSimpleName(path) ? path.parts[0]! : undefined;
  if (name === 'lookup' || name === 'json') return { ...tag, type: 'SubExpression' };
  if (
    hasArguments(tag) ||
    (name !== undefined && Object.hasOwn(helperShapes, name) && name !== 'instruction' && name !== 'soft')
  )
    return undefined;
  return path.type === 'PathExpression' ? path : pathTo(String((path as hbs.AST.StringLiteral).original), loc);
}

function pathTo(name: string, loc: hbs.AST.SourceLocation): hbs.AST.PathExpression {
  return { type: 'PathExpression', data: false, depth: 0, parts: [name], original: name, loc };
}

function instructionBlock(nodes: hbs.AST.Statement[]): hbs.AST.Statement {
  const block = Handlebars.parse('{{#instruction}}-{{/instruction}}').body[0] as hbs.AST.BlockStatement;
  block.program.body = nodes;
  return block;
}

function lineInFile(template: PromptTemplate, line: unknown): number | undefined {
  if (typeof line !== 'number') return undefined;
  const body = analyse(template.text, template.path).parts.body;
  return template.text.slice(0, body.start).split(/\r\n?|\n/).length - 1 + line;
}
