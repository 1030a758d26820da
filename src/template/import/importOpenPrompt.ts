import { parse } from 'yaml';
import { Failure } from '../../failure';
import { fileName } from './imported';
import type { Imported } from './imported';
import { isMapping } from '../syntax/schema';
import { writeTemplate } from './writeTemplate';

/** One `{…}` of an OpenPrompt line. */
interface Piece {
  readonly start: number;
  readonly end: number;
  /** Its Handlebars; undefined when it has no counterpart. */
  readonly text?: string;
  readonly kind: 'input' | 'soft' | 'mask' | 'unknown';
  readonly name?: string;
  readonly lost: readonly string[];
}

/** A brace next to a piece would be one too many in Handlebars. */
const piecePattern =
  /(?<!\{)\{\s*"(?:placeholder|meta|soft|mask|special)"(?:[^{}"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')*\}(?!\})/g;

/** Whether a text contains OpenPrompt's notation for a row's text or for the answer. */
export function looksLikeOpenPrompt(text: string): boolean {
  return piecesOf(text, 'label').some(({ kind }) => kind === 'input' || kind === 'mask');
}

/**
 * Edits that convert OpenPrompt's notation to Handlebars, in the order of the text.
 * @param answer name of the output field
 */
export function openPromptEdits(
  text: string,
  answer = 'label',
): readonly { readonly start: number; readonly end: number; readonly text: string }[] {
  return piecesOf(text, answer).flatMap(({ start, end, text: replaced }) =>
    replaced === undefined ? [] : [{ start, end, text: replaced }],
  );
}

/** An OpenPrompt line in Handlebars; what has no counterpart stays as it is. */
export function convertOpenPromptLine(line: string, answer = 'label'): string {
  let at = 0;
  let converted = '';
  for (const edit of openPromptEdits(line, answer)) {
    converted += line.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return converted + line.slice(at);
}

/**
 * Turns an OpenPrompt template file, one template a line, into one variant a line. Read by pattern, never evaluated.
 * @param options.verbalizer text of a verbalizer file: JSON of labels to words, or a line of words for each label
 * @throws Failure `import-format` when no line is an OpenPrompt template
 */
export function importOpenPrompt(
  text: string,
  options: { readonly name: string; readonly verbalizer?: string },
): Imported {
  const lines = text
    .split(/\r\n?|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const templates = lines.filter(looksLikeOpenPrompt);
  if (templates.length === 0) {
    throw new Failure(
      'import-format',
      'No line of the file is an OpenPrompt template.',
      {},
      'A template holds pieces such as {"placeholder":"text_a"} and {"mask"}.',
    );
  }
  const notCarried =
    lines.length > templates.length
      ? [`${lines.length - templates.length} of ${lines.length} lines, which hold neither a placeholder nor a mask.`]
      : [];
  const labels = options.verbalizer === undefined ? {} : readVerbalizer(options.verbalizer, notCarried);
  const base = fileName(options.name);
  const files = templates.map((line, index) => {
    const pieces = piecesOf(line, 'label');
    for (const lost of pieces.flatMap((piece) => piece.lost))
      notCarried.push(templates.length > 1 ? `Template ${index + 1}: ${lost}` : lost);
    const inputs = [...new Set(pieces.flatMap((piece) => (piece.kind === 'input' ? [piece.name!] : [])))];
    const body = endWithAnswer(convertOpenPromptLine(line), notCarried);
    const names = Object.keys(labels);
    const frontMatter = {
      model: 'builtin',
      input: { schema: Object.fromEntries(inputs.map((name) => [name, 'string'])) },
      output: { schema: names.length > 0 ? { 'label(enum)': names } : { label: 'string' } },
      ...(names.length > 0 && { 'tune.labels': labels }),
    };
    return {
      path: index === 0 ? `${base}.prompt` : `${base}.${index + 1}.prompt`,
      text: writeTemplate(frontMatter, body),
    };
  });
  return { files, notCarried };
}

function piecesOf(text: string, answer: string): readonly Piece[] {
  return [...text.matchAll(piecePattern)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    ...convert(match[0], answer),
  }));
}

function convert(source: string, answer: string): Omit<Piece, 'start' | 'end'> {
  const [, kind, name] = /^\{\s*"(\w+)"\s*(?::\s*"((?:[^"\\]|\\.)*)")?/.exec(source)!;
  const lost = [
    ...(/lambda/.test(source) ? [`the function in ${source}, which would have to be run.`] : []),
    ...(/"shortenable"\s*:\s*False/.test(source)
      ? [`"shortenable" of ${source}: prompts are never cut in the middle.`]
      : []),
    ...(/"same"\s*:\s*True/.test(source) ? [`"same" of ${source}: the vectors of one place are trained apart.`] : []),
  ];
  if (kind === 'placeholder' || kind === 'meta') {
    const plain = name !== undefined && /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name);
    return plain
      ? { kind: 'input', name, text: `{{${name}}}`, lost }
      : { kind: 'unknown', lost: [...lost, `${source}, whose name is not a plain one.`] };
  }
  if (kind === 'mask') return { kind: 'mask', text: `{{${answer}}}`, lost };
  if (kind === 'soft') return { kind: 'soft', text: softTag(source, name), lost };
  return { kind: 'unknown', lost: [...lost, `${source}, which has no counterpart.`] };
}

function softTag(source: string, words: string | undefined): string {
  const copies = /"duplicate"\s*:\s*(\d+)/.exec(source)?.[1];
  const id = /"soft_id"\s*:\s*"?([\w-]+)"?/.exec(source)?.[1];
  // Handlebars has no way to write a quote inside a quoted text of the same kind.
  const init = words?.replace(/\\(.)/g, '$1').replaceAll('"', "'");
  const parts = ['soft', copies ?? (init ? undefined : '1'), init && `init="${init}"`, id && `id="${id}"`];
  return `{{${parts.filter(Boolean).join(' ')}}}`;
}

/** A causal model answers at the end, so text after the mask is left out. */
function endWithAnswer(body: string, notCarried: string[]): string {
  const at = body.lastIndexOf('{{label}}');
  if (at < 0) return `${body}{{label}}`;
  const rest = body.slice(at + '{{label}}'.length);
  if (rest.trim() === '') return body.slice(0, at).replace(/ +$/, '') + '{{label}}';
  notCarried.push(`"${rest.trim()}" behind the mask: a causal model answers at the end, so it is left out.`);
  return `${body.slice(0, at).replace(/ +$/, '')}{{label}}`;
}

function readVerbalizer(text: string, notCarried: string[]): Record<string, readonly string[]> {
  const words = (value: unknown) => (Array.isArray(value) ? value : [value]).map((word) => ` ${String(word).trim()}`);
  let value: unknown;
  try {
    value = parse(text, { logLevel: 'silent' });
  } catch {
    value = undefined;
  }
  if (isMapping(value)) return Object.fromEntries(Object.entries(value).map(([label, list]) => [label, words(list)]));
  if (Array.isArray(value)) {
    notCarried.push('The names of the labels, which the verbalizer does not give; they are the first word of each.');
    return Object.fromEntries(value.map((list) => [String(Array.isArray(list) ? list[0] : list).trim(), words(list)]));
  }
  const lines = text
    .split(/\r\n?|\n/)
    .map((line) =>
      line
        .split(',')
        .map((word) => word.trim())
        .filter(Boolean),
    )
    .filter((line) => line.length > 0);
  if (lines.length > 0)
    notCarried.push('The names of the labels, which the verbalizer does not give; they are the first word of each.');
  return Object.fromEntries(lines.map((line) => [line[0]!, words(line)]));
}
