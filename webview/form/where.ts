import type { FormState, SlurmChoice } from '../../src/views/train/contract';
import { checkBox, textField } from '../controls';
import { element } from '../element';

/** What is asked of Slurm, in the order of the fields. */
const questions = [
  ['partition', 'Partition', 'the cluster’s own'],
  ['time', 'Time limit of a stay', 'the partition’s own'],
  ['mem', 'Memory for a run', 'measured first'],
] as const satisfies readonly (readonly [keyof SlurmChoice, string, string])[];

const nothingAsked: SlurmChoice = { partition: '', time: '', mem: '' };

/**
 * Which machine trains: this one, or Slurm with what is asked of it.
 * @param otherwise what profile and settings ask, shown in grey
 * @param change gets what is asked; undefined where this machine trains
 */
export function whereSection(
  otherwise: NonNullable<FormState['slurm']>,
  chosen: SlurmChoice | undefined,
  change: (slurm: SlurmChoice | undefined) => void,
): HTMLElement {
  let asked = chosen ?? nothingAsked;
  const fields = element(
    'div',
    { class: 'where' },
    ...questions.map(([name, label, without]) => {
      const input = textField(`Slurm: ${label}`, asked[name], (text) => {
        asked = { ...asked, [name]: text };
        change(asked);
      });
      input.setAttribute('placeholder', otherwise[name] || without);
      return element('label', { class: 'asked' }, element('span', {}, label), input);
    }),
  );
  fields.hidden = chosen === undefined;
  const box = checkBox('Train on Slurm, a task for each run', chosen !== undefined, (checked) => {
    fields.hidden = !checked;
    change(checked ? asked : undefined);
  });
  return element('section', { 'aria-label': 'Where' }, element('h2', {}, 'Where'), box, fields);
}
