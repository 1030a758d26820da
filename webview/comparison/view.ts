import type { ComparisonAnalysis, StudyAnalysis } from '../../src/comparison/subject';
import type { ComparisonState, PanelCalls, StudyRow } from '../../src/views/comparison/contract';
import { element } from '../element';
import { svg } from '../svg';
import type { Theme } from '../theme';
import type { Curves } from './curves';
import type { PageLook } from './keptPage';
import { lineStyle } from './lineStyle';

/** Everything that a section draws from. */
export interface PageView {
  readonly state: ComparisonState;
  /** What only the answers tell; missing until they are read. */
  readonly analysis: ComparisonAnalysis | undefined;
  readonly curves: Curves;
  readonly theme: Theme;
  readonly look: PageLook;
}

type Request<K extends keyof PanelCalls> = Parameters<PanelCalls[K]>[0];

/** What a section may do. */
export interface PageActions {
  /** Asks the extension. */
  call<K extends keyof PanelCalls & string>(name: K, request: Request<K>): Promise<ReturnType<PanelCalls[K]>>;
  /** Asks without waiting; what goes wrong is said at the top of the page. */
  tell<K extends keyof PanelCalls & string>(name: K, request: Request<K>): void;
  /** Changes how the page is looked at, and keeps it. */
  look(change: Partial<PageLook>): void;
  /** Chooses the study that the others are measured against. */
  baseline(key: string): void;
}

/** A part of the page that is drawn while its tab is shown. */
export interface Section {
  readonly place: HTMLElement;
  show(view: PageView): void;
}

export function analysisOf({ analysis }: Pick<PageView, 'analysis'>, key: string): StudyAnalysis | undefined {
  return analysis?.studies.find((study) => study.key === key);
}

/** `B · triage · soft`, or the name that a person gave. */
export function studyTitle({ letter, name, template, method }: StudyRow): string {
  return `${letter} · ${name || `${template} · ${method}`}`;
}

/** A short piece of the study's line, dashes and all, and its letter. */
export function studyMark({ place, letter }: Pick<StudyRow, 'place' | 'letter'>, theme: Theme): HTMLElement {
  return element('span', { class: 'letter' }, swatch(place, theme), letter);
}

function swatch(place: number, theme: Theme): SVGElement {
  const { colour, dash } = lineStyle(place, theme);
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

/** Whether an answer came too late to be of use: the comparison has changed, and what belongs to the new one is on its way. */
export function isOutdated(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'outdated';
}
