import { parseBody } from '../syntax/body';
import { splitPromptFile } from '../syntax/dotprompt';
import type { Edit } from '../text/finding';
import { scanTags } from '../syntax/tags';

/**
 * Edits that leave one space between the words of each tag and none at its ends. Text outside braces is the prompt
 * itself and is never touched, nor is the front matter; a body that does not parse is left alone.
 */
export function formatTemplate(text: string): readonly Edit[] {
  const { body } = splitPromptFile(text);
  // Between {{{{raw}}}} tags, braces are text.
  if (body.text.includes('{{{{') || 'problem' in parseBody(body.text)) return [];
  return scanTags(body.text).flatMap(({ span: [start, end] }) => {
    const source = body.text.slice(start, end);
    const [, open, inner, close] = /^(\{\{\{?~?)([\s\S]*?)(~?\}?\}\})$/.exec(source) ?? [];
    if (open === undefined || inner === undefined || close === undefined || /[\r\n]/.test(inner)) return [];
    const tidy = tidied(inner, body.text[end] === '}');
    return tidy === inner || tidy === ''
      ? []
      : [{ start: body.start + start + open.length, end: body.start + end - close.length, text: tidy }];
  });
}

/** One word, a text in quotes or a name in brackets, or the space between two. */
const pieces = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\[[^\]]*\]|[ \t]+|[^\s"'[]+|./g;

function tidied(inner: string, braceFollows: boolean): string {
  const joined = (inner.match(pieces) ?? [])
    .map((piece) => (/^[ \t]+$/.test(piece) ? ' ' : piece))
    .join('')
    .trim();
  const signed = joined
    .replace(/^([#^/&*>]+) +/, (_, sign: string) => (sign.includes('>') ? `${sign} ` : sign))
    .replace(/^(#?>)(?=\S)/, '$1 ');
  // The space keeps a brace of the text apart from those of the tag.
  return braceFollows && / $/.test(inner) ? `${signed} ` : signed;
}
