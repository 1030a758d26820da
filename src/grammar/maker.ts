import type { JsonRules } from './jsonRules';
import type { SchemaPart } from './schemaParts';

/** A keyword of a schema that a grammar does not hold answers to. */
export interface Unenforced {
  readonly keyword: string;
  /** Of the schema that has the keyword: `/properties/tags`. */
  readonly pointer: string;
}

/** What the rules of each kind of value are made with. */
export interface Maker {
  readonly json: JsonRules;
  readonly root: unknown;
  /** The rule of a value for which schemas hold together; undefined where there is none. */
  rule(parts: readonly SchemaPart[], depth: number): string | undefined;
  /** Notes a keyword that is not held to. */
  miss(keyword: string, pointer: string): void;
  /** Whether a value satisfies all of these. */
  satisfies(value: unknown, parts: readonly SchemaPart[]): boolean;
}
