import { randomUUID } from 'node:crypto';
import Handlebars from 'handlebars';
import { Failure } from '../../failure';
import { analyse } from '../read/analysis';
import { compileOptions } from '../read/checkCompile';
import type { Analysis } from '../read/analysis';
import { hasArguments, isSimpleName } from '../syntax/calls';
import { createEnvironment, helperShapes, marks, textHelper } from '../syntax/helpers';
import type { RenderedPrompt, Segment } from './renderedPrompt';
import { withLineFeeds } from '../text/lineFeeds';
import type { SoftSlot } from '../read/softSlots';
import type { PromptTemplate } from '../read/template';
import { reservedKeys } from '../settings/writtenSettings';

/** A template ready to render: one compilation serves every row. */
interface Compiled {
  readonly run: Handlebars.TemplateDelegate;
  readonly slots: readonly SoftSlot[];
  /** `@metadata.prompt`, as dotprompt offers it. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

const compiled = {
  upToAnswer: new WeakMap<PromptTemplate, Compiled>(),
  whole: new WeakMap<PromptTemplate, Compiled>(),
};

/** The number that marks the answer slot among those of soft slots. */
const answerMark = -1;

/**
 * Renders a row up to the answer slot, or, for a model with a mask, to the end with the slot as a segment of its own.
 * White space is exact; `input.default` fills what the row lacks. Text inside `{{#instruction}}`, or without such a
 * block the text before the first tag that renders text, is marked as instruction. `{{role}}`, `{{history}}`,
 * `{{media}}` and `{{section}}` render nothing: the model continues one plain text.
 * @throws Failure `template-render` when a tag fails on this row.
 */
export function renderPrompt(
  template: PromptTemplate,
  row: Readonly<Record<string, unknown>>,
  { mask }: { readonly mask?: number } = {},
): RenderedPrompt {
  const { run, slots, metadata } = compile(template, mask !== undefined);
  const nonce = randomUUID();
  let marked: string;
  try {
    marked = run({ ...template.defaults, ...row }, { data: { nonce, metadata: { prompt: metadata } } });
  } catch (error) {
    const { lineNumber, message } = error as Handlebars.Exception;
    const reason = String(message ?? error).replace(/ - \d+:\d+$/, '');
    throw new Failure(
      'template-render',
      `The template cannot be rendered: ${reason}.`,
      { file: template.path, line: lineInFile(template, lineNumber) },
      'Check the tag and the values of the row it uses.',
    );
  }
  return { segments: segmentsOf(marked, nonce), slots };
}

/** The rendered text up to the answer slot, without virtual tokens: what dotprompt renders for a stock file. */
export function renderText(template: PromptTemplate, row: Readonly<Record<string, unknown>>): string {
  return renderPrompt(template, row)
    .segments.map((segment) => (segment.kind === 'text' ? segment.text : ''))
    .join('');
}

/** Splits a rendering at its marks; each nonce is followed by one of `marks`. */
function segmentsOf(marked: string, nonce: string): readonly Segment[] {
  const [first, ...rest] = marked.split(nonce);
  const segments: Segment[] = [];
  let depth = 0;
  addText(first!);
  for (const piece of rest) {
    if (piece.startsWith(marks.soft)) {
      const end = piece.indexOf(marks.endSoft);
      const slot = Number(piece.slice(marks.soft.length, end));
      segments.push(slot === answerMark ? { kind: 'answer' } : { kind: 'soft', slot });
      addText(piece.slice(end + marks.endSoft.length));
    } else {
      depth += piece.startsWith(marks.openInstruction) ? 1 : -1;
      addText(piece.slice(1));
    }
  }
  return segments;

  function addText(text: string): void {
    if (text === '') return;
    const instruction = depth > 0;
    const last = segments.at(-1);
    if (last?.kind === 'text' && last.instruction === instruction)
      segments[segments.length - 1] = { ...last, text: last.text + text };
    else segments.push({ kind: 'text', text, instruction });
  }
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
    throw new Failure('template-syntax', 'The template cannot be parsed.', { file: template.path }, 'Check the file.');
  prepareTrees(analysis, masked);
  const environment = createEnvironment();
  for (const [name, partial] of analysis.usage?.partials ?? []) {
    environment.registerPartial(name, environment.compile(partial.body.tree, compileOptions));
  }
  const kept = Object.entries(analysis.frontMatter.value).filter(
    ([key]) => reservedKeys.includes(key) && key !== 'input',
  );
  const result = {
    run: environment.compile(analysis.body.tree, compileOptions),
    slots: template.slots,
    metadata: Object.fromEntries(kept),
  };
  cache.set(template, result);
  return result;
}

/**
 * Writes into the trees what the compiler needs: slot numbers, the instruction, and the answer slot or the end before
 * it.
 */
function prepareTrees({ body, usage, soft, answerSlot, opening }: Analysis, masked: boolean): void {
  for (const [node, slot] of soft?.slotOf ?? []) numberSlot(node as hbs.AST.MustacheStatement, slot);
  const tree = body!.tree;
  if (answerSlot && masked) {
    const tag = tree.body[answerSlot.node] as hbs.AST.MustacheStatement;
    tag.path = pathTo('soft', tag.loc);
    numberSlot(tag, answerMark);
  } else if (answerSlot && !answerSlot.after) tree.body = tree.body.slice(0, answerSlot.node);
  for (const each of [tree, ...[...(usage?.partials.values() ?? [])].map((partial) => partial.body.tree)])
    writeValuesAsText(each, soft?.slotOf);
  if (opening > 0) tree.body = [instructionBlock(tree.body.slice(0, opening)), ...tree.body.slice(opening)];
}

function numberSlot(tag: hbs.AST.MustacheStatement, slot: number): void {
  const value = { type: 'NumberLiteral', value: slot, original: slot, loc: tag.loc };
  tag.params = [];
  tag.hash = { type: 'Hash', loc: tag.loc, pairs: [{ type: 'HashPair', key: 'slot', value, loc: tag.loc }] };
}

/**
 * Converts every value to text before it is joined with others: without escaping, Handlebars adds two adjacent numbers.
 * As a helper's argument a name is also never a call, so a column may be named "instruction".
 */
function writeValuesAsText(tree: hbs.AST.Program, slots?: ReadonlyMap<hbs.AST.Node, number>): void {
  for (const node of tree.body) {
    const { program, inverse } = node as Partial<hbs.AST.BlockStatement>;
    if (program) writeValuesAsText(program, slots);
    if (inverse) writeValuesAsText(inverse, slots);
    if (node.type !== 'MustacheStatement' || slots?.has(node)) continue;
    const tag = node as hbs.AST.MustacheStatement;
    const value = valueOf(tag);
    if (value) Object.assign(tag, { path: pathTo(textHelper, tag.loc), params: [value], hash: undefined });
  }
}

/** The expression whose value a tag writes; undefined for a call that returns text in any case. */
function valueOf(tag: hbs.AST.MustacheStatement): hbs.AST.Expression | undefined {
  const { path, loc } = tag;
  const name = isSimpleName(path) ? path.parts[0]! : undefined;
  if (name === 'lookup') return { ...tag, type: 'SubExpression' };
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
