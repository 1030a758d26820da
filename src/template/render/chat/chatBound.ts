import { watchReading } from '../../../chat/jinja/values/text';
import { largest } from '../../../lists';
import type { Analysis } from '../../read/analysis';
import type { PromptTemplate } from '../../read/template';
import { hasArguments, isSimpleName } from '../../syntax/calls';
import type { PromptChat, PromptEncoder } from '../promptEncoder';
import { renderMessages, renderPrompt } from '../render';
import type { Segment } from '../renderedPrompt';
import type { TokenBound } from '../length/tokenBound';

/** What a chat template adds to the texts of messages, whatever a row says. */
export interface ChatBound {
  /** The most tokens of what it writes itself. */
  readonly own: number;
  /** How often it writes a message at most. */
  readonly times: number;
  /** Columns that decide whether a message is blank, and so left out: rows where one is are not spoken of. */
  readonly filled: ReadonlySet<string>;
}

interface Rendering {
  readonly template: PromptTemplate;
  readonly form: PromptEncoder & { readonly chat: PromptChat };
  readonly bound: TokenBound;
}

/**
 * Renders one row in place of all. That holds where a chat template looks at no letter of a message, and at none of
 * their number, and where which messages there are does not depend on the row.
 * @param columns names that rows have
 * @returns undefined where it does
 */
export function chatBound(
  analysis: Analysis,
  { template, form, bound }: Rendering,
  columns: ReadonlySet<string>,
): ChatBound | undefined {
  const filled = columnsOfMessages(analysis, columns, form.chat.examplesAs === 'turns');
  if (!filled) return undefined;
  const row = Object.fromEntries([...columns].map((name) => [name, 'x']));
  try {
    const { result, hasRead } = watchReading(() => renderPrompt(template, row, form));
    if (hasRead) return undefined;
    const written = renderMessages(template, row, form.chat).map(({ segments }) => lengthOfTexts(segments));
    const times = written.map((length, message) => {
      const shown = lengthOfTexts(result.segments.filter((each) => each.kind === 'text' && each.message === message));
      return Math.ceil(shown / Math.max(1, length));
    });
    const own = result.segments.reduce(
      (sum, each) => sum + (each.kind === 'text' && each.message === undefined ? bound(each.text) : bound('')),
      0,
    );
    return { own, times: largest([1, ...times]), filled };
  } catch {
    return undefined;
  }
}

const lengthOfTexts = (segments: readonly Segment[]): number =>
  segments.reduce((sum, each) => sum + (each.kind === 'text' ? each.text.length : 0), 0);

/** What stands between two tags that may end a message. */
interface Piece {
  /** Whether it is there in every row. */
  isSure: boolean;
  /** Whether it may be there or not. */
  isUnsure: boolean;
  readonly values: string[];
}

const newPiece = (): Piece => ({ isSure: false, isUnsure: false, values: [] });

interface Walk {
  readonly analysis: Analysis;
  readonly columns: ReadonlySet<string>;
  readonly filled: Set<string>;
  /** Examples as text are parted by lines that stand in no template. */
  readonly takesLoops: boolean;
  piece: Piece;
}

/**
 * The columns that must not be blank for all rows to have the same messages.
 * @returns undefined where conditions or loops over a column decide which messages there are
 */
function columnsOfMessages(
  analysis: Analysis,
  columns: ReadonlySet<string>,
  takesLoops: boolean,
): ReadonlySet<string> | undefined {
  const walk: Walk = { analysis, columns, filled: new Set(), takesLoops, piece: newPiece() };
  const statements = analysis.body!.tree.body.slice(0, analysis.answerSlot?.node);
  return addAll(walk, statements) && endPiece(walk) ? walk.filled : undefined;
}

function endPiece(walk: Walk): boolean {
  const { isSure, isUnsure, values } = walk.piece;
  walk.piece = newPiece();
  if (!isSure && values.length > 0) walk.filled.add(values[0]!);
  return isSure || values.length > 0 || !isUnsure;
}

const addAll = (walk: Walk, statements: readonly hbs.AST.Statement[]): boolean =>
  statements.every((statement) => addStatement(walk, statement));

function addStatement(walk: Walk, statement: hbs.AST.Statement): boolean {
  switch (statement.type) {
    case 'ContentStatement':
      walk.piece.isSure ||= (statement as hbs.AST.ContentStatement).value.trim() !== '';
      return true;
    case 'CommentStatement':
      return true;
    case 'MustacheStatement':
      return addMustache(walk, statement as hbs.AST.MustacheStatement);
    case 'BlockStatement':
      return addBlock(walk, statement as hbs.AST.BlockStatement);
    case 'PartialStatement': {
      const call = statement as hbs.AST.PartialStatement;
      const partial = isSimpleName(call.name) ? walk.analysis.usage?.partials.get(call.name.parts[0]!) : undefined;
      return partial !== undefined && !hasArguments(call) && addAll(walk, partial.body.tree.body);
    }
    default:
      return false;
  }
}

function addMustache(walk: Walk, call: hbs.AST.MustacheStatement): boolean {
  const name = isSimpleName(call.path) ? call.path.parts[0]! : undefined;
  if (name === 'role') return endPiece(walk);
  if (name === 'soft') walk.piece.isSure = true;
  else if (name === undefined || hasArguments(call)) walk.piece.isUnsure = true;
  else if (walk.columns.has(name)) walk.piece.values.push(name);
  return true;
}

function addBlock(walk: Walk, { path, params, program, inverse }: hbs.AST.BlockStatement): boolean {
  const name = isSimpleName(path) ? path.parts[0]! : '';
  if (name === 'instruction') return !inverse && addAll(walk, program.body);
  if (name === 'each') {
    const [list] = params;
    // Its items are those of the template itself, and the same for every row.
    if (!walk.takesLoops || !list || !isSimpleName(list) || walk.columns.has(list.parts[0]!)) return false;
    return !inverse && !readsRow(program) && endPiece(walk);
  }
  walk.piece.isUnsure = true;
  return ![program, inverse].some((each) => each && /"(?:role|history)"/.test(JSON.stringify(each)));
}

/** Whether a loop reads what stands outside it. */
const readsRow = (program: hbs.AST.Program): boolean => /"depth":[1-9]|"root"/.test(JSON.stringify(program));
