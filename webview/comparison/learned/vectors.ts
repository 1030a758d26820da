import * as l10n from '@vscode/l10n';
import { largest, smallest } from '../../../src/lists';
import type { LayerAnatomy, PromptAnatomy, VectorAnatomy } from '../../../src/views/comparison/contract';
import { trains } from '../../../src/views/comparison/contract';
import { dropDown, waiting } from '../../controls';
import { element } from '../../element';
import { createRedraw } from '../../redraw';
import { svg } from '../../svg';
import { figureOf, type Figure } from '../figures/figure';
import { axes, plotArea } from '../../plot/axes';
import { linearScale } from '../../plot/scale';
import { coordinate, counted, percent, shortFraction } from '../../../src/words/formatNumbers';
import { messageOf, seedTitle, type PageActions, type PageView, type Section } from '../view';
import { statements } from '../../statements';

/** Vectors of which every pair is drawn; more would be specks. */
const mostDrawn = 64;

const waywardness = l10n.t`Near is not the same as meant: prompts with the same nearest words can do different things, \
and prompts that do the same can lie near unrelated words (Khashabi et al. 2022 call this waywardness). Read these as \
places, not as a translation.`;

/** The trained vectors of one run: how long they are, how alike, how far they went, and what they lie near. */
export function createVectors(actions: PageActions): Section {
  const bar = element('div', { class: 'toolbar', role: 'group', 'aria-label': l10n.t`Whose vectors` });
  const body = element('div');
  const [drawBar, drawBody] = [createRedraw(bar), createRedraw(body)];
  const known = new Map<string, PromptAnatomy | string>();
  const asked = new Set<string>();
  let view: PageView | undefined;

  const show = (next: PageView): void => {
    view = next;
    const trained = next.state.studies
      .filter(({ method }) => trains(method))
      .flatMap((study) =>
        study.runs
          .filter(({ status }) => status === 'done' || status === 'stopped')
          .map((run) => ({ key: run.run, name: seedTitle(study, run) })),
      );
    const run = trained.find(({ key }) => key === next.look.anatomy)?.key ?? trained[0]?.key;
    drawBar([trained, run], () =>
      trained.length === 0
        ? []
        : [dropDown(l10n.t`Whose vectors`, trained, run ?? null, (anatomy) => actions.look({ anatomy }))],
    );
    if (run === undefined) {
      drawBody('none', () => [element('p', { class: 'quiet' }, l10n.t`No run shown has trained vectors yet.`)]);
      return;
    }
    const anatomy = known.get(run);
    if (anatomy === undefined) inspect(run);
    drawBody([run, anatomy === undefined, next.look.tables, next.theme], () => contentOf(anatomy));
  };

  const inspect = (run: string): void => {
    if (asked.has(run)) return;
    asked.add(run);
    void actions
      .call('inspectPrompt', { run })
      .then(
        (anatomy) => known.set(run, anatomy),
        (error: unknown) => {
          known.set(run, messageOf(error));
          asked.delete(run);
        },
      )
      .then(() => {
        if (view) show(view);
      });
  };

  const contentOf = (anatomy: PromptAnatomy | string | undefined): readonly HTMLElement[] => {
    if (anatomy === undefined) return [waiting(l10n.t`Looking at the vectors…`)];
    if (typeof anatomy === 'string') return [element('p', { class: 'problem' }, anatomy)];
    const figures = [normsFigure(anatomy), similarityFigure(anatomy), prefixFigure(anatomy)];
    return [
      ...(anatomy.vectors.length > 0
        ? [element('p', { class: 'quiet' }, waywardness), vectorTable(anatomy.vectors)]
        : []),
      ...figures.flatMap((figure) => (figure && view ? [figureOf(figure, view, actions)] : [])),
    ];
  };

  return {
    root: element('section', { 'aria-label': l10n.t`Vectors` }, element('h2', {}, l10n.t`Vectors`), bar, body),
    show,
  };
}

function vectorTable(vectors: readonly VectorAnatomy[]): HTMLElement {
  const headings = [
    l10n.t`Vector`,
    l10n.t`Norm`,
    l10n.t`Moved`,
    l10n.t`Cosine to its start`,
    l10n.t`What it is near to (cosine)`,
  ];
  return element(
    'div',
    { class: 'scroll low', tabindex: '0', role: 'region', 'aria-label': l10n.t`Vectors and what they are near to` },
    element(
      'table',
      { class: 'plain' },
      element('caption', { class: 'hidden' }, l10n.t`Trained vectors: norm, movement since the start, nearest words`),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...headings.map((heading, column) =>
            element('th', { scope: 'col', ...(column > 0 && column < 4 && { class: 'number' }) }, heading),
          ),
        ),
      ),
      element(
        'tbody',
        {},
        ...vectors.map(({ name, kind, norm, moved, turned, near }) =>
          element(
            'tr',
            {},
            element(
              'th',
              { scope: 'row' },
              kind === 'virtual' ? name : element('span', {}, l10n.t`instruction`, ' ', element('code', {}, name)),
            ),
            element('td', { class: 'number' }, shortFraction(norm)),
            element('td', { class: 'number' }, shortFraction(moved)),
            element('td', { class: 'number' }, shortFraction(turned)),
            element(
              'td',
              { class: 'words' },
              ...near.flatMap(({ text, cosine }, index) => [
                index > 0 ? ', ' : '',
                element('code', {}, text),
                ` ${shortFraction(cosine)}`,
              ]),
            ),
          ),
        ),
      ),
    ),
  );
}

/** `from 0.1 to 0.9`: the range of some numbers. */
function fromTo(values: readonly number[]): string {
  return l10n.t`from ${shortFraction(smallest(values))} to ${shortFraction(largest(values))}`;
}

/** Lengths of the vectors beside those of the model's own words. */
function normsFigure({ vectors, wordNorms: [low, middle, high] }: PromptAnatomy): Figure | undefined {
  if (vectors.length === 0) return undefined;
  const norms = vectors.map(({ norm }) => norm);
  const x = linearScale([1, Math.max(2, vectors.length)], [plotArea.left + 6, plotArea.right - 6]);
  const y = linearScale([0, largest(norms, high)], [plotArea.bottom, plotArea.top], 5);
  return {
    key: 'norms',
    title: l10n.t`Norms`,
    note: l10n.t`Dots: length of each vector, in order; band: the 5th to 95th percentile of the model’s own word \
vectors, dashed their median.`,
    summary: l10n.t`Norms of ${vectors.length} trained vectors ${fromTo(norms)}; those of words lie mostly between \
${shortFraction(low)} and ${shortFraction(high)}, median ${shortFraction(middle)}.`,
    drawing: svg(
      'svg',
      { viewBox: `0 0 ${plotArea.width} ${plotArea.height}`, class: 'drawing plot' },
      svg('rect', {
        class: 'band',
        x: plotArea.left,
        width: plotArea.right - plotArea.left,
        y: y(high),
        height: y(low) - y(high),
      }),
      ...axes(x, y, { x: l10n.t`Vector`, y: l10n.t`Norm` }),
      svg('line', { class: 'reference', x1: plotArea.left, x2: plotArea.right, y1: y(middle), y2: y(middle) }),
      ...vectors.map(({ norm, name, kind }, index) =>
        svg(
          'circle',
          { class: `vector ${kind}`, cx: x(index + 1), cy: y(norm), r: 4 },
          svg('title', {}, `${name}: ${shortFraction(norm)}`),
        ),
      ),
    ),
    table: {
      headings: [
        l10n.t`Vector`,
        l10n.t`Kind`,
        l10n.t`Norm`,
        l10n.t`Moved`,
        l10n.t`Cosine to its start`,
        l10n.t`Near to`,
      ],
      rows: vectors.map(({ name, kind, norm, moved, turned, near }) => [
        name,
        kind,
        norm,
        moved,
        turned,
        near.map(({ text }) => text).join(' '),
      ]),
    },
  };
}

/** Cosine of every pair as a heat map. */
function similarityFigure({ vectors, similarities }: PromptAnatomy): Figure | undefined {
  const all = vectors.length;
  if (all < 2) return undefined;
  const shown = Math.min(all, mostDrawn);
  const cell = Math.max(7, Math.floor(360 / shown));
  const left = 96;
  const at = (a: number, b: number): number => similarities[a * all + b]!;
  const pairs = Array.from({ length: shown }, (_, a) => Array.from({ length: shown }, (_unused, b) => at(a, b)));
  const apart = pairs.flatMap((row, a) => row.filter((_, b) => b > a));
  const mean = apart.reduce((sum, value) => sum + value, 0) / apart.length;
  const name = (index: number): string => vectors[index]!.name;
  return {
    key: 'similarities',
    title: l10n.t`Likeness among the vectors`,
    note: [
      l10n.t`Cosine of each pair: the stronger the shade, the more alike; with a minus where they point apart.`,
      ...(all > shown ? [l10n.t`The first ${shown} of ${all}.`] : []),
    ].join(' '),
    summary: l10n.t`Cosines between ${counted(shown, 'vector')}: ${fromTo(apart)}, mean ${shortFraction(mean)}.`,
    drawing: svg(
      'svg',
      { viewBox: `0 0 ${left + shown * cell + 8} ${shown * cell + 24}`, class: 'drawing heat' },
      ...pairs.flatMap((row, a) =>
        row.map((value, b) =>
          svg(
            'rect',
            {
              class: value < 0 ? 'apart' : 'alike',
              x: left + b * cell,
              y: a * cell,
              width: cell,
              height: cell,
              'fill-opacity': coordinate(Math.min(1, Math.abs(value)), 2),
            },
            svg('title', {}, l10n.t`${name(a)} and ${name(b)}: ${shortFraction(value)}`),
          ),
        ),
      ),
      ...pairs.flatMap((row, a) =>
        row.flatMap((value, b) =>
          value < 0
            ? [
                svg('line', {
                  class: 'minus',
                  x1: left + (b + 0.3) * cell,
                  x2: left + (b + 0.7) * cell,
                  y1: (a + 0.5) * cell,
                  y2: (a + 0.5) * cell,
                }),
              ]
            : [],
        ),
      ),
      ...pairs.flatMap((_, a) =>
        cell >= 11 || a % Math.ceil(11 / cell) === 0
          ? [
              svg(
                'text',
                { class: 'mark small', x: left - 6, y: a * cell + cell / 2 + 4, 'text-anchor': 'end' },
                name(a).slice(0, 14),
              ),
            ]
          : [],
      ),
    ),
    table: {
      headings: [l10n.t`First`, l10n.t`Second`, l10n.t`Cosine`],
      rows: pairs.flatMap((row, a) => row.flatMap((value, b) => (b > a ? [[name(a), name(b), value] as const] : []))),
    },
  };
}

/** Keys and values of a prefix by layer. */
function prefixFigure({ prefix }: PromptAnatomy): Figure | undefined {
  if (!prefix) return undefined;
  const { layers, positions } = prefix;
  const x = linearScale([1, Math.max(2, layers.length)], [plotArea.left + 6, plotArea.right - 6]);
  const y = linearScale(
    [0, largest(layers.flatMap(({ keyNorm, valueNorm }) => [keyNorm, valueNorm]))],
    [plotArea.bottom, plotArea.top],
    5,
  );
  const line = (kind: 'key' | 'value', of: (layer: (typeof layers)[number]) => number): readonly SVGElement[] => [
    svg('polyline', {
      class: `course ${kind}`,
      points: layers.map((layer, index) => `${x(index + 1)},${y(of(layer))}`).join(' '),
    }),
    ...layers.map((layer, index) =>
      svg(
        'circle',
        { class: `vector ${kind}`, cx: x(index + 1), cy: y(of(layer)), r: 4 },
        svg('title', {}, l10n.t`Layer ${index + 1}: ${shortFraction(of(layer))}`),
      ),
    ),
  ];
  return {
    key: 'prefix',
    title: l10n.t`Prefix by layer`,
    note: l10n.t`Mean length of the keys (solid) and values (dashed) that every layer attends to, per position and \
head.`,
    summary: l10n.t`A prefix of ${counted(positions, 'position')} in ${counted(layers.length, 'layer')}. \
${statements(layers.map(layerInWords))}`,
    drawing: svg(
      'svg',
      { viewBox: `0 0 ${plotArea.width} ${plotArea.height}`, class: 'drawing plot' },
      ...axes(x, y, { x: l10n.t`Layer`, y: l10n.t`Mean norm` }),
      ...line('key', ({ keyNorm }) => keyNorm),
      ...line('value', ({ valueNorm }) => valueNorm),
    ),
    table: {
      headings: [
        l10n.t`Layer`,
        l10n.t`Mean norm of keys`,
        l10n.t`Mean norm of values`,
        l10n.t`Way, in shares of its start`,
      ],
      rows: layers.map(({ keyNorm, valueNorm, moved }, index) => [index + 1, keyNorm, valueNorm, moved]),
    },
  };
}

function layerInWords({ keyNorm, valueNorm, moved }: LayerAnatomy, index: number): string {
  const share = moved === null ? l10n.t`an unknown share` : percent(moved);
  return l10n.t`Layer ${index + 1}: keys ${shortFraction(keyNorm)}, values ${shortFraction(valueNorm)}, moved by \
${share}`;
}
