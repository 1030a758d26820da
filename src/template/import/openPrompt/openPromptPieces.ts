import * as l10n from '@vscode/l10n';
import { helperShapes } from '../../syntax/helpers';
import { withoutEscapes } from '../quotedText';

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
  const known = new Set<string>();
  return [...text.matchAll(piecePattern)].map((match) => {
    const piece = convert(match[0], answer, known);
    const end = match.index + match[0].length;
    // Of what leaves nothing, one of the two spaces around it goes too.
    const isBetweenSpaces = text[match.index - 1] === ' ' && /^(?: |$)/.test(text.slice(end, end + 1));
    return { ...piece, start: piece.text === '' && isBetweenSpaces ? match.index - 1 : match.index, end };
  });
}

/** Keys of a record to their values as text; a key alone has none. */
function recordOf(source: string): ReadonlyMap<string, string | undefined> {
  const entries = new RegExp(
    `\\s*(${quoted})\\s*(?::\\s*((?:${quoted}|\\([^()]*\\)|\\[[^\\[\\]]*\\]|[^,])*))?(?:,|$)`,
    'y',
  );
  const inner = source.slice(1, -1).trim();
  const record = new Map<string, string | undefined>();
  for (let match = entries.exec(inner); match; match = entries.exec(inner))
    record.set(unquoted(match[1]!), match[2]?.trim());
  return record;
}

/** A text of Python without its quotes; other values as they are. */
function unquoted(written: string): string {
  return /^["']/.test(written) ? withoutEscapes(written.slice(1, -1)) : written;
}

/** @param known ids of virtual tokens that stand before it; gets its own */
function convert(source: string, answer: string, known: Set<string>): Omit<OpenPromptPiece, 'start' | 'end'> {
  const record = recordOf(source);
  const kind = order.find((key) => record.has(key));
  const written = kind && record.get(kind);
  const value = written === undefined || /^None$/.test(written) ? undefined : unquoted(written);
  const lost = lostIn(source, record, kind);
  if (kind === 'placeholder' || kind === 'meta') return inputPiece(source, value, { lost, answer });
  if (kind === 'mask') return { kind: 'mask', text: `{{${answer}}}`, lost };
  if (kind === 'text') return { kind: 'words', text: value ?? '', lost };
  if (kind === 'soft' || kind === 'soft_id')
    return { kind: 'soft', text: softTag(record, kind === 'soft' ? value : undefined, known), lost };
  if (kind === 'special')
    return {
      kind: 'words',
      text: '',
      lost: [...lost, l10n.t`${source}: special tokens are those of a tokenizer, which puts them where they belong.`],
    };
  return { kind: 'unknown', lost: [...lost, l10n.t`${source}, which has no counterpart.`] };
}

const carried = new Set(['duplicate', 'shortenable', 'post_processing', 'same']);

function lostIn(
  source: string,
  record: ReadonlyMap<string, string | undefined>,
  kind: string | undefined,
): readonly string[] {
  const belongs = (key: string): boolean => carried.has(key) || key === kind || (kind === 'soft' && key === 'soft_id');
  return [
    ...(record.has('post_processing') ? [l10n.t`the function in ${source}, which would have to be run.`] : []),
    ...[...record.keys()]
      .filter((key) => !belongs(key))
      .map((key) => l10n.t`"${key}" of ${source}, which has no counterpart.`),
    ...(record.get('shortenable') === 'False'
      ? [l10n.t`"shortenable" of ${source}: write tune.truncate to say where rows that are too long are cut.`]
      : []),
    ...(record.get('same') === 'True'
      ? [l10n.t`"same" of ${source}: the vectors of one place are trained apart.`]
      : []),
  ];
}

function inputPiece(
  source: string,
  name: string | undefined,
  { lost, answer }: { readonly lost: readonly string[]; readonly answer: string },
): Omit<OpenPromptPiece, 'start' | 'end'> {
  if (name === undefined || !/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name))
    return { kind: 'unknown', lost: [...lost, l10n.t`${source}, whose name is not a plain one.`] };
  // A bare name that is also a helper's would call the helper; one that is the answer's would be a second answer slot.
  const own = Object.hasOwn(helperShapes, name) || name === answer ? 'this.' : '';
  return { kind: 'input', name, text: `{{${own}${name}}}`, lost };
}

function softTag(
  record: ReadonlyMap<string, string | undefined>,
  words: string | undefined,
  known: Set<string>,
): string {
  const copies = record.get('duplicate');
  const written = record.get('soft_id');
  const id = written === undefined ? undefined : unquoted(written);
  // Handlebars has no way to write a quote inside a quoted text of the same kind.
  const init = words?.replaceAll('"', "'");
  const isKnown = id !== undefined && known.has(id);
  if (id !== undefined) known.add(id);
  const length = copies !== undefined && /^\d+$/.test(copies) ? copies : init || isKnown ? undefined : '1';
  const parts = ['soft', length, init && `init="${init}"`, id !== undefined && `id="${id}"`];
  return `{{${parts.filter(Boolean).join(' ')}}}`;
}
