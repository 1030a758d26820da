import * as l10n from '@vscode/l10n';
import { hostedModelOf } from '../../template/read/hostedModel';
import { Failure } from '../../failure';
import { sentences } from '../../words/listed';
import { planStudy } from '../../runs/work/study/planStudy';
import type { ModelSizes } from '../../template/settings/trainedParameters';
import { resolveSettings } from '../../template/read/resolveSettings';
import { readSettingText } from '../../template/settings/settingGrid';
import { settingKey } from '../../template/settings/settingKeys';
import { splits, type Settings } from '../../template/settings/settings';
import type { PromptTemplate } from '../../template/read/template';
import { trainedParameters } from '../../template/settings/trainedParameters';
import { promptForm } from '../../template/render/promptForm';
import type { TokenEncoder } from '../../template/text/tokenEncoder';
import { readSplitText } from '../../template/settings/data/dataShares';
import { costOfMissing } from '../../template/settings/data/missingSplits';
import { formAtEndpoint } from '../../endpoint/formAtEndpoint';
import { requireMeasurable } from '../../endpoint/requireMeasurable';
import { type FormCheck, type FormValues, type TrainableMethod } from './contract';
import { firstOf, overridesOf } from './formOverrides';

/**
 * Checks what was filled in, field by field and together.
 * @param sizes of the model, where they are known
 * @param encoder tokenizer of the model, where it could be read
 */
export function checkForm(
  template: PromptTemplate,
  values: FormValues,
  sizes: ModelSizes | undefined,
  encoder?: TokenEncoder,
): Omit<FormCheck, 'writers'> {
  const problems = Object.fromEntries(
    Object.entries(values.set).flatMap(([name, text]) => {
      const problem = text.trim() === '' ? undefined : problemOf(name, text);
      return problem === undefined ? [] : [[name, problem]];
    }),
  );
  const nothing = { runs: 0, varied: [], trained: [], form: null, cost: null };
  if (values.methods.length === 0) return { problems, problem: l10n.t`Choose at least one method.`, ...nothing };
  if (Object.keys(problems).length > 0) return { problems, problem: null, ...nothing };
  try {
    const overrides = overridesOf(values);
    const { runs, study } = planStudy(template, values.methods, overrides);
    const settings = resolveSettings(template, values.methods[0]!, firstOf(overrides));
    if (hostedModelOf(template.model))
      return {
        ...nothing,
        problems,
        ...checkElsewhere(template, settings, { runs: runs.length, study }),
      };
    const problem =
      settings.data.train === undefined ? l10n.t`There are no rows to learn from. Name a file under data.train.` : null;
    return {
      problems,
      problem,
      cost: costOfMissing(settings.data) ?? null,
      runs: runs.length,
      varied: study?.varied ?? [],
      form: (study?.varied ?? []).some((name) => /(?:^|\.)(?:format|chat)\b/.test(name))
        ? null
        : formOf(settings, encoder),
      trained: trainedOf(values).map((method) => ({
        method,
        numbers: sizes ? parametersOf(template, method, { overrides, sizes }) : null,
      })),
    };
  } catch (error) {
    return {
      problems,
      problem: error instanceof Failure ? sentences([error.message, error.remedy]) : String(error),
      ...nothing,
    };
  }
}

/** The methods of the form that train something. */
export const trainedOf = ({ methods }: FormValues): readonly TrainableMethod[] =>
  methods.filter((method) => method !== 'hard');

/** @throws Failure of what has no meaning there */
function checkElsewhere(
  template: PromptTemplate,
  settings: Settings,
  { runs, study }: { readonly runs: number; readonly study: ReturnType<typeof planStudy>['study'] },
): Pick<FormCheck, 'runs' | 'varied' | 'form' | 'problem'> {
  requireMeasurable(template, settings);
  const { train, dev, test } = settings.data;
  const isChat = formAtEndpoint(settings) === 'chat';
  return {
    runs,
    varied: study?.varied ?? [],
    problem: (train ?? dev ?? test) ? null : l10n.t`There are no rows to measure it on. Name a file under data.test.`,
    form: {
      name: isChat ? l10n.t`messages` : l10n.t`text`,
      why: isChat
        ? l10n.t`The endpoint puts them into the chat template of its model.`
        : l10n.t`tune.format is ${settings.format ?? 'text'}.`,
    },
  };
}

function formOf(settings: Settings, encoder: TokenEncoder | undefined): FormCheck['form'] {
  const { name, why } = promptForm(settings, encoder);
  return { name, why };
}

function problemOf(name: string, text: string): string | undefined {
  const key = settingKey(name);
  if (!key)
    return splits.some((split) => name === `data.${split}`)
      ? splitProblem(name.slice('data.'.length), text)
      : l10n.t`There is no setting tune.${name}.`;
  const read = readSettingText(key, text);
  return 'problem' in read ? read.problem : undefined;
}

function splitProblem(split: string, text: string): string | undefined {
  const read = readSplitText(split, text);
  return 'problem' in read ? read.problem : undefined;
}

/**
 * Parameters that a method trains; null where they depend on the tokens of an instruction, or of a slot that takes its
 * length from its text, because only the model knows those.
 */
function parametersOf(
  template: PromptTemplate,
  method: TrainableMethod,
  { overrides, sizes }: { readonly overrides: Readonly<Record<string, string>>; readonly sizes: ModelSizes },
): number | null {
  const settings = resolveSettings(template, method, firstOf(overrides));
  if (method === 'v2' && settings.layers === 'all')
    return settings.instruction === 'fixed' || settings.instruction === 'text'
      ? trainedParameters('v2', settings.length, sizes)
      : null;
  if (method === 'v2') return null;
  const lengths = template.slots.map(({ length }) => length);
  if (lengths.some((length) => length === undefined)) return null;
  const tokens = lengths.length > 0 ? lengths.reduce<number>((sum, length) => sum + length!, 0) : settings.length;
  return trainedParameters(method, tokens, sizes);
}
