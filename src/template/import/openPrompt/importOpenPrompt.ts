import * as l10n from '@vscode/l10n';
import { Failure } from '../../../failure';
import { counted } from '../../../words/formatNumbers';
import { freeAnswerName } from '../answerName';
import { HandlebarsText } from '../handlebarsText';
import { fileName, type Imported } from '../imported';
import { piecesOf } from './openPromptPieces';
import { readVerbalizers, withDistinctWords, type Verbalizer } from './openPromptVerbalizers';
import { writeTemplate } from '../writeTemplate';

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

/** An OpenPrompt line in Handlebars; what has no counterpart stays as it is, and so do tags that are there already. */
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
 * Turns an OpenPrompt template file, one template a line, into one variant for each line and verbalizer. Read by
 * pattern, never evaluated.
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
      l10n.t`No line of the file is an OpenPrompt template.`,
      {},
      l10n.t`A template holds pieces such as {"placeholder":"text_a"} and {"mask"}.`,
    );
  }
  const notCarried =
    lines.length > templates.length
      ? [
          l10n.t`${lines.length - templates.length} of ${lines.length} lines, which hold neither a placeholder nor a \
mask.`,
        ]
      : [];
  const read = options.verbalizer === undefined ? [] : readVerbalizers(options.verbalizer, notCarried);
  const verbalizers: readonly (Verbalizer | undefined)[] = read.length > 0 ? read : [undefined];
  if (verbalizers.length > 1)
    notCarried.push(l10n.t`${counted(verbalizers.length - 1, 'further verbalizer')}: each makes variants of its own.`);
  const base = fileName(options.name);
  const texts = verbalizers.flatMap((verbalizer, group) =>
    templates.map((line, index) => {
      const lost: string[] = [];
      const written = templateText(line, verbalizer, lost);
      const where = templates.length > 1 ? `Template ${index + 1}: ` : '';
      if (group === 0) for (const each of lost) notCarried.push(where + each);
      return written;
    }),
  );
  const files = texts.map((written, index) => ({
    path: index === 0 ? `${base}.prompt` : `${base}.${index + 1}.prompt`,
    text: written,
  }));
  return { files, notCarried };
}

function templateText(written: string, verbalizer: Verbalizer | undefined, lost: string[]): string {
  // Of several spaces beside a piece OpenPrompt keeps one.
  const line = written.replace(/(?<=\}) {2,}| {2,}(?=\{)/g, ' ');
  const named = piecesOf(line, '').flatMap(({ kind, name }) => (kind === 'input' ? [name!] : []));
  const inputs = [...new Set(named)];
  const answer = freeAnswerName(['label', 'answer', 'class'], new Set(inputs));
  for (const piece of piecesOf(line, answer)) for (const each of piece.lost) lost.push(each);
  const masks = piecesOf(line, answer).filter(({ kind }) => kind === 'mask').length;
  const words = verbalizer && withDistinctWords(wordsOfMasks(verbalizer, masks, lost), lost);
  const body = endWithAnswer(oneMask(line, answer, lost), answer, lost);
  const names = Object.keys(words ?? {});
  return writeTemplate(
    {
      model: 'builtin',
      input: inputs.length > 0 ? { schema: Object.fromEntries(inputs.map((name) => [name, 'string'])) } : undefined,
      output: { schema: names.length > 0 ? { [`${answer}(enum)`]: names } : { [answer]: 'string' } },
      ...(names.length > 0 && { 'tune.labels': words }),
    },
    body,
  );
}

/** A line of an OpenPrompt file as a body, in which what has no counterpart is text. */
function asBody(line: string, answer: string): string {
  const written = new HandlebarsText();
  let at = 0;
  for (const { start, end, text, kind } of piecesOf(line, answer)) {
    if (text === undefined) continue;
    written.plain(line.slice(at, start));
    if (kind === 'words') written.plain(text);
    else written.tag({ inner: text.slice(2, -2) });
    at = end;
  }
  written.plain(line.slice(at));
  return written.text();
}

/** The words of labels; one for each of several masks are one answer together. */
function wordsOfMasks(verbalizer: Verbalizer, masks: number, lost: string[]): Verbalizer {
  const labels = Object.entries(verbalizer);
  if (masks < 2 || !labels.every(([, words]) => words.length === masks)) return verbalizer;
  lost.push(l10n.t`The ${masks} words of each label, one for each mask, are one answer together.`);
  return Object.fromEntries(labels.map(([label, words]) => [label, [words.join('')]]));
}

/** A line with the last of its masks alone: in the place of another the prompt would show the answer. */
function oneMask(line: string, answer: string, lost: string[]): string {
  const masks = piecesOf(line, answer).filter(({ kind }) => kind === 'mask');
  if (masks.length < 2) return line;
  lost.push(
    l10n.t`${masks.length} masks: a template here has one answer, so the last one takes it, and the places of the \
others are left empty.`,
  );
  return masks
    .slice(0, -1)
    .reverse()
    .reduce((text, { start, end }) => text.slice(0, start).trimEnd() + text.slice(end), line);
}

/** A causal model answers at the end: what stands behind the mask is moved in front, where the model can read it. */
function endWithAnswer(line: string, answer: string, lost: string[]): string {
  const mask = piecesOf(line, answer).find(({ kind }) => kind === 'mask');
  const slot = `{{${answer}}}`;
  if (!mask) {
    lost.push(l10n.t`No mask: the answer is put at the end.`);
    return withSlot(asBody(line, answer), answer);
  }
  const before = asBody(line.slice(0, mask.start), answer).replace(/ +$/, '');
  const behind = asBody(line.slice(mask.end), answer).trim();
  if (behind === '') return withSlot(before, answer);
  const asMasked = l10n.t`for a masked model, which takes the slot anywhere, write ${before.trim()} ${slot} ${behind}`;
  const moved = inFront(behind);
  if (moved === '') {
    lost.push(l10n.t`"${behind}" behind the mask: a causal model answers at the end, so it is left out; ${asMasked}`);
    return withSlot(before, answer);
  }
  lost.push(
    l10n.t`"${behind}" stood behind the mask and is moved in front of it, because a causal model answers at the end; \
${asMasked}`,
  );
  return withSlot(before.trim() === '' ? moved : `${moved} ${before.trim()}`, answer);
}

/** A body with the answer at its end. */
function withSlot(body: string, answer: string): string {
  const written = new HandlebarsText();
  written.handlebars(body);
  written.tag({ inner: answer });
  return written.text();
}

/**
 * What stood behind the mask as it stands in front: without what closes brackets and quotes, and with the sentence's
 * mark behind it. Nothing where it was marks alone, and the tags alone where there is no word.
 */
function inFront(behind: string): string {
  const tags = behind.match(/\{\{~?[^{}!][^{}]*\}\}/g) ?? [];
  const [, , mark = '', rest = ''] = /^([\])}"'”»’\s]*)([.,;:!?。！？，；：]*)\s*([\s\S]*)$/.exec(behind)!;
  const hasWords = /[\p{L}\p{N}]/u.test(behind.replace(/\{\{[^{}]*\}\}/g, ''));
  if (!hasWords && tags.every((tag) => /^\{\{~?soft/.test(tag))) return tags.join(' ');
  return mark === '' ? rest : `${rest.replace(/[.,;:!?。！？，；：]$/, '')}${mark}`;
}
