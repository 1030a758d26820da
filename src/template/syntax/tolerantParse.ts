import { parseDocument } from 'yaml';
import { openingDashesOf, splitPromptFile } from './dotprompt';
import type { FilePart } from './dotprompt';
import { lineTable } from '../text/position';
import type { LineTable } from '../text/position';
import { isMapping, readSchema } from './schema';
import type { Schema, SchemaField } from './schema';
import { scanTags } from './tags';
import type { Tag } from './tags';
import { outlineYaml } from './yamlOutline';
import type { OutlineKey } from './yamlOutline';

/**
 * What is found in a template without a parser that may refuse it: the basis of help while the file is being written.
 */
export interface TolerantParse {
  readonly text: string;
  readonly lines: LineTable;
  /** The YAML between the dashes, even when it is empty or never closed. */
  readonly frontMatter?: FilePart;
  /** Whether closing dashes follow the YAML. */
  readonly closed: boolean;
  readonly body: FilePart;
  /** Keys of the front matter in the order of the text. */
  readonly keys: readonly OutlineKey[];
  /** Tags of the body; offsets are of the file. */
  readonly tags: readonly Tag[];
  /** The front matter as far as it can be read. */
  readonly value: Readonly<Record<string, unknown>>;
  readonly input?: Schema;
  /** Fields of `output.schema` that are not inputs. */
  readonly outputs: readonly SchemaField[];
  readonly defaults: Readonly<Record<string, unknown>>;
}

let last: TolerantParse | undefined;

/**
 * Parses what can be parsed of a template; never throws. The last result is kept: several features ask for the same
 * text.
 */
export function tolerantParse(text: string): TolerantParse {
  if (last?.text !== text) last = parse(text);
  return last;
}

function parse(text: string): TolerantParse {
  const { frontMatter, closed, body } = regionsOf(text);
  const value = frontMatter ? readLoosely(frontMatter.text) : {};
  const input = isMapping(value.input) ? value.input : {};
  const output = isMapping(value.output) ? value.output : {};
  const inputSchema = readSchema(input.schema);
  const outputSchema = readSchema(output.schema);
  return {
    text,
    frontMatter,
    closed,
    body,
    value,
    lines: lineTable(text),
    keys: frontMatter ? outlineYaml(frontMatter).keys : [],
    tags: scanTags(body.text).map((tag) => moveTag(tag, body.start)),
    input: inputSchema,
    outputs: (outputSchema?.fields ?? []).filter(
      (field) => !inputSchema?.fields.some((other) => other.name === field.name),
    ),
    defaults: isMapping(input.default) ? input.default : {},
  };
}

function moveTag(tag: Tag, by: number): Tag {
  return { ...tag, span: [tag.span[0] + by, tag.span[1] + by], nameSpan: [tag.nameSpan[0] + by, tag.nameSpan[1] + by] };
}

/** As `splitPromptFile`, but what is being written between dashes counts as front matter before dotprompt sees one. */
function regionsOf(text: string): Pick<TolerantParse, 'frontMatter' | 'closed' | 'body'> {
  const parts = splitPromptFile(text);
  if (parts.frontMatter) return { frontMatter: parts.frontMatter, closed: true, body: parts.body };
  const opening = openingDashesOf(text);
  if (!opening) return { closed: false, body: parts.body };
  const start = afterLine(text, opening[1]);
  const closing = /^---[ \t]*(?:\r\n|\r|\n|$)/m.exec(text.slice(start));
  if (closing) {
    const bodyStart = start + closing.index + closing[0].length;
    return {
      frontMatter: { text: text.slice(start, start + closing.index), start },
      closed: true,
      body: { text: text.slice(bodyStart), start: bodyStart },
    };
  }
  const tag = text.indexOf('{{', start);
  const end = tag < 0 ? text.length : Math.max(start, text.lastIndexOf('\n', tag) + 1);
  return {
    frontMatter: { text: text.slice(start, end), start },
    closed: false,
    body: { text: text.slice(end), start: end },
  };
}

function afterLine(text: string, from: number): number {
  const rest = /[^\r\n]*(?:\r\n|\r|\n|$)/y;
  rest.lastIndex = from;
  return from + (rest.exec(text)?.[0].length ?? 0);
}

/** Lines that are left out, at most, so that unfinished YAML can be read. */
const mostLinesLeftOut = 6;

function readLoosely(yaml: string): Readonly<Record<string, unknown>> {
  let text = yaml;
  for (let attempt = 0; attempt <= mostLinesLeftOut; attempt++) {
    try {
      const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
      const [error] = document.errors;
      if (!error) {
        const value: unknown = document.toJS();
        return isMapping(value) ? value : {};
      }
      const shorter = withoutLineAt(text, error.pos[0]);
      if (shorter === text) return {};
      text = shorter;
    } catch {
      return {};
    }
  }
  return {};
}

function withoutLineAt(text: string, offset: number): string {
  const at = Math.min(Math.max(offset, 0), text.length);
  let start = text.lastIndexOf('\n', at - 1) + 1;
  // An error at the end of a file is reported after the line that caused it.
  if (text.slice(start).trim() === '' && start > 0) start = text.lastIndexOf('\n', start - 2) + 1;
  const end = text.indexOf('\n', start);
  const line = text.slice(start, end < 0 ? text.length : end);
  return text.slice(0, start) + ' '.repeat(line.length) + text.slice(start + line.length);
}
