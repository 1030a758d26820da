const namespace = 'http://www.w3.org/2000/svg';

/** Makes a part of a drawing with attributes and content. */
export function svg(
  tag: string,
  attributes: Readonly<Record<string, string | number>> = {},
  ...content: readonly (Node | string)[]
): SVGElement {
  const made = document.createElementNS(namespace, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...content);
  return made;
}

/** Properties that style sheets give a drawing here and nobody would give it elsewhere. */
const carried = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linecap',
  'opacity',
  'fill-opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
  'dominant-baseline',
];

/** The drawing as a file of its own, in the colours that it has on the page. */
export function svgFile(drawing: SVGElement): string {
  const copy = drawing.cloneNode(true) as SVGElement;
  const parts = [drawing, ...drawing.querySelectorAll('*')];
  [copy, ...copy.querySelectorAll('*')].forEach((part, index) => {
    const style = getComputedStyle(parts[index]!);
    for (const name of carried) {
      const value = style.getPropertyValue(name);
      if (value !== '') part.setAttribute(name, value);
    }
    part.removeAttribute('class');
  });
  copy.setAttribute('xmlns', namespace);
  const box = (drawing.getAttribute('viewBox') ?? '0 0 0 0').split(' ');
  copy.setAttribute('width', box[2]!);
  copy.setAttribute('height', box[3]!);
  copy.prepend(svg('rect', { width: '100%', height: '100%', fill: getComputedStyle(document.body).backgroundColor }));
  return new XMLSerializer().serializeToString(copy);
}
