/** A part of a page that is made from the sources. */
export interface Region {
  /** Path of the page. */
  readonly page: string;
  readonly name: string;
  /** Markdown. */
  text(): string | Promise<string>;
}

const open = (name: string): string => `<!-- made by npm run docs: ${name} -->`;
const close = (name: string): string => `<!-- end of ${name} -->`;

/**
 * The page with another text in a region; everything around it stays.
 * @throws Error where the page has not exactly one such region
 */
export function withRegion(page: string, name: string, text: string): string {
  const [before, inside, more] = page.split(`${open(name)}\n`);
  const end = inside?.indexOf(close(name)) ?? -1;
  if (before === undefined || inside === undefined || more !== undefined || end < 0)
    throw new Error(`The page has not exactly one region ${name}: ${open(name)} … ${close(name)}`);
  return `${before}${open(name)}\n${text.trimEnd()}\n${inside.slice(end)}`;
}

/** A table. Bars within a cell are escaped. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(headings), `|${headings.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

/** A text of the sources: some are looked up in the language of the window where they are said. */
export const said = (text: string | (() => string)): string => (typeof text === 'function' ? text() : text);
