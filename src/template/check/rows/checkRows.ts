import * as l10n from '@vscode/l10n';
import { basename } from 'node:path';
import { count, counted } from '../../../words/formatNumbers';
import type { TextFormat } from '../../../data/table/tableFormat';
import type { Analysis } from '../../read/analysis';
import { namedFile, namedFiles } from '../../read/dataFiles';
import { rowKey, tellsRowsApart } from '../../../data/rows/rowKey';
import { clauses } from '../../../words/listed';
import { keyColumns } from '../../read/keyColumns';
import { requiredVariables } from '../../read/template';
import type { TemplateContext, SplitSummary, SplitName } from '../../read/templateContext';
import type { Draft, Fix } from '../../text/finding';
import { insertion } from '../../syntax/insertion';
import { spanAt } from '../../syntax/frontMatter';
import type { Span } from '../../text/position';
import { removal } from '../../syntax/removal';
import { isMapping } from '../../syntax/schema';
import { splits } from '../../settings/settings';
import { readAs } from './checkColumns';
import { nothingHeldOut, shareDrafts } from './checkShares';

/** Rules that need the rows of the data: `data-unreadable`, `data-overlap`, `example-in-data` and `not-checked`. */
export function rowDrafts(analysis: Analysis, context: TemplateContext): readonly Draft[] {
  return [
    ...unreadable(analysis, context),
    ...rowLacks(analysis, context),
    ...misfits(analysis, context),
    ...tooLong(analysis, context),
    ...overlaps(analysis, context),
    ...shownAndMeasured(analysis, context),
    ...shareDrafts(analysis, context),
    ...nothingHeldOut(analysis, context),
    ...onlyBeginnings(analysis, context),
  ];
}

function fileSpan(analysis: Analysis, split: SplitName): Span | undefined {
  return namedFile(analysis, split)?.entry.valueSpan;
}

/** `data-column`: rows without a value that the template reads, which would read as nothing. */
function rowLacks(analysis: Analysis, { splits: seen = {} }: TemplateContext): readonly Draft[] {
  return namedFiles(analysis).flatMap(({ split, file, entry }): readonly Draft[] => {
    const { lacks = [], rows = 0 } = seen[split] ?? {};
    // What all rows lack is no column at all, which has its own finding.
    return lacks
      .filter((lack) => lack.rows < rows || seen[split]?.columns.includes(lack.name))
      .map(({ name, line, rows: count }): Draft => ({
        code: 'data-column',
        severity: 'error',
        span: entry.valueSpan,
        message:
          name === analysis.output?.name
            ? withoutAnswer({ line, file: basename(file), name, others: count - 1 })
            : withoutValue({ line, file: basename(file), name, others: count - 1 }),
      }));
  });
}

interface Lack {
  readonly line: number;
  readonly file: string;
  readonly name: string;
  /** Further rows that lack it. */
  readonly others: number;
}

const withoutAnswer = ({ line, file, name, others }: Lack): string =>
  others > 0
    ? l10n.t`Line ${line} of "${file}" has no "${name}", like ${counted(others, 'other row')}. Fill in the answer, or \
remove the row.`
    : l10n.t`Line ${line} of "${file}" has no "${name}". Fill in the answer, or remove the row.`;

function withoutValue({ line, file, name, others }: Lack): string {
  const [open, close] = [`{{#if ${name}}}`, '{{/if}}'];
  return others > 0
    ? l10n.t`Line ${line} of "${file}" has no "${name}", like ${counted(others, 'other row')}, and the template reads \
it. Fill it in, or ask for it first: ${open} … ${close}.`
    : l10n.t`Line ${line} of "${file}" has no "${name}", which the template reads. Fill it in, or ask for it first: \
${open} … ${close}.`;
}

/** `answer-schema`: rows whose columns make no answer by the schema. */
function misfits(analysis: Analysis, { splits: seen = {} }: TemplateContext): readonly Draft[] {
  return namedFiles(analysis).flatMap(({ split, file, entry }): readonly Draft[] => {
    const found = seen[split]?.misfits;
    if (!found) return [];
    const { line, reason, remedy, rows } = found;
    const more =
      rows > 1
        ? [
            rows === 2
              ? l10n.t`1 other row of ${split} does not fit either.`
              : l10n.t`${count(rows - 1)} other rows of ${split} do not fit either.`,
          ]
        : [];
    return [
      {
        code: 'answer-schema',
        severity: 'error',
        span: entry.valueSpan,
        message: [l10n.t`Line ${line} of "${basename(file)}": ${reason}`, ...more, ...(remedy ? [remedy] : [])].join(
          ' ',
        ),
      },
    ];
  });
}

/** `prompt-too-long`: rows that a run would refuse, or cut where the template says so. */
function tooLong(analysis: Analysis, { longRows = {} }: TemplateContext): readonly Draft[] {
  const { truncate = 'none' } = analysis.written;
  return namedFiles(analysis).flatMap(({ split, entry }): readonly Draft[] => {
    const long = longRows[split];
    if (!long) return [];
    const { rows, first, limit, longest } = long;
    const named = clauses(first.map(({ line, tokens }) => l10n.t`line ${line} has ${count(tokens)} tokens`));
    const rest = rows > first.length ? l10n.t` … (the longest of them ${count(longest)})` : '';
    const cut = truncate === 'none' ? '' : l10n.t` Their longest value is cut (tune.truncate: ${truncate}).`;
    return [
      {
        code: 'prompt-too-long',
        severity: truncate === 'none' ? 'error' : 'information',
        span: entry.valueSpan,
        message:
          rows === 1
            ? l10n.t`1 row of ${split} does not fit into ${count(limit)} tokens, answer included: \
${named}${rest}.${cut}`
            : l10n.t`${count(rows)} rows of ${split} do not fit into ${count(limit)} tokens, answer included: \
${named}${rest}.${cut}`,
        fixes: truncate === 'none' ? cutFixes(analysis) : [],
      },
    ];
  });
}

/** Settings that let a run cut what is too long, as lines of their own behind the one that names the data. */
function cutFixes({ frontMatter }: Analysis): readonly Fix[] {
  return (['middle', 'start', 'end'] as const).flatMap((where) => {
    const edit = insertion(frontMatter, [], `tune.truncate: ${where}`);
    return edit ? [{ title: l10n.t`Cut the longest value: tune.truncate: ${where}`, edits: [edit] }] : [];
  });
}

function unreadable(
  analysis: Analysis,
  { unreadable: reasons = {}, unreadableTables = {} }: TemplateContext,
): readonly Draft[] {
  return splits.flatMap((split): readonly Draft[] => {
    const file = namedFile(analysis, split);
    const reason = reasons[split];
    // What is wrong with train's file is said there.
    if (!file || file.isShare || reason === undefined) return [];
    const { encoding, others = [], cut } = unreadableTables[split] ?? {};
    const how: TextFormat = {
      ...(encoding && !file.how.encoding && { encoding }),
      ...(!cut && others[0] && { separator: others[0].separator }),
    };
    const fixes = Object.keys(how).length > 0 ? [readAs(file, how)] : [];
    return [{ code: 'data-unreadable', severity: 'error', span: file.entry.valueSpan, message: reason, fixes }];
  });
}

function overlaps(analysis: Analysis, { splits: seen = {} }: TemplateContext): readonly Draft[] {
  if (!tellsRowsApart(keyColumns(analysis))) return [];
  return overlapping.flatMap(([split, earlier, what]): readonly Draft[] => {
    const [measured, other] = [seen[split], seen[earlier]];
    const span = fileSpan(analysis, split);
    if (!measured || !other || !span) return [];
    const shared = [...measured.keys].filter(([key]) => other.keys.has(key));
    if (shared.length === 0) return [];
    const rows = shared.reduce((sum, [key]) => sum + 1 + (measured.repeats?.get(key) ?? 0), 0);
    const [key, row] = shared[0]!;
    return [
      {
        code: 'data-overlap',
        severity: 'warning',
        span,
        message: l10n.t`${counted(rows, 'row')} of ${split} ${what()}: row ${row + 1} is row \
${other.keys.get(key)! + 1} of ${earlier}.`,
      },
    ];
  });
}

/** Splits that should have no row in common, and what the rows are that they have. */
const overlapping = [
  ['dev', 'train', () => l10n.t`can be learnt from too`],
  ['test', 'train', () => l10n.t`can be learnt from too`],
  ['test', 'dev', () => l10n.t`choose among what is trained, too`],
] as const satisfies readonly (readonly [SplitName, SplitName, () => string])[];

/** `example-in-data`: a demonstration whose inputs are those of a row that is measured on. */
function shownAndMeasured(analysis: Analysis, { splits: seen = {} }: TemplateContext): readonly Draft[] {
  const { defaults, frontMatter } = analysis;
  const names = requiredVariables(analysis);
  const columns = keyColumns(analysis);
  const measured = (['dev', 'test'] as const).flatMap((split): readonly [SplitName, SplitSummary][] =>
    seen[split] ? [[split, seen[split]]] : [],
  );
  if (names.length === 0 || measured.length === 0) return [];
  return Object.entries(defaults).flatMap(([list, items]) =>
    Array.isArray(items)
      ? items.flatMap((item: unknown, index): readonly Draft[] => {
          const path = ['input', 'default', list, String(index)];
          const span = spanAt(frontMatter, path);
          if (!span || !isMapping(item) || !names.every((name) => Object.hasOwn(item, name))) return [];
          const key = rowKey(item, columns);
          const found = measured.find(([, { keys }]) => keys.has(key));
          if (!found) return [];
          const edit = removal(frontMatter, path);
          return [
            {
              code: 'example-in-data',
              severity: 'warning',
              span,
              message: l10n.t`This demonstration is row ${found[1].keys.get(key)! + 1} of ${found[0]}, so the prompt \
shows an answer that is measured.`,
              fixes: edit ? [{ title: l10n.t`Remove the demonstration`, edits: [edit] }] : [],
            },
          ];
        })
      : [],
  );
}

function onlyBeginnings(analysis: Analysis, { splits: seen = {} }: TemplateContext): readonly Draft[] {
  return splits.flatMap((split): readonly Draft[] => {
    const span = fileSpan(analysis, split);
    const { truncated, rows = 0 } = seen[split] ?? {};
    return span && truncated
      ? [
          {
            code: 'not-checked',
            severity: 'information',
            span,
            message: l10n.t`Only the first ${rows} rows of ${split} were compared with the other data.`,
          },
        ]
      : [];
  });
}
