import * as l10n from '@vscode/l10n';
import { evenSeed, type RowGroup } from '../../../data/rows/evenSeed';
import { partAt, placeOfKey, keyWords, type HeldOut } from '../../../data/rows/rowPart';
import { tellsRowsApart } from '../../../data/rows/rowKey';
import { counted, plainNumber } from '../../../words/formatNumbers';
import type { Analysis } from '../../read/analysis';
import { namedFile, namedFiles, type NamedFile } from '../../read/dataFiles';
import { firstSplitSeed } from '../../read/division';
import { keyColumns } from '../../read/keyColumns';
import type { SplitName, SplitSummary, TemplateContext } from '../../read/templateContext';
import { usualShare } from '../../settings/data/dataShares';
import { costOfMissing } from '../../settings/data/missingSplits';
import { settingEdits } from '../../settings/writeSettings';
import { entryAt } from '../../syntax/frontMatter';
import { insertion } from '../../syntax/insertion';
import type { Draft, Edit, Fix } from '../../text/finding';
import { listed } from '../../../words/listed';

type Seen = Partial<Readonly<Record<SplitName, SplitSummary>>>;

/** `data-split`: shares that hold out no row, or none of a label. Silent while a file is not read to its end. */
export function shareDrafts(analysis: Analysis, { splits: seen = {} }: TemplateContext): readonly Draft[] {
  const files = namedFiles(analysis);
  const shares = files.filter(({ isShare }) => isShare);
  const parts = files.filter(({ how }) => how.part);
  const known = parts.flatMap(({ split }) => seen[split] ?? []);
  if (shares.length === 0 || known.length < parts.length || known.some(({ truncated }) => truncated)) return [];
  const rows = known.reduce((sum, part) => sum + part.rows, 0);
  // Rows that lack what they are divided by have a finding of their own.
  if (rows === 0 || !hasKey(analysis, known)) return [];
  const empty = parts.filter(({ split }) => seen[split]!.rows === 0);
  const fixes = () => seedFixes(analysis, known, shares[0]!.how.part!);
  if (empty.length > 0)
    return empty.map((file): Draft => ({
      code: 'data-split',
      severity: 'error',
      span: file.source.valueSpan,
      message: l10n.t`None of the ${counted(rows, 'row')} falls to ${file.split}${shareOf(file)}.`,
      fixes: fixes(),
    }));
  const labels = [...new Set(known.flatMap((part) => Object.keys(part.labels)))];
  return shares.flatMap((file): readonly Draft[] => {
    const lacking = labels.filter((label) => !Object.hasOwn(seen[file.split]!.labels, label));
    if (lacking.length === 0) return [];
    const some = lacking.slice(0, mostNamed).map((label) => `"${label}" (${counted(rowsOf(known, label), 'row')})`);
    const names = listed(
      lacking.length > some.length ? [...some, l10n.t`${lacking.length - some.length} others`] : some,
    );
    return [
      {
        code: 'data-split',
        severity: 'warning',
        span: file.source.valueSpan,
        message:
          lacking.length === 1
            ? l10n.t`No row of ${file.split} has the label ${names}: it is not measured there.`
            : l10n.t`No row of ${file.split} has the labels ${names}: they are not measured there.`,
        fixes: fixes(),
      },
    ];
  });
}

function hasKey(analysis: Analysis, parts: readonly SplitSummary[]): boolean {
  const key = keyColumns(analysis);
  return (
    !('names' in key) ||
    key.names.length === 0 ||
    key.names.some((name) => parts.some(({ columns }) => columns.includes(name)))
  );
}

/** Labels that a message names at most. */
const mostNamed = 4;

const rowsOf = (parts: readonly SplitSummary[], label: string): number =>
  parts.reduce((sum, { labels }) => sum + (Object.hasOwn(labels, label) ? labels[label]! : 0), 0);

function shareOf({ split, how }: NamedFile): string {
  return split === 'train' || !how.part ? '' : l10n.t`, which takes ${plainNumber(how.part[split])}% of them`;
}

/** Takes the seed that divides the rows most evenly, where that is another than the template's. */
function seedFixes(analysis: Analysis, parts: readonly SplitSummary[], held: HeldOut): readonly Fix[] {
  if (!tellsRowsApart(keyColumns(analysis))) return [];
  const groups = parts.flatMap(groupsOf);
  const seed = evenSeed(groups, held);
  if (seed === (analysis.written.splitSeed ?? firstSplitSeed) || !dividesAll(groups, held, seed)) return [];
  try {
    const edits = settingEdits(analysis.text, { splitSeed: String(seed) });
    return [{ title: l10n.t`Divide More Evenly: tune.splitSeed: ${seed}`, edits }];
  } catch {
    return [];
  }
}

/** The rows of a file that stay together, with their labels. */
const groupsOf = ({ keys, repeats, keyLabels = [] }: SplitSummary): readonly RowGroup[] =>
  [...keys.keys()].map((key, i) => ({
    key,
    rows: 1 + (repeats?.get(key) ?? 0),
    ...(keyLabels[i] !== undefined && { label: keyLabels[i] }),
  }));

/** Whether a seed leaves rows to each part. */
function dividesAll(groups: readonly RowGroup[], held: HeldOut, seed: number): boolean {
  const parts = new Set(groups.map(({ key }) => partAt(placeOfKey(keyWords(key), seed), held)));
  return parts.has('train') && (held.dev === 0 || parts.has('dev')) && (held.test === 0 || parts.has('test'));
}

/** `data-held-out`: only rows to train on are named, so that nothing is left to choose and to measure by. */
export function nothingHeldOut(analysis: Analysis, { splits: seen = {} }: TemplateContext): readonly Draft[] {
  const { data } = analysis.written;
  const train = namedFile(analysis, 'train');
  if (!data || !train || !seen.train || data.dev !== undefined || data.test !== undefined) return [];
  return [
    {
      code: 'data-held-out',
      severity: 'information',
      span: train.entry.valueSpan,
      message: costOfMissing(data)!,
      fixes: holdOut(analysis, seen),
    },
  ];
}

function holdOut(analysis: Analysis, { train }: Seen): readonly Fix[] {
  const { frontMatter } = analysis;
  const held = { dev: usualShare, test: usualShare };
  if (!train || !tellsRowsApart(keyColumns(analysis))) return [];
  const groups = groupsOf(train);
  const seed = evenSeed(groups, held);
  if (!dividesAll(groups, held, seed)) return [];
  const shares = insertion(frontMatter, ['tune.data'], `dev: ${held.dev}%`, `test: ${held.test}%`);
  const isWritten = seed === firstSplitSeed || entryAt(frontMatter, ['tune.splitSeed']) !== undefined;
  const seedEdit = isWritten ? undefined : insertion(frontMatter, [], `tune.splitSeed: ${seed}`);
  if (!shares || (!isWritten && !seedEdit)) return [];
  return [{ title: l10n.t`Hold Out dev and test`, edits: together(shares, seedEdit) }];
}

/** Two insertions at one place are one. */
function together(first: Edit, second: Edit | undefined): readonly Edit[] {
  if (!second) return [first];
  return first.start === second.start ? [{ ...first, text: first.text + second.text }] : [first, second];
}
