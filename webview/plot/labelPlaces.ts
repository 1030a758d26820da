/** What is drawn at a point of a plot, and the label that it wants, in the units of the drawing. */
export interface Labelled {
  readonly x: number;
  readonly y: number;
  readonly label: string;
}

/** Where the text of a label begins, ends or has its middle, as SVG says it. */
export interface LabelPlace {
  readonly x: number;
  readonly y: number;
  readonly 'text-anchor': 'start' | 'middle' | 'end';
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Of the font of labels. */
const letter = { width: 7.5, ascent: 10, descent: 3 };
/** From the middle of a line of text to where its letters stand. */
const middle = 4;
/** Half of what a mark takes. */
const mark = 7;

/**
 * A place for each label where it covers neither a mark nor another label: to the right of its point if that is free,
 * else to the left, further up or down, above or below; to the right where none is.
 * @param distance from the middle of a mark
 */
export function labelPlaces(points: readonly Labelled[], distance: number): readonly LabelPlace[] {
  const marks = points.map(({ x, y }) => ({ left: x - mark, right: x + mark, top: y - mark, bottom: y + mark }));
  const taken: Box[] = [];
  return points.map(({ x, y, label }, own) => {
    const others = marks.filter((_, i) => i !== own);
    const places = placesAround({ x, y }, distance);
    const isFree = (place: LabelPlace): boolean =>
      ![...others, ...taken].some((box) => overlap(box, boxOf(place, label.length)));
    const place = places.find(isFree) ?? places[0]!;
    taken.push(boxOf(place, label.length));
    return place;
  });
}

function placesAround({ x, y }: Pick<Labelled, 'x' | 'y'>, distance: number): readonly LabelPlace[] {
  const heights = [0, -distance, distance];
  return [
    ...heights.flatMap((below): readonly LabelPlace[] => [
      { x: x + distance, y: y + below + middle, 'text-anchor': 'start' },
      { x: x - distance, y: y + below + middle, 'text-anchor': 'end' },
    ]),
    { x, y: y - distance, 'text-anchor': 'middle' },
    { x, y: y + distance + letter.ascent, 'text-anchor': 'middle' },
  ];
}

function boxOf({ x, y, 'text-anchor': anchor }: LabelPlace, letters: number): Box {
  const width = letters * letter.width;
  const left = { start: x, middle: x - width / 2, end: x - width }[anchor];
  return { left, right: left + width, top: y - letter.ascent, bottom: y + letter.descent };
}

const overlap = (one: Box, other: Box): boolean =>
  one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
