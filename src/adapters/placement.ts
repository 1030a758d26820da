import * as l10n from '@vscode/l10n';
import { isNumber, isObject, isText, type Guard } from '../channel/guards';
import { readJson } from '../files/jsonFile';
import { Failure } from '../failure';
import type { Method } from '../template/settings/settings';
import type { LanguageModel } from '../model/openModel';
import { formOf, isRecordedForm, type RecordedForm } from '../objective/recordedForm';
import type { Task } from '../objective/task';

/** Where the vectors of an adapter stand in a prompt: what PEFT has no words for. */
export interface Placement {
  readonly format: 1;
  readonly method: Method;
  /** The template's text, front matter included. */
  readonly template: string;
  /** Virtual tokens that stand in front of all text. */
  readonly prepended: number;
  /** Where the template's slots lie in the prompt matrix. */
  readonly slots: readonly { readonly id: string; readonly offset: number; readonly length: number }[];
  /** Tokens of the instruction whose vectors were trained; their rows are the last of the prompt matrix. */
  readonly instruction: readonly number[];
  readonly model: { readonly id: string; readonly sha256: string };
  /** How the model read the prompt in the training; absent in those of earlier versions. */
  readonly form?: RecordedForm;
  /** Each row was shown rows like it, which only the run has. */
  readonly examples?: 'similar';
}

export const placementName = 'prompt_tuner.json';

export function placementOf(
  task: Pick<Task, 'template' | 'settings' | 'layout' | 'instruction' | 'encoder' | 'withExamples'>,
  { id, sha256 }: Pick<LanguageModel, 'id' | 'sha256'>,
): Placement {
  const { template, settings, layout, instruction } = task;
  return {
    format: 1,
    method: settings.method,
    template: template.text,
    ...(task.withExamples && { examples: 'similar' as const }),
    prepended: layout.prepended,
    slots: layout.slots,
    instruction,
    model: { id, sha256 },
    form: formOf(task),
  };
}

/** Whether PEFT alone can put the vectors where they belong. */
export const fitsPeft = ({ prepended, slots, instruction }: Placement): boolean =>
  instruction.length === 0 && (prepended > 0 || slots.length === 0);

/** The placement beside an adapter; undefined for one that was not made here. @throws Failure "adapter-damaged" */
export function readPlacement(file: string): Promise<Placement | undefined> {
  return readJson(file, isPlacement, {
    damaged: () =>
      new Failure(
        'adapter-damaged',
        l10n.t`${placementName} is not what Prompt Tuner writes.`,
        { file },
        l10n.t`Copy the adapter again, or remove this file to use the vectors in front of the text.`,
      ),
  });
}

const isPlacement: Guard<Placement> = (value): value is Placement =>
  isObject(value) &&
  value.format === 1 &&
  isNumber(value.prepended) &&
  Array.isArray(value.slots) &&
  Array.isArray(value.instruction) &&
  isText(value.method) &&
  (value.form === undefined || isRecordedForm(value.form));
