import { element } from '../../element';

/** Lines drawn beyond both edges, so that scrolling shows no gap. */
const spare = 8;
/** Lines out of sight that are filled in one frame; those in sight are filled at once. */
const sparesPerFrame = 8;

export interface Line {
  readonly root: HTMLElement;
  readonly cells: readonly HTMLElement[];
  /** Position in the list of what it shows. */
  index: number;
}

export interface LineParts {
  /** The cells of any line, still empty. */
  cells(): readonly HTMLElement[];
  /** Puts what a line shows into cells that may have shown another. */
  fill(line: Line): void;
  /** A new line has come into the document. */
  made(line: Line): void;
}

/** A piece of the list: `[from, until)`. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
}

/** The lines of a list that are in the document: those in sight, and some beyond both edges. */
export interface DrawnLines {
  readonly root: HTMLElement;
  /**
   * Draws the lines in sight, and a few of those beyond.
   * @param afresh fills also lines that are drawn already
   * @returns whether lines beyond the edges are left for the next frame
   */
  draw(sight: Stretch, count: number, afresh: boolean): boolean;
  /** The line that shows a position; undefined where it is not drawn. */
  at(index: number): Line | undefined;
  /** Takes all lines away, whose cells are no longer those of the list. */
  clear(): void;
}

/**
 * Lines stay in the document, and where they are, until their place is wanted for another: making one, hiding it and
 * showing it again costs more than filling it, and so does moving all that are in sight.
 */
export function createDrawnLines(parts: LineParts): DrawnLines {
  const root = element('div', { class: 'lines', role: 'rowgroup' });
  const drawn = new Map<number, Line>();
  /** Hidden, to be used again. */
  let free: Line[] = [];

  const release = (line: Line): void => {
    drawn.delete(line.index);
    line.root.hidden = true;
    // Its name belongs to the line that takes that position next.
    line.root.removeAttribute('id');
    free.push(line);
  };

  const newLine = (): Line => {
    const line: Line = { root: element('div', { class: 'line', role: 'row' }), cells: parts.cells(), index: -1 };
    line.root.append(...line.cells);
    root.append(line.root);
    parts.made(line);
    return line;
  };

  /** A line that shows what is far out of sight. */
  const distant = (near: Stretch): Line | undefined => {
    for (const line of drawn.values()) {
      if (isWithin(near, line.index)) continue;
      drawn.delete(line.index);
      return line;
    }
    return undefined;
  };

  const put = (line: Line, index: number): void => {
    line.index = index;
    line.root.hidden = false;
    line.root.id = `line-${index}`;
    line.root.setAttribute('aria-rowindex', String(index + 2));
    line.root.style.top = `calc(${index} * var(--line))`;
    drawn.set(index, line);
    parts.fill(line);
  };

  return {
    root,
    at: (index) => drawn.get(index),
    draw(sight, count, afresh) {
      const near = { from: Math.max(0, sight.from - spare), until: Math.min(count, sight.until + spare) };
      for (const line of [...drawn.values()])
        if (line.index >= count || (afresh && !isWithin(near, line.index))) release(line);
      const wanted = [...outwards(sight, near)];
      const missing = afresh ? wanted : wanted.filter((index) => !drawn.has(index));
      const visible = missing.filter((index) => isWithin(sight, index)).length;
      // What is drawn already shows the wrong thing until it is filled.
      const filled = afresh ? missing : missing.slice(0, Math.max(visible, sparesPerFrame));
      for (const index of filled) put(drawn.get(index) ?? free.pop() ?? distant(near) ?? newLine(), index);
      return filled.length < missing.length;
    },
    clear() {
      root.replaceChildren();
      drawn.clear();
      free = [];
    },
  };
}

const isWithin = ({ from, until }: Stretch, index: number): boolean => index >= from && index < until;

/** The positions in sight, then those beyond, the nearest first. */
function* outwards(sight: Stretch, near: Stretch): Generator<number> {
  for (let index = Math.max(sight.from, near.from); index < Math.min(sight.until, near.until); index++) yield index;
  for (let step = 0; step < spare; step++) {
    if (sight.until + step < near.until) yield sight.until + step;
    if (sight.from - 1 - step >= near.from) yield sight.from - 1 - step;
  }
}
