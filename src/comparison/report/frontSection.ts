import * as l10n from '@vscode/l10n';
import { largest, smallest } from '../../lists';
import { coordinate, count, plainNumber } from '../../words/formatNumbers';
import { h, type Child, type Html } from '../../html';
import type { RunRecord } from '../../runs/record/record';
import {
  frontHeadings,
  frontNote,
  frontNumbers,
  heightOf,
  heightTitle,
  lookedAtText,
  rowTitle,
  testHeight,
  textInWords,
} from '../front/frontWords';
import { readFront } from '../front/readFront';
import type { ShownFront, ShownText } from '../front/shownFront';
import { drawing, fullWidth, line, text as textAt, ticksBetween, type Point } from './drawing';
import { tableRow, wideTable } from './tables';

/** The texts that the search of a run has kept, drawn and in numbers; empty where it has kept none. */
export function frontSection(record: RunRecord): readonly Html[] {
  const front = readFront(record);
  if (!front) return [];
  return [
    h('h5', {}, l10n.t`Texts that the search kept`),
    h('figure', {}, [frontPlot(front), h('figcaption', {}, frontNote(front))]),
    numbersTable(front),
    h('p', { class: 'quiet' }, lookedAtText(front)),
  ];
}

function numbersTable(front: ShownFront): Html {
  return wideTable(
    'texts front-texts',
    frontHeadings(front),
    front.texts.map((text, i) =>
      tableRow(rowTitle(text, i + 1), [...frontNumbers(front, text), text.text], text.isChosen ? 'chosen' : undefined),
    ),
  );
}

const area = { left: 64, right: fullWidth - 24, top: 14, bottom: 240, height: 282 };
/** What was measured on test stands so far beside its point. */
const besides = 7;

interface Scales {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

/** Accuracy on the rows that chose against readability, a mark a text with its interval. */
function frontPlot(front: ShownFront): Html {
  const { texts } = front;
  const heights = texts
    .flatMap((text) => [heightOf(text), testHeight(front, text)])
    .filter((each) => each !== undefined);
  const across = span([0, ...texts.map(({ readability }) => readability)]);
  const up = span(heights.flatMap(({ interval }) => interval));
  const scales: Scales = {
    x: (value) => area.left + 16 + ((value - across.low) / (across.high - across.low)) * (area.right - area.left - 40),
    y: (value) => area.bottom - ((value - up.low) / (up.high - up.low)) * (area.bottom - area.top),
  };
  const title = l10n.t`${heightTitle(front)} against readability`;
  const words = texts.map((text, i) => textInWords(text, i + 1)).join('; ');
  return drawing({ width: fullWidth, height: area.height, kind: 'front' }, `${title}: ${words}`, [
    ticksBetween(across.low, across.high, 7).map((value) => [
      line('grid', { x: scales.x(value), y: area.top }, { x: scales.x(value), y: area.bottom }),
      textAt('tick', { x: scales.x(value), y: area.bottom + 16 }, { anchor: 'middle', content: plainNumber(value) }),
    ]),
    ticksBetween(up.low, up.high, 5).map((value) => [
      line('grid', { x: area.left, y: scales.y(value) }, { x: area.right, y: scales.y(value) }),
      textAt('tick', { x: area.left - 8, y: scales.y(value) + 4 }, { anchor: 'end', content: plainNumber(value) }),
    ]),
    line('majority', { x: scales.x(0), y: area.top }, { x: scales.x(0), y: area.bottom }),
    textAt(
      'name',
      { x: (area.left + area.right) / 2, y: area.bottom + 36 },
      { anchor: 'middle', content: l10n.t`Nats a token above the original` },
    ),
    textAt('name', { x: area.left - 56, y: area.top - 2 }, { content: heightTitle(front) }),
    texts.map((text, i) => textMark(front, text, { number: i + 1, ...scales })),
  ]);
}

function span(values: readonly number[]): { readonly low: number; readonly high: number } {
  const [low, high] = [smallest(values), largest(values)];
  const room = (high - low) * 0.04 || 0.5;
  return { low: low - room, high: high + room };
}

function textMark(front: ShownFront, text: ShownText, { number, x, y }: Scales & { readonly number: number }): Html {
  const { mean, interval } = heightOf(text);
  const at = { x: x(text.readability), y: y(mean) };
  const upright = (kind: string, beside: number, [low, high]: readonly [number, number]) =>
    line(kind, { x: at.x + beside, y: y(low) }, { x: at.x + beside, y: y(high) });
  const onTest = testHeight(front, text);
  return h('g', { class: text.isChosen ? 's2' : text.isOriginal ? 's0' : 's1' }, [
    h('title', {}, textInWords(text, number)),
    upright('bar', 0, interval),
    shapeOf(text, at),
    onTest && [
      upright('bar thin dev', besides, onTest.interval),
      h('circle', { class: 'mark hollow', cx: coordinate(at.x + besides), cy: coordinate(y(onTest.mean)), r: 4 }),
    ],
    textAt('name', { x: at.x + 2 * besides, y: at.y + 4 }, { content: count(number) }),
  ]);
}

/** The chosen text is a diamond, the original a square, others are dots, so that colour is not needed. */
function shapeOf({ isChosen, isOriginal }: ShownText, { x, y }: Point): Child {
  if (!isChosen && !isOriginal) return h('circle', { class: 'mark', cx: coordinate(x), cy: coordinate(y), r: 5 });
  return h('rect', {
    class: 'mark',
    x: coordinate(x - 5),
    y: coordinate(y - 5),
    width: 10,
    height: 10,
    transform: isChosen ? `rotate(45 ${coordinate(x)} ${coordinate(y)})` : undefined,
  });
}
