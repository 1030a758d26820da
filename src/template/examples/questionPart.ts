import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import type { Analysis } from '../read/analysis';
import type { Role } from '../render/renderedPrompt';
import { roles } from '../render/renderedPrompt';
import { spanOfNode } from '../syntax/body';
import { isSimpleName } from '../syntax/calls';
import { silentHelpers } from '../syntax/helpers';
import { isExamplesSection } from '../syntax/examplesSection';

/** The part of a body that is asked of each row; what stands before it is said once. */
export interface QuestionPart {
  /** Offset in the file at which it begins. */
  readonly start: number;
  /** Whose message it begins in. */
  readonly role: Role;
}

/**
 * Where the question begins: behind the instruction and the virtual tokens that stand before the first value of the
 * row; without an `{{#instruction}}` block at the last line of the opening text, which leads up to that value, or at
 * the last `{{role}}` before it.
 * @throws Failure "examples-form" for a body that examples cannot be put into
 */
export function questionPart(analysis: Analysis): QuestionPart {
  const { body, parts, usage, answerSlot, path } = analysis;
  if (!body || !usage || !answerSlot) throw unfit(l10n.t`its body cannot be read`, path);
  if (usage.histories.length > 0) throw unfit(l10n.t`it shows the row's earlier messages ({{history}})`, path);
  const shown = usage.fields.some(({ name }) => name === analysis.output?.name);
  const nodes = body.tree.body;
  if (shown || nodes.some(isExamplesSection)) throw unfit(l10n.t`it has examples already`, path);
  const first = nodes.findIndex((node) => !isOpening(node, analysis));
  const head = first < 0 ? nodes : nodes.slice(0, first);
  if (usage.hasInstructionBlock && !head.some(isInstruction))
    throw unfit(l10n.t`its instruction stands behind a value of the row, or within another block`, path);
  const spanOf = (node: hbs.AST.Node) => spanOfNode(body, node);
  const { text, start } = parts.body;
  const headEnd = first < 0 ? answerSlot.span[0] - start : spanOf(nodes[first]!)[0];
  const fixed = head.filter((node) => isInstruction(node) || isCall(node, 'soft')).at(-1);
  const role = head.filter((node) => isCall(node, 'role')).at(-1);
  const behindFixed = fixed ? spanOf(fixed)[1] : 0;
  const behindRole = role && spanOf(role)[0] >= behindFixed ? spanOf(role)[1] : undefined;
  const from = behindRole ?? behindFixed;
  const opening = text.slice(from, headEnd);
  const lastLine = opening.lastIndexOf('\n') + 1;
  const at =
    fixed && behindRole === undefined
      ? from + /^\s*/.exec(opening)![0].length
      : opening.slice(0, lastLine).trim() !== ''
        ? from + lastLine
        : behindRole === undefined
          ? from
          : spanOf(role!)[0];
  const before = head.filter((node) => isCall(node, 'role') && spanOf(node)[0] < at).at(-1);
  return { start: start + at, role: roleOf(before) };
}

const unfit = (reason: string, file: string): Failure =>
  new Failure(
    'examples-form',
    l10n.t`Examples cannot be put into this template: ${reason}.`,
    { file },
    l10n.t`Change the body, or set tune.examples to none.`,
  );

/** What is the same in each row: text, roles, virtual tokens, the instruction, and partials that read nothing. */
function isOpening(node: hbs.AST.Statement, { usage }: Analysis): boolean {
  if (node.type === 'ContentStatement' || node.type === 'CommentStatement') return true;
  if (isInstruction(node) || isCall(node, 'soft')) return true;
  if (node.type === 'PartialStatement') {
    const { name } = node as hbs.AST.PartialStatement;
    const partial = isSimpleName(name) ? name.parts[0]! : undefined;
    const reads = [...usage!.variables, ...usage!.fields].some((use) => use.partial === partial);
    return partial !== undefined && !reads && !usage!.readsWholeRow;
  }
  return [...silentHelpers].some((name) => isCall(node, name));
}

const isInstruction = (node: hbs.AST.Statement): boolean =>
  node.type === 'BlockStatement' && isNamed((node as hbs.AST.BlockStatement).path, 'instruction');

const isCall = (node: hbs.AST.Statement, name: string): boolean =>
  node.type === 'MustacheStatement' && isNamed((node as hbs.AST.MustacheStatement).path, name);

const isNamed = (path: hbs.AST.Node, name: string): boolean => isSimpleName(path) && path.parts[0] === name;

function roleOf(node: hbs.AST.Statement | undefined): Role {
  const [name] = (node as hbs.AST.MustacheStatement | undefined)?.params ?? [];
  const written = (name as hbs.AST.StringLiteral | undefined)?.value;
  return roles.find((role) => role === written) ?? 'user';
}
