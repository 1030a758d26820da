import * as l10n from '@vscode/l10n';
import type { FormState, SlurmChoice } from '../../src/views/train/contract';
import { checkBox, textField } from '../controls';
import { element } from '../element';

/** What is asked of Slurm, in the order of the fields. */
const questions = [
  ['partition', l10n.t`Partition`, l10n.t`the cluster’s own`],
  ['time', l10n.t`Time limit of a stay`, l10n.t`the partition’s own`],
  ['mem', l10n.t`Memory for a run`, l10n.t`measured first`],
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
      const input = textField(l10n.t`Slurm: ${label}`, asked[name], (text) => {
        asked = { ...asked, [name]: text };
        change(asked);
      });
      input.setAttribute('placeholder', otherwise[name] || without);
      return element('label', { class: 'asked' }, element('span', {}, label), input);
    }),
  );
  fields.hidden = chosen === undefined;
  const box = checkBox(l10n.t`Train on Slurm, a task for each run`, chosen !== undefined, (checked) => {
    fields.hidden = !checked;
    change(checked ? asked : undefined);
  });
  return element('section', { 'aria-label': l10n.t`Where` }, element('h2', {}, l10n.t`Where`), box, fields);
}
