import * as l10n from '@vscode/l10n';
import type { RequestOf, ResultOf } from '../../src/channel/messageChannel';
import type {
  AnsweredComparison,
  ComparisonCalls,
  ComparisonState,
  StudyRow,
} from '../../src/views/comparison/contract';
import type { MeasuringText } from '../../src/views/front/contract';
import { element } from '../element';
import { svg } from '../svg';
import type { Theme } from '../theme';
import type { Curves } from './curves';
import type { PageLook } from './keptPage';
import { lineStyle } from './lineStyle';

/** Everything that a section draws from. */
export interface PageView {
  readonly state: ComparisonState;
  /** What only the answers tell; missing until they are read. Their results are those of the state too. */
  readonly answers: AnsweredComparison | undefined;
  readonly curves: Curves;
  /** Texts that searches have kept and that are being measured now. */
  readonly measuring: readonly MeasuringText[];
  readonly theme: Theme;
  readonly look: PageLook;
}

/** What a section may do. */
export interface PageActions {
  /** Asks the extension. */
  call<K extends keyof ComparisonCalls>(
    name: K,
    request: RequestOf<ComparisonCalls, K>,
  ): Promise<ResultOf<ComparisonCalls, K>>;
  /** Asks without waiting; what goes wrong is said at the top of the page. */
  tell<K extends keyof ComparisonCalls>(name: K, request: RequestOf<ComparisonCalls, K>): void;
  /** Changes how the page is looked at, and keeps it. */
  look(change: Partial<PageLook>): void;
  /** Chooses the study that the others are measured against. */
  baseline(key: string): void;
}

/** A part of the page that is drawn while its tab is shown. */
export interface Section {
  readonly root: HTMLElement;
  show(view: PageView): void;
}

/** `B · soft · triage`: badge and name. */
export function studyTitle({ badge, name }: Pick<StudyRow, 'badge' | 'name'>): string {
  return `${badge} · ${name}`;
}

/** `B · soft · triage · seed 3`: the same with the seed of one of its runs, where there are several. */
export function seedTitle(
  study: Pick<StudyRow, 'badge' | 'name' | 'runs'>,
  { seed }: { readonly seed: number },
): string {
  return study.runs.length > 1 ? l10n.t`${studyTitle(study)} · seed ${seed}` : studyTitle(study);
}

/** `soft · triage · seed 3`: the same without the badge, which stands in front of it as a mark. */
export function seedName({ name, runs }: Pick<StudyRow, 'name' | 'runs'>, { seed }: { readonly seed: number }): string {
  return runs.length > 1 ? l10n.t`${name} · seed ${seed}` : name;
}

/** A short piece of the study's line, dashes and all, and its letter. */
export function studyMark({ colourIndex, badge }: Pick<StudyRow, 'badge' | 'colourIndex'>, theme: Theme): HTMLElement {
  return element('span', { class: 'badge' }, swatch(colourIndex, theme), badge);
}

function swatch(colourIndex: number, theme: Theme): SVGElement {
  const { colour, dash } = lineStyle(colourIndex, theme);
  return svg(
    'svg',
    { viewBox: '0 0 28 10', class: 'swatch', 'aria-hidden': 'true' },
    svg('line', {
      x1: 0,
      x2: 28,
      y1: 5,
      y2: 5,
      stroke: colour,
      'stroke-width': 2.5,
      'stroke-dasharray': dash.join(' '),
    }),
  );
}

/** Words of an error, with what to do about it. */
export function messageOf(error: unknown): string {
  const remedy =
    typeof error === 'object' && error !== null && 'remedy' in error && typeof error.remedy === 'string'
      ? ` ${error.remedy}`
      : '';
  return (error instanceof Error ? error.message : String(error)) + remedy;
}

/** Whether an answer came too late: the comparison has changed, and what belongs to the new one is on its way. */
export function isOutdated(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'outdated';
}
