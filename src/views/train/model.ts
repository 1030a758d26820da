import * as l10n from '@vscode/l10n';
import { hostedModelOf } from '../../template/read/hostedModel';
import { templateName } from '../../template/read/templateName';
import { sentences } from '../../words/listed';
import type { PromptTemplate } from '../../template/read/template';
import type { TokenEncoder } from '../../template/text/tokenEncoder';
import { trainableMethods, type FormMethod, type FormState, type FormValues, type SlurmChoice } from './contract';
import { fieldsOf } from './formFields';

/** What can be done with a template, by where its model runs. */
export const offeredMethods = ({ model }: Pick<PromptTemplate, 'model'>): readonly FormMethod[] =>
  hostedModelOf(model) ? ['hard'] : trainableMethods;

/** Values with methods that the template's model allows: forms are kept, and templates change. */
export function fittingValues(values: FormValues, template: Pick<PromptTemplate, 'model'>): FormValues {
  const offered = offeredMethods(template);
  const methods = values.methods.filter((method) => offered.includes(method));
  return methods.length === values.methods.length ? values : { ...values, methods: [methods[0] ?? offered[0]!] };
}

const whyElsewhere = (model: string): string =>
  l10n.t`"${model}" runs elsewhere, so that its prompt is measured as it is written: soft prompts, \
prefixes and the search for an instruction need gradients and losses, which only a model that runs here gives.`;

/** Why a template without an answer slot cannot be trained. */
const unanswered = (): string =>
  sentences([
    l10n.t`The template does not say what the model answers, so nothing can be trained.`,
    l10n.t`Add output.schema with one field, and end the body with that field.`,
  ]);

/** What the form asks for a template. @param dataFiles found near the template, relative to its folder */
export function formState(
  file: string,
  template: PromptTemplate,
  {
    values,
    from,
    dataFiles,
    encoder,
    slurm = null,
  }: {
    readonly values: FormValues;
    readonly from: string | null;
    readonly dataFiles: readonly string[];
    /** Tokenizer of the model, where it could be read. */
    readonly encoder?: TokenEncoder;
    /** What profile and settings ask of Slurm, where this machine has it. */
    readonly slurm?: SlurmChoice | null;
  },
): FormState {
  const isElsewhere = hostedModelOf(template.model) !== undefined;
  const fitting = fittingValues(values, template);
  const offered = offeredMethods(template);
  return {
    file,
    template: templateName(file),
    model: template.model,
    offered,
    elsewhere: isElsewhere ? whyElsewhere(template.model) : null,
    fields: fieldsOf(template, fitting.methods[0] ?? offered[0]!, dataFiles, encoder),
    values: fitting,
    from,
    slurm: isElsewhere ? null : slurm,
    problem: template.output && (template.answerSlot ?? template.innerSlot) ? null : unanswered(),
  };
}
