import { element } from '../../element';

/** Rows drawn beyond both edges, so that scrolling never shows a gap. */
const spare = 8;

export interface VirtualList {
  readonly root: HTMLElement;
  /** Shows so many lines; the line made active before stays so where it can. */
  show(count: number, active: number): void;
  /** Draws the lines in sight again. */
  refresh(): void;
  focus(): void;
}

export interface ListParts {
  readonly label: string;
  /** Height of every line in pixels. */
  readonly lineHeight: number;
  /** The heading, which stays at the top and scrolls sideways with the lines. */
  heading(): readonly HTMLElement[];
  /** The cells of any line, still empty. They are filled again and again as the list scrolls. */
  cells(): readonly HTMLElement[];
  /** Puts what a line shows into cells that have shown another. */
  fill(cells: readonly HTMLElement[], index: number): void;
  /** A line was opened with Enter or a click. */
  open(index: number): void;
  /** Another line is the active one. */
  move(index: number): void;
}

interface Line {
  readonly root: HTMLElement;
  readonly cells: readonly HTMLElement[];
  index: number;
}

/**
 * A list of any length of which only the lines in sight are in the document.
 * It is a grid for the keyboard and for screen readers: one stop of the Tab key; arrows, Page Up and Down, Home and End
 * move the active line, Enter opens it.
 */
export function createVirtualList(parts: ListParts): VirtualList {
  const { lineHeight } = parts;
  const heading = element('div', { class: 'line heading', role: 'row', 'aria-rowindex': '1' });
  const lines = element('div', { class: 'lines', role: 'rowgroup' });
  const root = element(
    'div',
    { class: 'list', role: 'grid', tabindex: '0', 'aria-label': parts.label },
    element('div', { role: 'rowgroup', class: 'headings' }, heading),
    lines,
  );
  let count = 0;
  let active = 0;
  /** The lines in sight, by their position. */
  const drawn = new Map<number, Line>();
  /** Lines out of sight, which stay in the document to show others: making them again costs more than filling them. */
  let spares: Line[] = [];
  let scheduled = false;

  const draw = (afresh: boolean): void => {
    const view = root.clientHeight || 480;
    const from = Math.max(0, Math.floor(root.scrollTop / lineHeight) - spare);
    const until = Math.min(count, Math.ceil((root.scrollTop + view) / lineHeight) + spare);
    for (const [index, line] of drawn) {
      if (index >= from && index < until) continue;
      drawn.delete(index);
      spares.push(line);
    }
    let changed = false;
    for (let index = from; index < until; index++) {
      const known = drawn.get(index);
      if (known && !afresh) continue;
      const line = known ?? spares.pop() ?? newLine();
      put(line, index);
      changed = true;
    }
    for (const { root: hidden } of spares) {
      hidden.hidden = true;
      // Its name belongs to whichever line takes that position next.
      hidden.removeAttribute('id');
    }
    if (changed) mark();
  };

  const newLine = (): Line => {
    const line: Line = { root: element('div', { class: 'line', role: 'row' }), cells: parts.cells(), index: 0 };
    line.root.append(...line.cells);
    line.root.addEventListener('click', () => {
      activate(line.index);
      parts.open(line.index);
    });
    lines.append(line.root);
    return line;
  };

  const put = (line: Line, index: number): void => {
    line.index = index;
    line.root.hidden = false;
    line.root.id = `line-${index}`;
    line.root.setAttribute('aria-rowindex', String(index + 2));
    line.root.style.transform = `translateY(${index * lineHeight}px)`;
    parts.fill(line.cells, index);
    drawn.set(index, line);
  };

  const mark = (): void => {
    for (const [index, { root: line }] of drawn) line.setAttribute('aria-selected', String(index === active));
    if (drawn.has(active)) root.setAttribute('aria-activedescendant', `line-${active}`);
    else root.removeAttribute('aria-activedescendant');
  };

  const activate = (index: number): void => {
    active = Math.max(0, Math.min(count - 1, index));
    const [top, visible] = [active * lineHeight, root.clientHeight - heading.offsetHeight];
    if (top < root.scrollTop) root.scrollTop = top;
    else if (top + lineHeight > root.scrollTop + visible) root.scrollTop = top + lineHeight - visible;
    draw(false);
    mark();
    parts.move(active);
  };

  root.addEventListener('scroll', () => {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(() => {
      scheduled = false;
      draw(false);
    });
  });
  root.addEventListener('keydown', (event) => {
    const page = Math.max(1, Math.floor(root.clientHeight / lineHeight) - 2);
    const target = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: count - 1,
    }[event.key];
    if (target !== undefined) activate(target);
    else if (event.key === 'Enter' && count > 0) parts.open(active);
    else return;
    event.preventDefault();
  });
  new ResizeObserver(() => draw(false)).observe(root);

  return {
    root,
    show(lineCount, wanted) {
      count = lineCount;
      active = Math.max(0, Math.min(count - 1, wanted));
      const titles = parts.heading();
      // Lines of other columns cannot be filled again.
      if (titles.length !== heading.childElementCount) {
        lines.replaceChildren();
        drawn.clear();
        spares = [];
      }
      heading.replaceChildren(...titles);
      lines.style.height = `${count * lineHeight}px`;
      root.style.setProperty('--count', String(count));
      root.setAttribute('aria-rowcount', String(count + 1));
      if (active * lineHeight > root.scrollTop + root.clientHeight || active * lineHeight < root.scrollTop)
        root.scrollTop = active * lineHeight;
      draw(true);
    },
    refresh: () => draw(true),
    focus: () => root.focus(),
  };
}
