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
  const keys: OutlineKey[] = [];
  let blocks: BlockLevel[] = [];
  const flows: FlowLevel[] = [];
  let location: YamlLocation = { role: 'key', path: [], wordStart: start + stop, flow: false };
  let at = 0;

  const pathOf = (): string[] => [
    ...blocks.map((level) => level.key),
    ...flows.flatMap((level, index) =>
      level.open === '['
        ? [String(level.items)]
        : level.key !== undefined && index < flows.length - 1
          ? [level.key]
          : [],
    ),
  ];

  while (at <= stop) {
    const lineEnd = endOfLine(text, at);
    // A key at the left margin is never inside brackets, so the brackets were not closed.
    if (flows.length > 0 && keyAt(at, lineEnd, blockKey)) flows.length = 0;
    if (flows.length > 0) {
      at = scanFlow(at, Math.min(lineEnd, stop));
    } else scanLine(lineEnd);
    if (lineEnd >= stop) break;
    at = afterBreak(text, lineEnd);
  }
  return { keys, location };

  function scanLine(lineEnd: number): void {
    let column = at;
    while (column < lineEnd && text[column] === ' ') column++;
    const blank = /^[ \t]*(?:#.*)?$/.test(text.slice(column, lineEnd));
    let indent = column - at;
    // A blank line belongs to the mapping its indentation says, but does not end one.
    const saved = blank ? [...blocks] : undefined;
    blocks = blocks.filter(
      (level) => level.indent < indent || (level.indent === indent && text[column] === '-' && !/^\d+$/.test(level.key)),
    );
    while (text[column] === '-' && /[ \t\r\n]|$/.test(text[column + 1] ?? '')) {
      const list = blocks.at(-1);
      const item = list ? list.items++ : 0;
      blocks = [...blocks, { indent: indent + 0.5, key: String(item), items: 0 }];
      column++;
      while (column < lineEnd && text[column] === ' ') column++;
      indent = column - at;
    }
    const path = blocks.map((level) => level.key);
    if (column >= stop) {
      location = { role: 'key', path, wordStart: start + Math.min(column, stop), flow: false };
      if (saved) blocks = saved;
      return;
    }
    location = { role: 'key', path, wordStart: start + column, flow: false };
    const key = keyAt(column, lineEnd, blockKey);
    if (!key) {
      const holdsFlow = text[column] === '{' || text[column] === '[';
      if (holdsFlow) scanFlow(column, Math.min(lineEnd, stop));
      else if (/^\d+$/.test(path.at(-1) ?? ''))
        location = { role: 'value', path, wordStart: start + column, flow: false };
      if (saved) blocks = saved;
      return;
    }
    if (key.colon >= stop) return;
    keys.push({
      path: [...path, key.name],
      start: start + column,
      end: start + key.end,
      valueStart: start + key.colon + 1,
    });
    blocks = [...blocks, { indent, key: key.name, items: 0 }];
    let value = key.colon + 1;
    while (value < lineEnd && /[ \t]/.test(text[value]!)) value++;
    location = { role: 'value', path: [...path, key.name], wordStart: start + Math.min(value, stop), flow: false };
    if (value < stop && (text[value] === '{' || text[value] === '[')) scanFlow(value, Math.min(lineEnd, stop));
  }

  function keyAt(
    from: number,
    lineEnd: number,
    pattern: RegExp,
  ): { name: string; end: number; colon: number } | undefined {
    pattern.lastIndex = from;
    const match = pattern.exec(text);
    if (!match || from + match[0].length > lineEnd) return undefined;
    const end = from + match[0].length;
    const colon = text.indexOf(':', end);
    return colon < 0 || colon >= lineEnd ? undefined : { name: unquoted(match[0]), end, colon };
  }

  /** Reads brackets up to `end`; returns where it stopped. */
  function scanFlow(from: number, end: number): number {
    let position = from;
    if (flows.length > 0) setFlowLocation(position, 'continue');
    while (position < end) {
      const character = text[position]!;
      if (character === '{' || character === '[') {
        flows.push({ open: character, items: 0 });
        position++;
        setFlowLocation(position, 'start');
      } else if (character === '}' || character === ']') {
        flows.pop();
        position++;
        if (flows.length === 0) return position;
      } else if (character === ',') {
        const level = flows.at(-1)!;
        level.items++;
        level.key = undefined;
        position++;
        setFlowLocation(position, 'start');
      } else if (character === '#' && /\s/.test(text[position - 1] ?? ' ')) return end;
      else if (/\s/.test(character)) position++;
      else position = scanWord(position, end);
    }
    return position;
  }

  function scanWord(from: number, end: number): number {
    const level = flows.at(-1)!;
    const key = level.open === '{' && level.key === undefined ? keyAt(from, endOfLine(text, from), flowKey) : undefined;
    if (key && key.colon < end) {
      const path = pathOf();
      keys.push({
        path: [...path, key.name],
        start: start + from,
        end: start + key.end,
        valueStart: start + key.colon + 1,
      });
      level.key = key.name;
      setFlowLocation(key.colon + 1, 'start');
      return key.colon + 1;
    }
    setFlowLocation(from, 'word');
    const quote = text[from];
    let position = from + 1;
    if (quote === '"' || quote === "'") {
      while (position < end && text[position] !== quote) position += quote === '"' && text[position] === '\\' ? 2 : 1;
      return Math.min(position + 1, end);
    }
    while (position < end && !/[,{}[\]]/.test(text[position]!)) position++;
    return position;
  }

  function setFlowLocation(position: number, how: 'start' | 'continue' | 'word'): void {
    const level = flows.at(-1)!;
    const path = pathOf();
    const value = level.open === '[' || level.key !== undefined;
    const full = level.open === '{' && level.key !== undefined ? [...path, level.key] : path;
    let wordStart = position;
    if (how !== 'word') while (wordStart < stop && /[ \t]/.test(text[wordStart]!)) wordStart++;
    location = { role: value ? 'value' : 'key', path: full, wordStart: start + Math.min(wordStart, stop), flow: true };
  }
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
