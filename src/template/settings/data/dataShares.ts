import * as l10n from '@vscode/l10n';
import { tellsRowsApart, type KeyColumns } from '../../../data/rows/rowKey';
import type { HeldOut, PartName, RowPart } from '../../../data/rows/rowPart';
import { fileOfSource, formatOfSource, type DataSource } from '../../../data/table/tableFormat';
import { plainNumber } from '../../../words/formatNumbers';
import { shownValue } from '../../text/shownValue';
import { readDataSource, readSourceText, type SourceProblem } from './dataSource';

/** A share of the rows of train's file, as `tune.data` writes it for dev and test: `15%`. */
export interface Share {
  /** Percent, above 0 and below 100. */
  readonly share: number;
}

/** What is written for a split. */
export type WrittenSource = DataSource | Share;
export type WrittenData = Partial<Readonly<Record<PartName, WrittenSource>>>;
export type DividedData = Partial<Readonly<Record<PartName, DataSource>>>;

export const isShare = (source: WrittenSource | undefined): source is Share =>
  typeof source === 'object' && 'share' in source;

/** Percent that are held out where nothing is said, for each of dev and test. */
export const usualShare = 15;
/** Shares that are offered to choose from. */
export const usualShares: readonly string[] = ['10%', `${usualShare}%`, '20%'];

/** The splits that may take a share of train. */
const sharing = ['dev', 'test'] as const;

/** Reads what a template writes for a split: a file, or for dev and test a share of the rows of train. */
export function readSplit(split: string, written: unknown): { readonly value: WrittenSource } | SourceProblem {
  const where = `tune.data.${split}`;
  const percent = typeof written === 'string' ? /^\s*(-?[\d.,]+)\s*%\s*$/.exec(written) : null;
  if (typeof written === 'number' || percent)
    if (split === 'train')
      return {
        problem: l10n.t`${where} must be the path of a file; dev and test may take shares of its rows, and train has \
the rest.`,
      };
  if (typeof written === 'number') return { problem: `${where} ${aboutNumber(written)}` };
  if (!percent) return readDataSource(written, where);
  const share = Number(percent[1]!.replace(',', '.'));
  if (share > 0 && share < 100) return { value: { share } };
  return { problem: l10n.t`${where} must be a share above 0% and below 100%, not ${shownValue(written)}.` };
}

/** The same from one line of text, as forms and the command line take it. */
export const readSplitText = (split: string, text: string): ReturnType<typeof readSplit> =>
  /%\s*$/.test(text) ? readSplit(split, text) : readSourceText(text, `tune.data.${split}`);

const aboutNumber = (written: number): string =>
  written > 0 && written < 1
    ? l10n.t`must be a file or a share of the rows of train; write ${plainNumber(written * 100)}%.`
    : l10n.t`must be a file or a share of the rows of train, such as 15%: with a number of rows, each row added to \
the file would move others from one split to another.`;

/** What shares of train cannot be, each by itself being right; and at which split that is written. */
export function sharesProblem(data: WrittenData): { readonly split: PartName; readonly problem: string } | undefined {
  const shared = sharing.filter((split) => isShare(data[split]));
  const [first] = shared;
  if (first === undefined) return undefined;
  const { dev, test } = heldOutOf(data);
  if (data.train === undefined)
    return {
      split: first,
      problem: l10n.t`tune.data.${first} takes a share of the rows of train, and no file is named for train.`,
    };
  if (dev + test >= 100)
    return {
      split: shared.at(-1)!,
      problem: l10n.t`dev and test take ${plainNumber(dev + test)}% of the rows together, which leaves train none.`,
    };
  const file = fileOfSource(data.train as DataSource);
  const whole = sharing.find((split) => !shared.includes(split) && sameFile(data[split], file));
  return (
    whole && {
      split: whole,
      problem: l10n.t`tune.data.${whole} names all rows of the file that ${first} takes a share of; write a share, \
such as 15%.`,
    }
  );
}

const sameFile = (source: WrittenSource | undefined, file: string): boolean =>
  source !== undefined && !isShare(source) && plainPath(fileOfSource(source)) === plainPath(file);

const plainPath = (path: string): string => path.replace(/^(?:\.\/)+/, '');

const heldOutOf = ({ dev, test }: WrittenData): HeldOut => ({
  dev: isShare(dev) ? dev.share : 0,
  test: isShare(test) ? test.share : 0,
});

/** By what rows are divided. */
export interface Division {
  readonly seed: number;
  /** The columns by which rows are the same, and stay together. */
  readonly key: KeyColumns;
  /** The column of the answer. */
  readonly answer: string | undefined;
}

/** A file for each split; where some take shares, train and they are parts of the rows of one. */
export function dividedData(data: WrittenData, { seed, key, answer }: Division): DividedData {
  const { train } = data;
  if (train === undefined || isShare(train) || !sharing.some((split) => isShare(data[split])))
    return data as DividedData;
  const part = (take: PartName): RowPart => ({
    take,
    ...heldOutOf(data),
    seed,
    key: inOneOrder(tellsRowsApart(key) ? key : { all: true, ...(answer !== undefined && { except: [answer] }) }),
    ...(answer !== undefined && { answer }),
  });
  const source = (take: PartName): DataSource => ({
    ...formatOfSource(train),
    file: fileOfSource(train),
    part: part(take),
  });
  return Object.fromEntries(
    (['train', ...sharing] as const).flatMap((split) => {
      const written = data[split];
      if (written === undefined) return [];
      return [[split, split === 'train' || isShare(written) ? source(split) : written]];
    }),
  );
}

/** Two templates that read the same columns divide rows alike, whatever they read first. */
const inOneOrder = (key: KeyColumns): KeyColumns => ('names' in key ? { names: [...key.names].sort() } : key);

/** The part of a file that a source is; absent where it is all of it. */
export const partOfSource = (source: DataSource | undefined): RowPart | undefined =>
  typeof source === 'object' ? source.part : undefined;

/** What was written for a split: of a part of train's file, the share, and for train the file. */
export function asWritten(source: WrittenSource): WrittenSource {
  if (isShare(source) || typeof source === 'string' || !source.part) return source;
  const { part, ...file } = source;
  if (part.take !== 'train') return { share: part[part.take] };
  return Object.keys(file).length === 1 ? file.file : file;
}

/** A split as text, such as `data/train.csv`, `{"file":"rows.csv","separator":";"}` or `15%`. */
export function splitText(source: WrittenSource): string {
  const written = asWritten(source);
  if (isShare(written)) return `${plainNumber(written.share)}%`;
  return typeof written === 'string' ? written : JSON.stringify(written);
}
