/** A part of a prompt file and its offset in the file. */
export interface FilePart {
  readonly text: string;
  /** Offset of the first character in the file. */
  readonly start: number;
}

/** The two parts of a prompt file, split as dotprompt splits it. */
export interface PromptParts {
  /** The YAML between the dashes; absent when the whole file is the template. */
  readonly frontMatter?: FilePart;
  readonly body: FilePart;
}

/** google/dotprompt js/src/parse.ts, FRONTMATTER_AND_BODY_REGEX; the opening lines are licence comments. */
const frontMatterAndBody =
  /^(?:(?:#[^\n]*|[ \t]*\r?)\n)*---\s*(?:\r\n|\r|\n)([\s\S]*?)(?:\r\n|\r|\n)---\s*(?:\r\n|\r|\n)([\s\S]*)$/d;
const openingDashes = /^(?:(?:#[^\n]*|[ \t]*\r?)\n)*(---)[ \t]*(?:\r\n|\r|\n|$)/d;

/**
 * Splits a prompt file into front matter and body. As in dotprompt, the body is trimmed only when there is front
 * matter, and a file whose front matter is empty or never closed is all body.
 */
export function splitPromptFile(text: string): PromptParts {
  const match = frontMatterAndBody.exec(text);
  const spans = match?.indices;
  if (!match || !spans || match[1] === '') return { body: { text, start: 0 } };
  const [bodyStart] = spans[2]!;
  const body = match[2]!;
  const indent = body.length - body.trimStart().length;
  return {
    frontMatter: { text: match[1]!, start: spans[1]![0] },
    body: { text: body.trim(), start: bodyStart + (body.trim() === '' ? 0 : indent) },
  };
}

/** The opening `---` of a file, or undefined when it does not begin with one (comments and blank lines aside). */
export function openingDashesOf(text: string): readonly [number, number] | undefined {
  return openingDashes.exec(text)?.indices?.[1];
}
