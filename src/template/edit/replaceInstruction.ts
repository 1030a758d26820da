import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import { analyse } from '../read/analysis';
import type { Analysis } from '../read/analysis';
import { spanOfNode } from '../syntax/body';
import type { Span } from '../text/position';
import { scanTags } from '../syntax/tags';

/** The task description of a prompt file, as written. */
export interface InstructionSource {
  /** Offsets in the file; without the tags of the block. */
  readonly span: Span;
  /** The file's text there, tags and white space included. */
  readonly text: string;
  /** Whether `{{#instruction}}` marks it; otherwise it is the text before the first tag that renders text. */
  readonly marked: boolean;
}

/**
 * Finds the task description in the text of a prompt file.
 * @throws Failure `template-syntax`, `instruction-missing`, `instruction-several` or `instruction-in-partial`
 */
export function instructionSource(
  templateText: string,
  path: string,
  readPartial?: (name: string) => string | undefined,
): InstructionSource {
  return instructionIn(analyse(templateText, path, readPartial));
}

/** {@link instructionSource} of a text that has been analysed. @throws Failure as it does */
export function instructionIn(analysis: Analysis): InstructionSource {
  const location = { file: analysis.path };
  if (!analysis.body)
    throw new Failure('template-syntax', l10n.t`The template cannot be parsed.`, location, l10n.t`Check the file.`);
  const blocks = instructionBlocks(analysis.parts.body.text);
  if (blocks.length > 1) {
    throw new Failure(
      'instruction-several',
      l10n.t`The template has ${blocks.length} instructions.`,
      location,
      l10n.t`Keep one {{#instruction}} block, or none.`,
    );
  }
  if (blocks.length === 0 && analysis.usage?.hasInstructionBlock) {
    throw new Failure(
      'instruction-in-partial',
      l10n.t`The instruction is in a partial, which other templates may share.`,
      location,
      l10n.t`Move the {{#instruction}} block into this file.`,
    );
  }
  const [from, to] = blocks[0] ?? openingSpan(analysis);
  const { text, start } = analysis.parts.body;
  const source = { span: [start + from, start + to], text: text.slice(from, to), marked: blocks.length > 0 } as const;
  if (source.text.trim() !== '') return source;
  throw new Failure(
    'instruction-missing',
    l10n.t`The template has no instruction.`,
    location,
    l10n.t`Put the task description between {{#instruction}} and {{/instruction}}.`,
  );
}

/**
 * Replaces the task description in a file; every other character stays.
 * @param newInstruction the text as written in the file: braces in it are tags
 * @throws Failure as {@link instructionSource} does, and `instruction-braces` when the new text would end the
 *   description or break the template
 */
export function replaceInstruction(templateText: string, path: string, newInstruction: string): string {
  const replaced = textWith(templateText, instructionSource(templateText, path), newInstruction);
  if (isReadBack(newInstruction, () => analyse(replaced, path))) return replaced;
  throw new Failure(
    'instruction-braces',
    l10n.t`The new instruction contains a tag that changes where the instruction ends.`,
    { file: path },
    l10n.t`Leave out its braces, or write \\{{ for braces that are text.`,
  );
}

/** A file's text with another instruction in the place of its own. */
export const textWith = (text: string, { span: [from, to] }: InstructionSource, instruction: string): string =>
  text.slice(0, from) + instruction + text.slice(to);

/** Whether the instruction of a text that it was written into is what was written: braces in it may end it before. */
export function isReadBack(instruction: string, analysed: () => Analysis): boolean {
  if (instruction.trim() === '') return true;
  try {
    return instructionIn(analysed()).text === instruction;
  } catch {
    return false;
  }
}

/** The contents of the body's `{{#instruction}}` blocks; a nested block is part of its outer one. */
function instructionBlocks(body: string): readonly Span[] {
  const blocks: Span[] = [];
  const open: { readonly name: string; readonly end: number }[] = [];
  for (const tag of scanTags(body)) {
    if (tag.kind === 'open') open.push({ name: tag.name, end: tag.span[1] });
    if (tag.kind !== 'close') continue;
    const opening = open.pop();
    const nested = open.some(({ name }) => name === 'instruction');
    if (opening?.name === 'instruction' && !nested) blocks.push([opening.end, tag.span[0]]);
  }
  return blocks;
}

function openingSpan({ body, opening, parts }: Analysis): Span {
  const next = body!.tree.body[opening];
  return [0, next ? spanOfNode(body!, next)[0] : parts.body.text.length];
}
