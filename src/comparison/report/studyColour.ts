import { h, type Html } from '../../html';

/** A study by its name and the number of its colour. */
export interface ColouredStudy {
  readonly name: string;
  /** 0 for the baseline. */
  readonly place: number;
}

/** Colours that media/report.css has besides that of the baseline; studies beyond them take the same again. */
const colours = 7;

/** The class of what is drawn in a study's colour. */
export function colourClass(place: number): string {
  return `s${place === 0 ? 0 : ((place - 1) % colours) + 1}`;
}

/** A square in a study's colour. */
export function colourKey(place: number): Html {
  return h('span', { class: `key ${colourClass(place)}` });
}

/** What the colours mean. */
export function legend(studies: readonly ColouredStudy[]): readonly (Html | string)[] {
  return studies.flatMap(({ name, place }, index) => [
    ...(index > 0 ? [' '] : []),
    h('span', { class: 'entry' }, [colourKey(place), name]),
  ]);
}
