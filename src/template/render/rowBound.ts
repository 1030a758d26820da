import type { ColumnLength } from '../../data/columnLengths';
import { valueText } from '../../data/valueText';
import type { Analysis } from '../read/analysis';
import { outputOf } from '../read/template';
import { hasArguments, isSimpleName } from '../syntax/calls';
import { helperShapes, silentHelpers } from '../syntax/helpers';
import type { TokenEncoder } from '../text/tokenEncoder';
import { isOneText, longestCounted, mostTokens } from './promptLength';
import { messagesColumn } from './rowMessages';

interface Rows {
  readonly columns: ReadonlyMap<string, ColumnLength>;
  readonly limit: number;
}

/** A value that spells a special token stands in a text of its own, and each text may have a mark in front. */
const perValue = 6;

/**
 * Whether no row can take more positions than the limit, as far as the longest values of each column tell: those of one
 * row that has them all are counted. Where a template writes a value otherwise than as it is, or not always, nothing is
 * told.
 */
export function fitsAlways(analysis: Analysis, encoder: TokenEncoder, { columns, limit }: Rows): boolean {
  const { body, defaults } = analysis;
  if (analysis.parts.body.text.length > longestCounted) return true;
  if (!body || !isOneText(analysis, encoder) || !isText(analysis, columns)) return false;
  const values = plainValues(body.tree, analysis);
  if (values === undefined) return false;
  const row: Record<string, string> = {};
  for (const name of new Set([...columns.keys(), ...Object.keys(defaults)])) {
    const column = columns.get(name) ?? { ascii: 0, other: 0 };
    const own = defaults[name] === undefined || defaults[name] === null ? '' : valueText(defaults[name]);
    // Each letter of a default counts as the longer kind.
    row[name] = 'a'.repeat(column.ascii) + 'é'.repeat(column.other + own.length);
  }
  const most = mostTokens(analysis, encoder, row);
  return most !== undefined && most + perValue * values <= limit;
}

/** Whether what is written of a row, its answer too, is text in the file. */
function isText(analysis: Analysis, columns: Rows['columns']): boolean {
  const { usage, output } = analysis;
  if (!usage || usage.readsWholeRow || usage.histories.length > 0 || columns.has(messagesColumn)) return false;
  if (outputOf(analysis)?.object) return false;
  const names = [...usage.variables.map(({ name }) => name), ...(output ? [output.name] : [])];
  return names.every((name) => columns.get(name)?.isText !== false && typeof analysis.defaults[name] !== 'object');
}

/**
 * Values that a body writes, where it writes each always and as it is; undefined where it does not: in loops and
 * conditions, through helpers, in partials that are handed something.
 */
function plainValues(program: hbs.AST.Program, analysis: Analysis): number | undefined {
  let values = 0;
  for (const statement of program.body) {
    const more = plainStatement(statement, analysis);
    if (more === undefined) return undefined;
    values += more;
  }
  return values;
}

function plainStatement(statement: hbs.AST.Statement, analysis: Analysis): number | undefined {
  switch (statement.type) {
    case 'ContentStatement':
    case 'CommentStatement':
      return 0;
    case 'MustacheStatement': {
      const call = statement as hbs.AST.MustacheStatement;
      if (!isSimpleName(call.path)) return undefined;
      const name = call.path.parts[0]!;
      if (name === 'soft' || silentHelpers.has(name)) return 0;
      return hasArguments(call) || Object.hasOwn(helperShapes, name) ? undefined : 1;
    }
    case 'BlockStatement': {
      const { path, program, inverse } = statement as hbs.AST.BlockStatement;
      const isInstruction = isSimpleName(path) && path.parts[0] === 'instruction';
      return isInstruction && !inverse ? plainValues(program, analysis) : undefined;
    }
    case 'PartialStatement': {
      const call = statement as hbs.AST.PartialStatement;
      const partial = isSimpleName(call.name) ? analysis.usage?.partials.get(call.name.parts[0]!) : undefined;
      return partial && !hasArguments(call) ? plainValues(partial.body.tree, analysis) : undefined;
    }
    default:
      return undefined;
  }
}
