import { helperShapes } from '../syntax/helpers';

/** One `{…}` of an OpenPrompt line. */
export interface OpenPromptPiece {
  readonly start: number;
  readonly end: number;
  /** Its Handlebars; undefined when it has no counterpart, so that it stays as it is. */
  readonly text?: string;
  readonly kind: 'input' | 'soft' | 'mask' | 'words' | 'unknown';
  readonly name?: string;
  readonly lost: readonly string[];
}

const quoted = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/.source;
const kinds = 'placeholder|meta|soft|mask|special|text|soft_id';

/** A record of Python with one of OpenPrompt's keys. A brace next to it would be one too many in Handlebars. */
const entry = `(?:${quoted})\\s*(?::(?:[^{}"',]|${quoted})*)?`;
const piecePattern = new RegExp(
  `(?<!\\{)\\{\\s*(?:${entry},\\s*)*["'](?:${kinds})["'](?:[^{}"']|${quoted})*\\}(?!\\})`,
  'g',
);

/** Kinds of a record by their keys, the one that decides first. */
const order = ['placeholder', 'meta', 'mask', 'special', 'text', 'soft', 'soft_id'] as const;

/** The pieces of a text, in its order. @param answer name of the output field */
export function piecesOf(text: string, answer: string): readonly OpenPromptPiece[] {
  return [...text.matchAll(piecePattern)].map((match) => {
    const piece = convert(match[0], answer);
    const end = match.index + match[0].length;
    // Of what leaves nothing, one of the two spaces around it goes too.
    const isBetweenSpaces = text[match.index - 1] === ' ' && /^(?: |$)/.test(text.slice(end, end + 1));
    return { ...piece, start: piece.text === '' && isBetweenSpaces ? match.index - 1 : match.index, end };
  });
}

/** Keys of a record to their values as text; a key alone has none. */
function recordOf(source: string): ReadonlyMap<string, string | undefined> {
  const entries = new RegExp(`(${quoted})\\s*(?::\\s*(${quoted}|[^,{}]*))?`, 'g');
  const inner = source.slice(1, -1);
  return new Map(
    [...inner.matchAll(entries)].map(([, key, value]) => [
      unquoted(key!),
      value === undefined ? undefined : value.trim(),
    ]),
  );
}

/** A text of Python without its quotes; other values as they are. */
function unquoted(written: string): string {
  return /^["']/.test(written) ? written.slice(1, -1).replace(/\\(.)/g, '$1') : written;
}

function convert(source: string, answer: string): Omit<OpenPromptPiece, 'start' | 'end'> {
  const record = recordOf(source);
  const kind = order.find((key) => record.has(key));
  const written = kind && record.get(kind);
  const value = written === undefined || /^None$/.test(written) ? undefined : unquoted(written);
  const lost = lostIn(source, record);
  if (kind === 'placeholder' || kind === 'meta') return inputPiece(source, value, { lost, answer });
  if (kind === 'mask') return { kind: 'mask', text: `{{${answer}}}`, lost };
  if (kind === 'text') return { kind: 'words', text: value ?? '', lost };
  if (kind === 'soft' || kind === 'soft_id')
    return { kind: 'soft', text: softTag(record, kind === 'soft' ? value : undefined), lost };
  if (kind === 'special')
    return {
      kind: 'words',
      text: '',
      lost: [...lost, `${source}: special tokens are those of a tokenizer, which puts them where they belong.`],
    };
  return { kind: 'unknown', lost: [...lost, `${source}, which has no counterpart.`] };
}

function lostIn(source: string, record: ReadonlyMap<string, string | undefined>): readonly string[] {
  return [
    ...(/\blambda\b/.test(source) ? [`the function in ${source}, which would have to be run.`] : []),
    ...(record.get('shortenable') === 'False'
      ? [`"shortenable" of ${source}: write tune.truncate to say where rows that are too long are cut.`]
      : []),
    ...(record.get('same') === 'True' ? [`"same" of ${source}: the vectors of one place are trained apart.`] : []),
  ];
}

function inputPiece(
  source: string,
  name: string | undefined,
  { lost, answer }: { readonly lost: readonly string[]; readonly answer: string },
): Omit<OpenPromptPiece, 'start' | 'end'> {
  if (name === undefined || !/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name))
    return { kind: 'unknown', lost: [...lost, `${source}, whose name is not a plain one.`] };
  // A bare name that is also a helper's would call the helper; one that is the answer's would be a second answer slot.
  const own = Object.hasOwn(helperShapes, name) || name === answer ? 'this.' : '';
  return { kind: 'input', name, text: `{{${own}${name}}}`, lost };
}

function softTag(record: ReadonlyMap<string, string | undefined>, words: string | undefined): string {
  const copies = record.get('duplicate');
  const written = record.get('soft_id');
  const id = written === undefined ? undefined : unquoted(written);
  // Handlebars has no way to write a quote inside a quoted text of the same kind.
  const init = words?.replaceAll('"', "'");
  const length = copies !== undefined && /^\d+$/.test(copies) ? copies : init || id !== undefined ? undefined : '1';
  const parts = ['soft', length, init && `init="${init}"`, id !== undefined && `id="${id}"`];
  return `{{${parts.filter(Boolean).join(' ')}}}`;
}
