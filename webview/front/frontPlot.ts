import * as l10n from '@vscode/l10n';
import { largest, smallest } from '../../src/lists';
import {
  heightOf,
  heightTitle,
  testHeight,
  textInWords,
  type ShownFront,
  type ShownText,
} from '../../src/views/front/contract';
import { axes, plotArea } from '../plot/axes';
import { labelPlaces } from '../plot/labelPlaces';
import { whisker } from '../plot/measuredPoint';
import { paretoFront } from '../plot/paretoFront';
import { linearScale, type Scale } from '../plot/scale';
import { focusable } from '../redraw';
import { svg } from '../svg';

interface Plot {
  /** Tells the points of several drawings on one page apart. */
  readonly name: string;
  readonly selected: number;
  select(index: number): void;
}

/**
 * Accuracy against readability, a point a text with its interval; the line joins those that no other beats in both.
 * The points are radio buttons: one Tab stop, arrows go from text to text.
 */
export function frontPlot(front: ShownFront, { name, selected, select }: Plot): SVGElement {
  const { texts } = front;
  const heights = texts.map(heightOf);
  const readabilities = [0, ...texts.map(({ readability }) => readability)];
  const x = linearScale(
    [smallest(readabilities), largest(readabilities)],
    [plotArea.left + 12, plotArea.right - 12],
    7,
  );
  const onTest = texts.map((text) => testHeight(front, text));
  const values = [...heights, ...onTest].flatMap((height) => height?.interval ?? []);
  const y = linearScale([smallest(values), largest(values)], [plotArea.bottom, plotArea.top], 5);
  const labels = labelPlaces(
    texts.map(({ readability }, i) => ({ x: x(readability), y: y(heights[i]!.mean), label: String(i + 1) })),
    14,
  );
  const joined = paretoFront(texts.map((text) => ({ cost: text.readability, gain: heightOf(text).mean })));
  const drawing = svg(
    'svg',
    {
      viewBox: `0 0 ${plotArea.width} ${plotArea.height}`,
      class: 'drawing plot texts-kept',
      role: 'radiogroup',
      'aria-label': l10n.t`${heightTitle(front)} against readability`,
    },
    ...axes(x, y, { x: l10n.t`Nats a token above the original`, y: heightTitle(front) }),
    svg('line', { class: 'reference', x1: x(0), x2: x(0), y1: plotArea.top, y2: plotArea.bottom }),
    svg('polyline', { class: 'front', points: joined.map(({ cost, gain }) => `${x(cost)},${y(gain)}`).join(' ') }),
    ...texts.map((text, i) => {
      const { mean, interval } = heights[i]!;
      const point = svg(
        'g',
        {
          class: `point${text.isChosen ? ' chosen' : ''}${text.isOriginal ? ' original' : ''}`,
          role: 'radio',
          'aria-checked': String(i === selected),
          'aria-label': textInWords(text, i + 1),
          tabindex: i === selected ? 0 : -1,
        },
        svg('title', {}, textInWords(text, i + 1)),
        whisker(x(text.readability), interval, y),
        // A finger is wider than a point.
        svg('circle', { class: 'reach', cx: x(text.readability), cy: y(mean), r: 12 }),
        ...shapeOf(text, x(text.readability), y(mean)),
        ...testMark(onTest[i], x(text.readability) + 7, y),
        svg('text', { class: 'label', ...labels[i]! }, String(i + 1)),
      );
      point.addEventListener('click', () => select(i));
      return focusable(`${name} text ${i}`, point);
    }),
  );
  drawing.addEventListener('keydown', (event) => {
    const next = chosenBy(event.key, selected, texts.length);
    if (next === undefined) return;
    event.preventDefault();
    select(next);
  });
  return drawing;
}

/** A number on test stands beside the point, hollow and with a thinner interval. */
function testMark(height: ShownText['saved'] | undefined, x: number, y: Scale): readonly SVGElement[] {
  if (!height) return [];
  return [
    whisker(x, height.interval, y, { class: 'whisker on-test' }),
    svg('circle', { class: 'on-test', cx: x, cy: y(height.mean), r: 4 }),
  ];
}

/** The chosen text is a diamond, the original a square, others are dots, so that colour is not needed. */
function shapeOf({ isChosen, isOriginal }: ShownText, x: number, y: number): readonly SVGElement[] {
  if (isChosen)
    return [
      svg('rect', { class: 'dot', x: x - 6, y: y - 6, width: 12, height: 12, transform: `rotate(45 ${x} ${y})` }),
    ];
  if (isOriginal) return [svg('rect', { class: 'dot', x: x - 5, y: y - 5, width: 10, height: 10 })];
  return [svg('circle', { class: 'dot', cx: x, cy: y, r: 5 })];
}

/** Which text a key leads to; undefined for keys that lead to none. */
function chosenBy(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowDown':
      return (at + 1) % count;
    case 'ArrowLeft':
    case 'ArrowUp':
      return (at + count - 1) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    case 'Enter':
    case ' ':
      return at;
    default:
      return undefined;
  }
}
