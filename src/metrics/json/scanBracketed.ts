/** How far a value of JSON goes. */
export interface Scanned {
  /** Behind the value; or the first character that no value that begins so can have there, or the end of the text. */
  readonly end: number;
  readonly isComplete: boolean;
}

const space = /[ \t\n\r]*/y;
/** A number or a literal, or what it might have become: within one no bracket stands, so its inside is one piece. */
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null/y;

type Expected = 'value' | 'item or end' | 'key' | 'key or end' | 'colon' | 'comma or end';

/**
 * Reads an object or an array of JSON (RFC 8259) as far as it goes, in one pass and to any depth.
 * @param start position of its opening bracket
 */
export function scanBracketed(text: string, start: number): Scanned {
  const closings: string[] = [];
  let expected: Expected = 'value';
  let at = start;
  for (;;) {
    at = endOf(space, text, at) ?? at;
    const character = text[at];
    if (character === undefined) return { end: at, isComplete: false };
    const closing = closings.at(-1);
    if (character === closing && /end$/.test(expected)) {
      closings.pop();
      at++;
      if (closings.length === 0) return { end: at, isComplete: true };
      expected = 'comma or end';
    } else if (expected === 'comma or end' && character === ',') {
      at++;
      expected = closing === '}' ? 'key' : 'value';
    } else if (expected === 'colon' && character === ':') {
      at++;
      expected = 'value';
    } else if (/^key/.test(expected) && character === '"') {
      const { end, isComplete } = scanText(text, at);
      if (!isComplete) return { end, isComplete };
      at = end;
      expected = 'colon';
    } else if (!/^(?:value|item)/.test(expected)) return { end: at, isComplete: false };
    else if (character === '{' || character === '[') {
      closings.push(character === '{' ? '}' : ']');
      at++;
      expected = character === '{' ? 'key or end' : 'item or end';
    } else {
      const { end, isComplete } = character === '"' ? scanText(text, at) : scanScalar(text, at);
      if (!isComplete) return { end, isComplete };
      at = end;
      expected = 'comma or end';
    }
  }
}

function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function scanScalar(text: string, at: number): Scanned {
  const end = endOf(scalar, text, at);
  return { end: end ?? at, isComplete: end !== undefined };
}

/** A text in quotes, up to the first character that none may hold: a control character, an unknown escape. */
function scanText(text: string, start: number): Scanned {
  let at = start + 1;
  for (;;) {
    const character = text[at];
    if (character === '"') return { end: at + 1, isComplete: true };
    if (character === undefined || character < ' ') return { end: at, isComplete: false };
    at++;
    if (character !== '\\') continue;
    const escaped = text[at];
    if (escaped === undefined || !/["\\/bfnrtu]/.test(escaped)) return { end: at, isComplete: false };
    at++;
    for (let digit = 0; escaped === 'u' && digit < 4; digit++, at++)
      if (!/^[0-9a-fA-F]$/.test(text[at] ?? '')) return { end: at, isComplete: false };
  }
}
