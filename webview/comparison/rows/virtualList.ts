import { element } from '../../element';
import { createDrawnLines } from './drawnLines';

export interface VirtualList {
  readonly root: HTMLElement;
  /** Shows so many lines; the line made active before stays so where it can. */
  show(count: number, active: number): void;
  /** Makes the list longer; what its lines show stays. */
  grow(count: number): void;
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
  /**
   * Puts what a line shows into cells that have shown another.
   * @param widths of the columns, in pixels; empty while they are not known
   */
  fill(cells: readonly HTMLElement[], index: number, widths: readonly number[]): void;
  /** A line was opened with Enter or a click. */
  open(index: number): void;
  /** Another line is the active one. */
  move(index: number): void;
}

/**
 * A list of any length of which only the lines in sight are in the document.
 * It is a grid for the keyboard and for screen readers: one stop of the Tab key; arrows, Page Up and Down, Home and End
 * move the active line, Enter opens it.
 */
export function createVirtualList(parts: ListParts): VirtualList {
  const { lineHeight } = parts;
  const heading = element('div', { class: 'line heading', role: 'row', 'aria-rowindex': '1' });
  const lines = createDrawnLines({
    cells: () => parts.cells(),
    fill: ({ root: line, cells, index }) => {
      line.setAttribute('aria-selected', String(index === active));
      parts.fill(cells, index, widths);
    },
    made: (line) =>
      line.root.addEventListener('click', () => {
        activate(line.index);
        parts.open(line.index);
      }),
  });
  const root = element(
    'div',
    { class: 'list', role: 'grid', tabindex: '0', 'aria-label': parts.label },
    element('div', { role: 'rowgroup', class: 'headings' }, heading),
    lines.root,
  );
  root.style.setProperty('--line', `${lineHeight}px`);
  let count = 0;
  let active = 0;
  let widths: readonly number[] = [];
  let scheduled = false;

  const draw = (afresh: boolean): void => {
    const view = root.clientHeight || 480;
    const from = Math.floor(root.scrollTop / lineHeight);
    const until = Math.min(count, Math.ceil((root.scrollTop + view) / lineHeight));
    const left = lines.draw({ from: Math.min(from, until), until }, count, afresh);
    tellActive();
    if (left) drawSoon();
  };

  const drawSoon = (): void => {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(() => {
      scheduled = false;
      draw(false);
    });
  };

  const tellActive = (): void => {
    if (lines.at(active)) root.setAttribute('aria-activedescendant', `line-${active}`);
    else root.removeAttribute('aria-activedescendant');
  };

  const activate = (index: number): void => {
    lines.at(active)?.root.setAttribute('aria-selected', 'false');
    active = Math.max(0, Math.min(count - 1, index));
    const [top, visible] = [active * lineHeight, root.clientHeight - heading.offsetHeight];
    if (top < root.scrollTop) root.scrollTop = top;
    else if (top + lineHeight > root.scrollTop + visible) root.scrollTop = top + lineHeight - visible;
    draw(false);
    lines.at(active)?.root.setAttribute('aria-selected', 'true');
    parts.move(active);
  };

  root.addEventListener('scroll', drawSoon);
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
  /** Columns that are wider have room for more of a text than was put into them. */
  const measure = (): boolean => {
    const before = widths;
    widths = Array.from(heading.children, (cell) => (cell as HTMLElement).offsetWidth);
    return widths.some((width, column) => width > (before[column] ?? Infinity));
  };
  const resize = (): void => draw(measure());
  new ResizeObserver(resize).observe(root);

  const grow = (lineCount: number): void => {
    count = lineCount;
    lines.root.style.height = `${count * lineHeight}px`;
    root.style.setProperty('--count', String(count));
    root.setAttribute('aria-rowcount', String(count + 1));
  };

  return {
    root,
    show(lineCount, wanted) {
      active = Math.max(0, Math.min(lineCount - 1, wanted));
      const titles = parts.heading();
      // Lines of other columns cannot be filled again.
      if (titles.length !== heading.childElementCount) lines.clear();
      heading.replaceChildren(...titles);
      grow(lineCount);
      if (active * lineHeight > root.scrollTop + root.clientHeight || active * lineHeight < root.scrollTop)
        root.scrollTop = active * lineHeight;
      measure();
      draw(true);
    },
    grow(lineCount) {
      grow(lineCount);
      draw(false);
    },
    focus: () => root.focus(),
  };
}
