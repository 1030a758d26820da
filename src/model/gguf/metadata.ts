import type { MetadataValue } from './header';

export type Metadata = ReadonlyMap<string, MetadataValue>;

export function metadataNumber(metadata: Metadata, key: string): number | undefined {
  const value = metadata.get(key);
  return typeof value === 'number' ? value : undefined;
}

export const metadataNumbers = (metadata: Metadata, keys: readonly string[]): readonly (number | undefined)[] =>
  keys.map((key) => metadataNumber(metadata, key));

export function metadataFlag(metadata: Metadata, key: string): boolean | undefined {
  const value = metadata.get(key);
  return typeof value === 'boolean' ? value : undefined;
}

/** A list whose members are all of one kind; undefined where it is missing or mixed. */
export function metadataTexts(metadata: Metadata, key: string): readonly string[] | undefined {
  const value = metadata.get(key);
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
    ? (value as readonly string[])
    : undefined;
}

export function metadataList(metadata: Metadata, key: string): readonly number[] | undefined {
  const value = metadata.get(key);
  return Array.isArray(value) && value.every((each) => typeof each === 'number')
    ? (value as readonly number[])
    : undefined;
}
