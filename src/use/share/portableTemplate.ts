import { isScalar, Lexer, visit, type Node } from 'yaml';
import { withEdits } from '../../template/settings/writeSettings';
import { splits } from '../../template/settings/settings';
import { isShare, readSplit } from '../../template/settings/data/dataShares';
import { splitPromptFile } from '../../template/syntax/dotprompt';
import { entryAt, nodeAt, readFrontMatter, type FrontMatter } from '../../template/syntax/frontMatter';
import { append } from '../../lists';
import type { Edit } from '../../template/text/finding';
import { yamlText } from '../../template/text/yamlText';
import type { PortablePaths } from './portablePaths';
import { withoutPrivate, type PrivateTexts } from './privateTexts';

/**
 * The text of a template with the paths of its front matter as another machine can read them, and comments there
 * without anything private. What the model reads is not touched.
 * @param checks files of the checks of answers, as the template names them
 */
export function portableTemplate(
  text: string,
  {
    paths,
    hidden,
    checks,
  }: { readonly paths: PortablePaths; readonly hidden: PrivateTexts; readonly checks: readonly string[] },
): string {
  const { frontMatter: part } = splitPromptFile(text);
  if (!part) return text;
  const frontMatter = readFrontMatter(part);
  const edits = [
    ...modelEdit(frontMatter, paths.model),
    ...dataEdits(frontMatter, paths.file),
    ...checkEdits(frontMatter, new Set(checks), paths.file),
    ...commentEdits(text.slice(0, part.start), 0, hidden),
    ...yamlCommentEdits(frontMatter, hidden),
  ];
  return withEdits(
    text,
    edits.filter((edit) => text.slice(edit.start, edit.end) !== edit.text),
  );
}

/** The edit that names another model, where the template names one. */
export function modelEdit(frontMatter: FrontMatter, change: (reference: string) => string): readonly Edit[] {
  const entry = entryAt(frontMatter, ['model']);
  const { model } = frontMatter.value;
  return entry && typeof model === 'string' ? pathEdit(entry.valueSpan, model, change) : [];
}

function dataEdits(frontMatter: FrontMatter, change: (path: string) => string): readonly Edit[] {
  const data = frontMatter.value['tune.data'];
  if (typeof data !== 'object' || data === null) return [];
  return splits.flatMap((split) => {
    const written = (data as Readonly<Record<string, unknown>>)[split];
    const read = written === undefined ? undefined : readSplit(split, written);
    const entry = entryAt(frontMatter, ['tune.data', split, 'file']) ?? entryAt(frontMatter, ['tune.data', split]);
    if (!read || !('value' in read) || isShare(read.value) || !entry) return [];
    return pathEdit(entry.valueSpan, typeof read.value === 'string' ? read.value : read.value.file, change);
  });
}

function checkEdits(
  frontMatter: FrontMatter,
  checks: ReadonlySet<string>,
  change: (path: string) => string,
): readonly Edit[] {
  const edits: Edit[] = [];
  const metrics = nodeAt(frontMatter, ['tune.metrics']) as Node | undefined;
  if (checks.size === 0 || !metrics) return edits;
  visit(metrics, {
    Scalar(key, node) {
      const { value, range } = node;
      if (key === 'key' || !isScalar(node) || typeof value !== 'string' || !checks.has(value) || !range) return;
      const span = [frontMatter.start + range[0], frontMatter.start + range[1]] as const;
      append(edits, pathEdit(span, value, change));
    },
  });
  return edits;
}

/** Nothing where the path stays, so that it also stays as it is quoted. */
function pathEdit(
  [start, end]: readonly [number, number],
  written: string,
  change: (path: string) => string,
): readonly Edit[] {
  const path = change(written);
  return path === written ? [] : [{ start, end, text: yamlText(path) }];
}

/** The parts of YAML's text one after the other; behind this mark, what looks like a comment is a value. */
const scalarMark = '\u001F';
const isMark = (token: string): boolean => /^[\u0002\u0018\u001F]$/.test(token);

function yamlCommentEdits({ text, start }: FrontMatter, hidden: PrivateTexts): readonly Edit[] {
  const edits: Edit[] = [];
  let [offset, before] = [start, ''];
  for (const token of new Lexer().lex(text)) {
    if (token.startsWith('#') && before !== scalarMark) append(edits, commentEdits(token, offset, hidden));
    before = token;
    if (!isMark(token)) offset += token.length;
  }
  return edits;
}

function commentEdits(comment: string, start: number, hidden: PrivateTexts): readonly Edit[] {
  const text = withoutPrivate(comment, hidden);
  return text === comment ? [] : [{ start, end: start + comment.length, text }];
}
