import { oneOf, openRules, type Rules } from './ebnf';

/** What every grammar of JSON is made of. */
export interface JsonRules {
  readonly rules: Rules;
  /** Between an object's or a list's members, and between a name and its value. */
  readonly comma: string;
  readonly colon: string;
  readonly open: (bracket: '{' | '[') => string;
  readonly close: (bracket: '}' | ']') => string;
  readonly string: string;
  /** A text of any length behind its opening quotation mark. */
  readonly ending: string;
  /** A character of a text, as JSON writes it. */
  readonly character: string;
  /** What stands behind a backslash. */
  readonly escape: string;
  readonly integer: string;
  readonly number: string;
  /** Any JSON. */
  readonly value: string;
  /** What may stand behind a value, so that tokens that go beyond one can be judged once for all places. */
  readonly behind: string;
  /** What may stand in front of the whole. */
  readonly lead: string;
}

/** Characters that stand in a text of JSON as they are. */
export const plainCharacter = '[^"\\\\\\x00-\\x1f]';

/**
 * The compact form, as `JSON.stringify` writes it, with one space in front where it follows a text.
 *
 * Numbers have an end, so that none becomes infinite. A text escapes what it must, and no half
 * of a surrogate pair.
 * @param spaced whether a space may stand between any two parts, for tokenizers that put some between words
 */
export function openJsonRules(spaced = false): JsonRules {
  const rules = openRules();
  const space = spaced ? '" "? ' : '';
  const [comma, colon] = [`${space}","${space && ` ${space.trim()}`}`, `${space}":"${space && ` ${space.trim()}`}`];
  const behind = `(= ${space}[,}\\]:])`;
  const hex = '[0-9a-fA-F]';
  const escape = rules.add(
    `["\\\\/bfnrt] | "u" (${oneOf([`[0-9a-cA-CeEfF] ${hex} ${hex} ${hex}`, `[dD] [0-7] ${hex} ${hex}`])})`,
  );
  const plain = rules.add(`${plainCharacter}*`);
  const rest = rules.reserve();
  // Written so that whatever a token may write within a text is known when the grammar is made.
  rules.define(rest, `(${plain} "\\"" | ${plain} "\\\\" ${escape} ${rest}) ${behind}`);
  const string = rules.add(`"\\"" ${rest}`);
  const integer = rules.add(`("0" | "-"? [1-9] [0-9]{0,24}) ${behind}`);
  const number = rules.add(`("-"? ("0" | [1-9] [0-9]{0,24}) ("." [0-9]{1,24})? ([eE] [+\\-]? [0-9]{1,2})?) ${behind}`);
  const open = (bracket: string): string => `"${bracket}"${space && ` ${space.trim()}`}`;
  const close = (bracket: string): string => `${space}"${bracket}"`;
  const value = rules.reserve();
  const pair = rules.add(`${string} ${colon} ${value}`);
  const object = rules.add(`${open('{')} (${pair} (${comma} ${pair})*)? ${close('}')}`);
  const list = rules.add(`${open('[')} (${value} (${comma} ${value})*)? ${close(']')}`);
  rules.define(value, `${string} | ${number} | "true" | "false" | "null" | ${object} | ${list}`);
  const character = rules.add(`${plainCharacter} | "\\\\" ${escape}`);
  return {
    rules,
    comma,
    colon,
    open,
    close,
    string,
    ending: rest,
    character,
    escape,
    integer,
    number,
    value,
    behind,
    lead: '" "?',
  };
}
