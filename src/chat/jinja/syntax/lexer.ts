import { JinjaError } from '../values/budget';
import { stripRight } from '../values/text';

/** A piece of a template; `line` counts from 1. */
export interface Token {
  readonly type:
    | 'text'
    | 'open'
    | 'close'
    | 'openOutput'
    | 'closeOutput'
    | 'name'
    | 'string'
    | 'integer'
    | 'float'
    | 'operator'
    | 'end';
  readonly value: string;
  readonly line: number;
}

const space = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const opening = new RegExp(`\\{%[-+]?${space}*raw${space}*(?:-%\\}${space}*|%\\})|\\{[%#{][-+]?`, 'g');
const endOfRaw = new RegExp(`\\{%([-+]?)${space}*endraw${space}*(?:\\+%\\}|-%\\}${space}*|%\\}\\n?)`, 'g');
const endOfComment = new RegExp(`\\+#\\}|-#\\}${space}*|#\\}\\n?`, 'g');
const endOfStatement = new RegExp(`\\+%\\}|-%\\}${space}*|%\\}\\n?`, 'y');
const endOfOutput = new RegExp(`-\\}\\}${space}*|\\}\\}`, 'y');
const pieces: readonly (readonly [Token['type'] | 'space', RegExp])[] = [
  ['space', new RegExp(`${space}+`, 'y')],
  ['float', /(?<!\.)\d+(?:_\d+)*(?:(?:\.\d+(?:_\d+)*)?e[+-]?\d+(?:_\d+)*|\.\d+(?:_\d+)*)/iy],
  ['integer', /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy],
  ['name', /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy],
  ['string', /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/sy],
  ['operator', /\*\*|\/\/|==|!=|>=|<=|[-+*/%~[\](){}><=.:|,;]/y],
];

/** Reads a template with `trim_blocks` and `lstrip_blocks`, as transformers does; Jinja 3.1, lexer.py. */
class Lexer {
  readonly tokens: Token[] = [];
  #at = 0;
  #line = 1;
  readonly #braces: string[] = [];

  constructor(readonly source: string) {}

  run(): readonly Token[] {
    while (this.#at < this.source.length) this.#readText();
    this.#add('end', '');
    return this.tokens;
  }

  #add(type: Token['type'], value: string): void {
    this.tokens.push({ type, value, line: this.#line });
  }

  #advance(length: number): void {
    for (let i = this.#at; i < this.#at + length; i++) if (this.source[i] === '\n') this.#line++;
    this.#at += length;
  }

  #fail(message: string): never {
    throw new JinjaError('TemplateSyntaxError', message, this.#line);
  }

  #readText(): void {
    opening.lastIndex = this.#at;
    const found = opening.exec(this.source);
    const text = this.source.slice(this.#at, found?.index);
    // What lies between the last tag's end and this one's begin; a tag that eats its line break begins a line.
    const kept = found ? this.#stripped(text, found[0]) : text;
    if (kept !== '') this.#add('text', kept);
    this.#advance(text.length);
    if (!found) return;
    const tag = found[0];
    this.#advance(tag.length);
    if (tag.length > 3) this.#readRaw();
    else if (tag[1] === '#') this.#skipComment();
    else this.#readTag(tag[1] === '%');
  }

  #stripped(text: string, tag: string): string {
    const sign = tag[2];
    if (sign === '-') return stripRight(text);
    if (sign === '+' || tag[1] === '{') return text;
    const start = text.lastIndexOf('\n') + 1;
    const opensLine = start > 0 || this.#at === 0 || this.source[this.#at - 1] === '\n';
    return opensLine && stripRight(text.slice(start)) === '' ? text.slice(0, start) : text;
  }

  #readRaw(): void {
    endOfRaw.lastIndex = this.#at;
    const found = endOfRaw.exec(this.source);
    if (!found) this.#fail('Missing end of raw directive');
    const text = this.source.slice(this.#at, found.index);
    const kept = this.#stripped(text, `{%${found[1] ?? ''}`);
    if (kept !== '') this.#add('text', kept);
    this.#advance(text.length + found[0].length);
  }

  #skipComment(): void {
    endOfComment.lastIndex = this.#at;
    const found = endOfComment.exec(this.source);
    if (!found) this.#fail('Missing end of comment tag');
    this.#advance(found.index + found[0].length - this.#at);
  }

  #readTag(isStatement: boolean): void {
    const end = isStatement ? endOfStatement : endOfOutput;
    this.#add(isStatement ? 'open' : 'openOutput', '');
    for (;;) {
      if (this.#at >= this.source.length) this.#fail('unexpected end of template');
      end.lastIndex = this.#at;
      const closing = this.#braces.length === 0 ? end.exec(this.source) : null;
      if (closing) {
        this.#add(isStatement ? 'close' : 'closeOutput', '');
        this.#advance(closing[0].length);
        return;
      }
      this.#readPiece();
    }
  }

  #readPiece(): void {
    for (const [type, pattern] of pieces) {
      pattern.lastIndex = this.#at;
      const value = pattern.exec(this.source)?.[0];
      if (value === undefined) continue;
      if (type === 'operator') this.#balance(value);
      if (type !== 'space') this.#add(type, type === 'string' ? unescaped(value.slice(1, -1)) : value);
      this.#advance(value.length);
      return;
    }
    this.#fail(`unexpected char ${JSON.stringify(this.source[this.#at])} at ${this.#at}`);
  }

  #balance(operator: string): void {
    const closes = { '{': '}', '(': ')', '[': ']' }[operator];
    if (closes) this.#braces.push(closes);
    else if (['}', ')', ']'].includes(operator)) {
      const expected = this.#braces.pop();
      if (expected === undefined) this.#fail(`unexpected '${operator}'`);
      if (expected !== operator) this.#fail(`unexpected '${operator}', expected '${expected}'`);
    }
  }
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
};

/** Python's escapes in a text; one that has no meaning stays as it is. */
function unescaped(text: string): string {
  return text.replace(
    /\\(?:x([\da-f]{2})|u([\da-f]{4})|U([\da-f]{8})|([0-7]{1,3})|(.))/gis,
    (whole, ...groups: (string | undefined)[]) => {
      const [x, u, long, octal, letter] = groups;
      const hex = x ?? u ?? long;
      if (hex !== undefined)
        return Number.parseInt(hex, 16) <= 0x10ffff ? String.fromCodePoint(Number.parseInt(hex, 16)) : whole;
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
      return escapes[letter!] ?? whole;
    },
  );
}

/** @throws JinjaError "TemplateSyntaxError" with its line */
export function tokenize(template: string): readonly Token[] {
  return new Lexer(template.replace(/\r\n?/g, '\n').replace(/\n$/, '')).run();
}
