import * as l10n from '@vscode/l10n';
import type { Method } from './settings';

/** What a value may be; `minimum` may be reached, `below` may not. */
export type ValueType =
  | { readonly kind: 'whole'; readonly minimum: number }
  | { readonly kind: 'number'; readonly minimum: number; readonly below?: number }
  | { readonly kind: 'switch' }
  | { readonly kind: 'choice'; readonly values: readonly string[]; readonly aliases?: Readonly<Record<string, string>> }
  | { readonly kind: 'learningRate' }
  | { readonly kind: 'readability' }
  | { readonly kind: 'init' }
  | { readonly kind: 'data' }
  | { readonly kind: 'labels' }
  | { readonly kind: 'variables' }
  /** A column of the data. */
  | { readonly kind: 'column' }
  | { readonly kind: 'metrics' }
  | { readonly kind: 'examples' }
  | { readonly kind: 'propose' };

/** One `tune.*` key: the values it may have, its meaning and its defaults. */
export interface SettingKey {
  readonly name: string;
  readonly type: ValueType;
  /** Default for each method; absent where the template itself decides. */
  readonly defaults?: Readonly<Record<Method, unknown>>;
  readonly meaning: () => string;
  readonly paper?: string;
}

/** How much worse than the original a rewritten text may read, in words. */
export const readabilities = ['strict', 'fair', 'free'] as const;
export const initialisations = ['text', 'vocabulary', 'labels', 'uniform', 'zero', 'normal'] as const;

/** The range of a number, as descriptions and errors write it: `a number, at least 0 and below 1`. */
export function describeBounds(type: Extract<ValueType, { readonly kind: 'whole' | 'number' }>): string {
  if (type.kind === 'whole') return l10n.t`a whole number, at least ${type.minimum}`;
  return type.below === undefined
    ? l10n.t`a number, at least ${type.minimum}`
    : l10n.t`a number, at least ${type.minimum} and below ${type.below}`;
}

/** Every text that may be written for a choice: its values, then their aliases. */
export function choicesOf({
  values,
  aliases = {},
}: Extract<ValueType, { readonly kind: 'choice' }>): readonly string[] {
  return [...values, ...Object.keys(aliases)];
}
