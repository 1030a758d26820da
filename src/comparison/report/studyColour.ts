import { h, type Html } from '../../html';
import type { StudyComparison, TaskComparison } from '../taskComparison';

/** Something of a study, by its name and the number of its colour. */
export interface Coloured {
  readonly name: string;
  /** 0 for the baseline. */
  readonly colourIndex: number;
}

export type ColouredStudy = StudyComparison & Coloured;

/** The baseline has the first colour, the others those after it, in their order. */
export function withColours({ studies, baseline }: TaskComparison): readonly ColouredStudy[] {
  const others = studies.filter(({ key }) => key !== baseline);
  return studies.map((study) => ({ ...study, colourIndex: others.indexOf(study) + 1 }));
}

/** Colours that media/report.css has besides that of the baseline; studies beyond them take the same again. */
const colours = 7;

/** The class of what is drawn in a study's colour. */
export function colourClass(colourIndex: number): string {
  return `s${colourIndex === 0 ? 0 : ((colourIndex - 1) % colours) + 1}`;
}

/** A square in a study's colour. */
export function colourKey(colourIndex: number): Html {
  return h('span', { class: `key ${colourClass(colourIndex)}` });
}

/** What the colours mean. */
export function legend(studies: readonly Coloured[]): readonly (Html | string)[] {
  return studies.flatMap(({ name, colourIndex }, index) => [
    ...(index > 0 ? [' '] : []),
    h('span', { class: 'entry' }, [colourKey(colourIndex), name]),
  ]);
}
