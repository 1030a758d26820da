import * as l10n from '@vscode/l10n';
import { encodings, type EncodingName } from '../encoding/encodingNames';
import type { RowPart } from '../rows/rowPart';

/** What separates the values of a row; with a space behind it, spaces in front of values are none of theirs. */
export const separators = [',', ';', '\t', '|'] as const;
export type Separator = (typeof separators)[number];

/** What a file does not say of itself: how its text is to be read, and which of its rows. */
export interface TextFormat {
  /** Names of the columns of a table without a header; an empty name is that of a column that is not read. */
  readonly columns?: readonly string[];
  /** One of {@link separators}, with or without a space behind it. */
  readonly separator?: string;
  readonly encoding?: EncodingName;
  /** The rows that are read; all of them where it is absent. */
  readonly part?: RowPart;
}

/** A data file with the way to read it. */
export interface FormattedFile extends TextFormat {
  readonly file: string;
}

/** A data file as settings name it: a path, or a path with the way to read it. */
export type DataSource = string | FormattedFile;

/** The path of a source, as it is written. */
export const fileOfSource = (source: DataSource): string => (typeof source === 'string' ? source : source.file);

/** How the file of a source is to be read. */
export const formatOfSource = (source: DataSource): TextFormat => (typeof source === 'string' ? {} : source);

/** A separator as it is read: one character, and whether spaces behind it count. */
export interface ReadSeparator {
  readonly character: Separator;
  readonly skipsSpaces: boolean;
}

/** @returns undefined for a text that is no separator */
export function readSeparator(written: string): ReadSeparator | undefined {
  const character = separators.find((each) => written === each || written === `${each} `);
  return character && { character, skipsSpaces: written.length > 1 };
}

const otherNames: Readonly<Record<string, EncodingName>> = {
  utf8: 'utf-8',
  'utf-8-sig': 'utf-8',
  utf16le: 'utf-16le',
  utf16be: 'utf-16be',
  'latin-1': 'latin1',
  'iso-8859-1': 'latin1',
  'iso8859-1': 'latin1',
  cp1250: 'windows-1250',
  cp1251: 'windows-1251',
  cp1252: 'windows-1252',
  'windows-1252': 'windows-1252',
  gbk: 'gb18030',
  gb2312: 'gb18030',
  cp936: 'gb18030',
  cp950: 'big5',
  'shift-jis': 'shift_jis',
  sjis: 'shift_jis',
  cp932: 'shift_jis',
};

/** An encoding by the name that people write, such as `latin-1` or `UTF8`; undefined for one that is not read. */
export function readEncoding(written: string): EncodingName | undefined {
  const name = written.toLowerCase().replaceAll('_', '-');
  return encodings.find((each) => each === name) ?? (Object.hasOwn(otherNames, name) ? otherNames[name] : undefined);
}

/** A separator in words. */
export function describeSeparator(character: Separator): string {
  return { ',': l10n.t`a comma`, ';': l10n.t`a semicolon`, '\t': l10n.t`a tab`, '|': l10n.t`a bar` }[character];
}
