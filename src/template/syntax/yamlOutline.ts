import type { FilePart } from './dotprompt';

/** A key of a mapping, found line by line, so that it is found in broken YAML too. Offsets are of the file. */
export interface OutlineKey {
  /** Keys that lead here, list positions as decimal text, this key last. */
  readonly path: readonly string[];
  readonly start: number;
  readonly end: number;
  /** Where the value may begin: after the colon. */
  readonly valueStart: number;
}

/** A location in YAML: in which mapping, and whether in a key or in a value. */
export interface YamlLocation {
  readonly role: 'key' | 'value';
  /** Keys that lead to the mapping; for a value its own key too. */
  readonly path: readonly string[];
  /** Offset at which the word at this location begins; quotes count as part of it. */
  readonly wordStart: number;
  /** Whether the location is inside `{ … }` or `[ … ]`. */
  readonly flow: boolean;
}

interface BlockLevel {
  readonly indent: number;
  readonly key: string;
  /** Items seen at this level, when it is a list. */
  items: number;
}

interface FlowLevel {
  readonly open: '{' | '[';
  key?: string;
  items: number;
}

const quotedKey = /"(?:[^"\\\r\n]|\\.)*"|'[^'\r\n]*'/.source;
const plainStart = /[^\s{}[\],#"'&*!|>%@`:-]|[-:](?=[^\s,{}[\]])/.source;
const flowKey = new RegExp(`(?:${quotedKey}|(?:${plainStart})[^\\r\\n{}[\\],#]*?)(?=\\s*:(?:[\\s,}\\]]|$))`, 'y');
// Outside brackets a plain key may contain commas and brackets, as in `label(enum, the kind)`.
const blockKey = new RegExp(`(?:${quotedKey}|(?:${plainStart})(?:(?!\\s#)[^\\r\\n])*?)(?=[ \\t]*:(?:\\s|$))`, 'y');

/**
 * Reads the keys of YAML by indentation and brackets alone.
 * @param until offset in the file at which to stop; `location` is what is there
 */
export function outlineYaml(
  part: FilePart,
  until?: number,
): { readonly keys: readonly OutlineKey[]; readonly location: YamlLocation } {
  const { text, start } = part;
  const stop = until === undefined ? text.length : Math.min(Math.max(until - start, 0), text.length);
  const reader = new OutlineReader(part, stop);
  let at = 0;
  while (at <= stop) {
    const lineEnd = endOfLine(text, at);
    reader.line(at, lineEnd);
    if (lineEnd >= stop) break;
    at = afterBreak(text, lineEnd);
  }
  return { keys: reader.keys, location: reader.location };
}

/** Reads line by line; positions are offsets in the YAML, the offsets of keys and location are those of the file. */
class OutlineReader {
  readonly keys: OutlineKey[] = [];
  location: YamlLocation;
  private blocks: BlockLevel[] = [];
  private readonly flows: FlowLevel[] = [];
  private readonly text: string;
  private readonly start: number;

  /** @param stop position at which reading stops */
  constructor(
    part: FilePart,
    private readonly stop: number,
  ) {
    this.text = part.text;
    this.start = part.start;
    this.location = { role: 'key', path: [], wordStart: part.start + stop, flow: false };
  }

  line(from: number, lineEnd: number): void {
    // A key at the left margin is never inside brackets, so the brackets were not closed.
    if (this.flows.length > 0 && this.keyAt(from, lineEnd, blockKey)) this.flows.length = 0;
    if (this.flows.length > 0) this.flow(from, Math.min(lineEnd, this.stop));
    else this.block(from, lineEnd);
  }

  private block(from: number, lineEnd: number): void {
    const { text } = this;
    let column = this.skip(from, lineEnd, / /);
    const blank = /^[ \t]*(?:#.*)?$/.test(text.slice(column, lineEnd));
    // A blank line belongs to the mapping its indentation says, but does not end one.
    const saved = blank ? [...this.blocks] : undefined;
    let indent = column - from;
    this.blocks = this.blocks.filter(
      (level) => level.indent < indent || (level.indent === indent && text[column] === '-' && !isItem(level.key)),
    );
    while (text[column] === '-' && /[ \t\r\n]|$/.test(text[column + 1] ?? '')) {
      const list = this.blocks.at(-1);
      this.blocks = [...this.blocks, { indent: indent + 0.5, key: String(list ? list.items++ : 0), items: 0 }];
      column = this.skip(column + 1, lineEnd, / /);
      indent = column - from;
    }
    const path = this.blocks.map((level) => level.key);
    this.location = { role: 'key', path, wordStart: this.start + Math.min(column, this.stop), flow: false };
    const key = column < this.stop ? this.keyAt(column, lineEnd, blockKey) : undefined;
    if (key) this.entry({ key, column, indent, path }, lineEnd);
    else {
      if (column < this.stop) this.blockValue(column, lineEnd, path);
      if (saved) this.blocks = saved;
    }
  }

  /** A line without a key: brackets, or an item of a list. */
  private blockValue(column: number, lineEnd: number, path: readonly string[]): void {
    if (isBracket(this.text[column])) this.flow(column, Math.min(lineEnd, this.stop));
    else if (isItem(path.at(-1) ?? ''))
      this.location = { role: 'value', path, wordStart: this.start + column, flow: false };
  }

  private entry(
    { key, column, indent, path }: { key: FoundKey; column: number; indent: number; path: readonly string[] },
    lineEnd: number,
  ): void {
    const { text, stop, start } = this;
    if (key.colon >= stop) return;
    this.addKey(key, column, path);
    this.blocks = [...this.blocks, { indent, key: key.name, items: 0 }];
    const value = this.skip(key.colon + 1, lineEnd, /[ \t]/);
    this.location = {
      role: 'value',
      path: [...path, key.name],
      wordStart: start + Math.min(value, stop),
      flow: false,
    };
    if (value < stop && isBracket(text[value])) this.flow(value, Math.min(lineEnd, stop));
  }

  private addKey({ name, end, colon }: FoundKey, from: number, path: readonly string[]): void {
    const { start } = this;
    this.keys.push({ path: [...path, name], start: start + from, end: start + end, valueStart: start + colon + 1 });
  }

  private keyAt(from: number, lineEnd: number, pattern: RegExp): FoundKey | undefined {
    pattern.lastIndex = from;
    const match = pattern.exec(this.text);
    if (!match || from + match[0].length > lineEnd) return undefined;
    const end = from + match[0].length;
    const colon = this.text.indexOf(':', end);
    return colon < 0 || colon >= lineEnd ? undefined : { name: unquoted(match[0]), end, colon };
  }

  /** Reads brackets from a position to `end`, or to where the outermost bracket closes. */
  private flow(from: number, end: number): void {
    const { text, flows } = this;
    let position = from;
    if (flows.length > 0) this.setFlowLocation(position);
    while (position < end) {
      const character = text[position]!;
      if (isBracket(character)) {
        flows.push({ open: character, items: 0 });
        position++;
        this.setFlowLocation(position);
      } else if (character === '}' || character === ']') {
        flows.pop();
        position++;
        if (flows.length === 0) return;
      } else if (character === ',') {
        const level = flows.at(-1)!;
        level.items++;
        level.key = undefined;
        position++;
        this.setFlowLocation(position);
      } else if (character === '#' && /\s/.test(text[position - 1] ?? ' ')) return;
      else if (/\s/.test(character)) position++;
      else position = this.flowWord(position, end);
    }
  }

  /** Reads a key or a value inside brackets; returns the position after it. */
  private flowWord(from: number, end: number): number {
    const { text } = this;
    const level = this.flows.at(-1)!;
    const isKey = level.open === '{' && level.key === undefined;
    const key = isKey ? this.keyAt(from, endOfLine(text, from), flowKey) : undefined;
    if (key && key.colon < end) {
      this.addKey(key, from, this.flowPath());
      level.key = key.name;
      this.setFlowLocation(key.colon + 1);
      return key.colon + 1;
    }
    this.setFlowLocation(from, { atWord: true });
    const quote = text[from];
    let position = from + 1;
    if (quote === '"' || quote === "'") {
      while (position < end && text[position] !== quote) position += quote === '"' && text[position] === '\\' ? 2 : 1;
      return Math.min(position + 1, end);
    }
    while (position < end && !/[,{}[\]]/.test(text[position]!)) position++;
    return position;
  }

  /** Keys that lead to the innermost bracket. */
  private flowPath(): string[] {
    return [
      ...this.blocks.map((level) => level.key),
      ...this.flows.flatMap((level, index) => {
        if (level.open === '[') return [String(level.items)];
        return level.key !== undefined && index < this.flows.length - 1 ? [level.key] : [];
      }),
    ];
  }

  private setFlowLocation(position: number, { atWord = false } = {}): void {
    const level = this.flows.at(-1)!;
    const path = this.flowPath();
    const value = level.open === '[' || level.key !== undefined;
    const full = level.open === '{' && level.key !== undefined ? [...path, level.key] : path;
    const word = atWord ? position : this.skip(position, this.stop, /[ \t]/);
    this.location = {
      role: value ? 'value' : 'key',
      path: full,
      wordStart: this.start + Math.min(word, this.stop),
      flow: true,
    };
  }

  /** The first position from `from` to `end` whose character does not match. */
  private skip(from: number, end: number, pattern: RegExp): number {
    let position = from;
    while (position < end && pattern.test(this.text[position]!)) position++;
    return position;
  }
}

interface FoundKey {
  readonly name: string;
  readonly end: number;
  readonly colon: number;
}

function isBracket(character: string | undefined): character is '{' | '[' {
  return character === '{' || character === '[';
}

/** Whether a key is the position of a list's item. */
function isItem(key: string): boolean {
  return /^\d+$/.test(key);
}

function unquoted(key: string): string {
  if (key.startsWith("'")) return key.slice(1, -1).replaceAll("''", "'");
  if (!key.startsWith('"')) return key;
  try {
    return String(JSON.parse(key));
  } catch {
    return key.slice(1, -1);
  }
}

function endOfLine(text: string, from: number): number {
  for (let at = from; at < text.length; at++) if (text[at] === '\n' || text[at] === '\r') return at;
  return text.length;
}

function afterBreak(text: string, at: number): number {
  return text.startsWith('\r\n', at) ? at + 2 : at + 1;
}
