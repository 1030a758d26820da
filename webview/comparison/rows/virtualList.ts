import { element } from '../../element';

/** Rows drawn beyond both edges, so that scrolling never shows a gap. */
const spare = 8;

export interface VirtualList {
  readonly place: HTMLElement;
  /** Shows so many lines; the line made active before stays so where it can. */
  show(count: number, active: number): void;
  /** Draws the lines in sight anew. */
  refresh(): void;
  focus(): void;
}

export interface ListParts {
  readonly label: string;
  /** Height of every line in pixels. */
  readonly lineHeight: number;
  /** The heading, which stays at the top and scrolls sideways with the lines. */
  heading(): readonly HTMLElement[];
  /** The cells of a line. */
  line(index: number): readonly HTMLElement[];
  /** A line was opened with Enter or a click. */
  open(index: number): void;
  /** Another line is the active one. */
  move(index: number): void;
}

/**
 * A list of any length of which only the lines in sight are in the document. It is a grid for the keyboard and for screen readers: one
 * stop of the Tab key, arrows, Page Up and Down, Home and End move the active line, Enter opens it.
 */
export function createVirtualList(parts: ListParts): VirtualList {
  const { lineHeight } = parts;
  const heading = element('div', { class: 'line heading', role: 'row', 'aria-rowindex': '1' });
  const lines = element('div', { class: 'lines', role: 'rowgroup' });
  const place = element('div', { class: 'list', role: 'grid', tabindex: '0', 'aria-label': parts.label }, element('div', { role: 'rowgroup', class: 'headings' }, heading), lines);
  let count = 0;
  let active = 0;
  /** The lines in the document, by their place. */
  const drawn = new Map<number, HTMLElement>();
  let scheduled = false;

  const draw = (afresh: boolean): void => {
    const view = place.clientHeight || 480;
    const from = Math.max(0, Math.floor(place.scrollTop / lineHeight) - spare);
    const until = Math.min(count, Math.ceil((place.scrollTop + view) / lineHeight) + spare);
    // Lines that stay in sight stay in the document: a step of the wheel brings but a few new ones.
    for (const [index, line] of drawn) {
      if (!afresh && index >= from && index < until) continue;
      line.remove();
      drawn.delete(index);
    }
    const fresh: HTMLElement[] = [];
    for (let index = from; index < until; index++) {
      if (drawn.has(index)) continue;
      const line = lineOf(index);
      drawn.set(index, line);
      fresh.push(line);
    }
    if (fresh.length === 0) return;
    lines.append(...fresh);
    mark();
  };

  const lineOf = (index: number): HTMLElement => {
    const line = element('div', { class: 'line', role: 'row', id: `line-${index}`, 'aria-rowindex': String(index + 2) }, ...parts.line(index));
    line.style.transform = `translateY(${index * lineHeight}px)`;
    line.addEventListener('click', () => {
      activate(index);
      parts.open(index);
    });
    return line;
  };

  const mark = (): void => {
    for (const [index, line] of drawn) line.setAttribute('aria-selected', String(index === active));
    if (drawn.has(active)) place.setAttribute('aria-activedescendant', `line-${active}`);
    else place.removeAttribute('aria-activedescendant');
  };

  const activate = (index: number): void => {
    active = Math.max(0, Math.min(count - 1, index));
    const [top, visible] = [active * lineHeight, place.clientHeight - heading.offsetHeight];
    if (top < place.scrollTop) place.scrollTop = top;
    else if (top + lineHeight > place.scrollTop + visible) place.scrollTop = top + lineHeight - visible;
    draw(false);
    mark();
    parts.move(active);
  };

  place.addEventListener('scroll', () => {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(() => {
      scheduled = false;
      draw(false);
    });
  });
  place.addEventListener('keydown', (event) => {
    const page = Math.max(1, Math.floor(place.clientHeight / lineHeight) - 2);
    const target = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page, Home: 0, End: count - 1 }[event.key];
    if (target !== undefined) activate(target);
    else if (event.key === 'Enter' && count > 0) parts.open(active);
    else return;
    event.preventDefault();
  });
  new ResizeObserver(() => draw(false)).observe(place);

  return {
    place,
    show(lineCount, wanted) {
      count = lineCount;
      active = Math.max(0, Math.min(count - 1, wanted));
      heading.replaceChildren(...parts.heading());
      lines.style.height = `${count * lineHeight}px`;
      place.setAttribute('aria-rowcount', String(count + 1));
      if (active * lineHeight > place.scrollTop + place.clientHeight || active * lineHeight < place.scrollTop) place.scrollTop = active * lineHeight;
      draw(true);
    },
    refresh: () => draw(true),
    focus: () => place.focus(),
  };
}
