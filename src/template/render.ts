import { randomUUID } from 'node:crypto';
import Handlebars from 'handlebars';
import { Failure } from '../failure';
import { analyse, compileOptions } from './analysis';
import type { Analysis } from './analysis';
import { createEnvironment, marks } from './helpers';
import type { RenderedPrompt, Segment, SoftSlot } from './segment';
import type { PromptTemplate } from './template';
import { reservedKeys } from './writtenSettings';

/** A template ready to render: one compilation serves every row. */
interface Compiled {
  readonly run: Handlebars.TemplateDelegate;
  readonly slots: readonly SoftSlot[];
  /** `@metadata.prompt`, as dotprompt offers it. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

const compiled = new WeakMap<PromptTemplate, Compiled>();

/**
 * Renders a row up to the answer slot, whitespace exact, `input.default` under the row. Text inside
 * `{{#instruction}}` (without such a block: the text before the first tag that shows something) is marked as instruction.
 * `{{role}}`, `{{history}}`, `{{media}}` and `{{section}}` leave nothing: the model continues one plain text.
 * @throws Failure `template-render` when a tag fails on this row.
 */
export function renderPrompt(template: PromptTemplate, row: Readonly<Record<string, unknown>>): RenderedPrompt {
  const { run, slots, metadata } = compile(template);
  const nonce = randomUUID();
  let marked: string;
  try {
    marked = run({ ...template.defaults, ...row }, { data: { nonce, metadata: { prompt: metadata } } });
  } catch (error) {
    const { lineNumber, message } = error as Handlebars.Exception;
    const reason = String(message ?? error).replace(/ - \d+:\d+$/, '');
    throw new Failure('template-render', `The template cannot be rendered: ${reason}.`, { file: template.path, line: lineInFile(template, lineNumber) }, 'Check the tag and the values of the row it uses.');
  }
  return { segments: segmentsOf(marked, nonce), slots };
}

/** The rendered text alone, virtual tokens dropped, the answer slot not included: what dotprompt renders for a stock file. */
export function renderText(template: PromptTemplate, row: Readonly<Record<string, unknown>>): string {
  return renderPrompt(template, row).segments.map((segment) => segment.kind === 'text' ? segment.text : '').join('');
}

/** Cuts a rendering at its marks; a nonce is followed by one of `marks`. */
function segmentsOf(marked: string, nonce: string): readonly Segment[] {
  const [first, ...rest] = marked.split(nonce);
  const segments: Segment[] = [];
  let depth = 0;
  addText(first!);
  for (const piece of rest) {
    if (piece.startsWith(marks.soft)) {
      const end = piece.indexOf(marks.endSoft);
      segments.push({ kind: 'soft', slot: Number(piece.slice(marks.soft.length, end)) });
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
    if (last?.kind === 'text' && last.instruction === instruction) segments[segments.length - 1] = { ...last, text: last.text + text };
    else segments.push({ kind: 'text', text, instruction });
  }
}

function compile(template: PromptTemplate): Compiled {
  const known = compiled.get(template);
  if (known) return known;
  const analysis = analyse(template.text, template.path, (name) => Object.hasOwn(template.partials, name) ? template.partials[name] : undefined);
  if (!analysis.body) throw new Failure('template-syntax', 'The template cannot be parsed.', { file: template.path }, 'Check the file.');
  prepareTree(analysis);
  const environment = createEnvironment();
  for (const [name, partial] of analysis.usage?.partials ?? []) {
    environment.registerPartial(name, environment.compile(partial.body.tree, compileOptions));
  }
  const kept = Object.entries(analysis.frontMatter.value).filter(([key]) => reservedKeys.includes(key) && key !== 'input');
  const result = { run: environment.compile(analysis.body.tree, compileOptions), slots: template.slots, metadata: Object.fromEntries(kept) };
  compiled.set(template, result);
  return result;
}

/** Writes into the tree what the compiler must know: slot numbers, the instruction, the end at the answer slot. */
function prepareTree({ body, usage, soft, answerSlot, opening }: Analysis): void {
  for (const [node, slot] of soft?.slotOf ?? []) {
    const tag = node as hbs.AST.MustacheStatement;
    const value = { type: 'NumberLiteral', value: slot, original: slot, loc: tag.loc };
    tag.params = [];
    tag.hash = { type: 'Hash', loc: tag.loc, pairs: [{ type: 'HashPair', key: 'slot', value, loc: tag.loc }] };
  }
  // A scoped path is never a helper call, so a column named "instruction" stays readable.
  for (const path of usage?.shadowed ?? []) path.original = `./${path.parts[0]}`;
  const tree = body!.tree;
  if (answerSlot && !answerSlot.after) tree.body = tree.body.slice(0, answerSlot.node);
  if (opening > 0) tree.body = [instructionBlock(tree.body.slice(0, opening)), ...tree.body.slice(opening)];
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
