/** An element of HTML or SVG with everything in it escaped. Only {@link h} makes one. */
class Element {
  constructor(readonly markup: string) {}
}

export type Html = Element;

/** What an element holds: elements, and texts, which are escaped; null and undefined leave nothing. */
export type Child = Element | string | null | undefined | readonly Child[];

/** An attribute that is false or undefined is left out; one that is true stands without a value. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** Elements of HTML that hold nothing and are not closed. */
const voidElements: ReadonlySet<string> = new Set(['br', 'hr', 'img', 'input', 'link', 'meta']);

/** Shapes of SVG, which close themselves where they hold nothing. */
const shapes: ReadonlySet<string> = new Set(['circle', 'line', 'path', 'polyline', 'rect']);

/** Elements whose text a browser takes as it is, up to their end. */
const rawTextElements: ReadonlySet<string> = new Set(['script', 'style']);

/**
 * An element. Tag and attribute names are the program's own; values and texts may be anyone's.
 * @throws TypeError when a style sheet or script holds an end of its element
 */
export function h(tag: string, attributes: Attributes, children: Child = []): Html {
  const opening = `<${tag}${Object.entries(attributes).map(attributeText).join('')}`;
  if (voidElements.has(tag)) return new Element(`${opening}>`);
  const content = rawTextElements.has(tag) ? rawText(tag, children) : markupOf(children);
  return new Element(content === '' && shapes.has(tag) ? `${opening}/>` : `${opening}>${content}</${tag}>`);
}

/** A whole page. */
export function htmlDocument(root: Html): string {
  return `<!doctype html>\n${root.markup}\n`;
}

/** The markup of what an element could hold. */
export function markupOf(child: Child): string {
  if (child === null || child === undefined) return '';
  if (typeof child === 'string') return escapeHtml(child);
  return child instanceof Element ? child.markup : child.map(markupOf).join('');
}

/** Pieces that leave something, each on a line of its own. */
export function onLines(pieces: readonly Child[]): readonly Child[] {
  return ['\n', ...pieces.filter((piece) => markupOf(piece) !== '').map((piece) => [piece, '\n'])];
}

function attributeText([name, value]: readonly [string, string | number | boolean | undefined]): string {
  if (value === undefined || value === false) return '';
  return value === true ? ` ${name}` : ` ${name}="${escapeHtml(String(value))}"`;
}

function rawText(tag: string, children: Child): string {
  if (typeof children !== 'string') return markupOf(children);
  if (/<\/|<!--/.test(children)) throw new TypeError(`The text of <${tag}> would end it.`);
  return children;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as it may stand in an element and, between double quotes, in an attribute. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character]!);
}
