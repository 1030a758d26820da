import { dirname, resolve } from 'node:path';
import { stat } from 'node:fs/promises';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { hostedModelOf } from '../../template/read/hostedModel';
import { templateName } from '../../template/read/templateName';
import { bytes, count } from '../../words/formatNumbers';
import { enumerated } from '../../words/listed';
import { readTemplateContext } from '../../workspace/readTemplateContext';
import { splits } from '../../template/settings/settings';
import type { PromptTemplate } from '../../template/read/template';
import { loadTemplate } from '../../template/read/loadTemplate';
import { pickStep } from './pickStep';
import type { TrainingPlan } from './startRuns';
import { splitText, usualShares } from '../../template/settings/data/dataShares';
import { chooseTemplate, runsFolderOf } from '../runs/templateChoice';
import { trainableMethods, type FormField, type SlurmChoice, type TrainableMethod } from './contract';
import { slurmDefaults } from './onSlurm';
import { askWhere, whereText } from './where';
import { checkForm } from './checkForm';
import { fieldsOf } from './formFields';
import { overridesOf } from './formOverrides';
import { methodTitles } from '../../words/methodTitles';
import { methodDetail } from './methodChoice';

/** What a person wants at the end of the way: start, or see all settings on a page. */
export type WizardOutcome = { readonly kind: 'start' | 'form'; readonly plan: TrainingPlan };

interface Choices {
  readonly methods: readonly TrainableMethod[];
  /** Name of a setting → text. */
  readonly set: Readonly<Record<string, string>>;
  /** What is asked of Slurm; absent where this machine trains. */
  readonly slurm?: SlurmChoice | undefined;
}

const steps = 3;

/**
 * Leads from a template over methods and data to the settings; every step can be taken back.
 * @returns nothing when the person leaves
 */
export async function askTraining(selected: unknown): Promise<WizardOutcome | undefined> {
  const file = await chooseTemplate(selected);
  if (file === undefined) return undefined;
  const template = await loadTemplate(file);
  // The form says what can be done there, and why nothing can be trained.
  if (hostedModelOf(template.model)) return { kind: 'form', plan: { file, methods: ['hard'], set: {} } };
  const slurm = await slurmDefaults(runsFolderOf(file));
  let choices: Choices = { methods: ['soft'], set: {} };
  for (let step = 1; ;) {
    const result = await ask(step, { file, template, choices, slurm });
    if (result === undefined) return undefined;
    if (result === 'back') step--;
    else if ('kind' in result) return { kind: result.kind, plan: planOf(file, result.choices) };
    else {
      choices = result.choices;
      step = result.next;
    }
  }
}

const planOf = (file: string, choices: Choices): TrainingPlan => ({
  file,
  methods: choices.methods,
  set: overridesOf(choices),
  ...(choices.slurm && { slurm: choices.slurm }),
});

interface Situation {
  readonly file: string;
  readonly template: PromptTemplate;
  readonly choices: Choices;
  /** What profile and settings ask of Slurm; null where this machine has none. */
  readonly slurm: SlurmChoice | null;
}

type Answer =
  | { readonly choices: Choices; readonly next: number }
  | { readonly kind: 'start' | 'form'; readonly choices: Choices }
  | 'back'
  | undefined;

function ask(step: number, situation: Situation): Promise<Answer> {
  if (step === 1) return askMethods(situation);
  return step === 2 ? askData(situation) : askSettings(situation);
}

async function askMethods({ file, choices }: Situation): Promise<Answer> {
  const items = trainableMethods.map((method) => ({
    label: methodTitles[method],
    description: method,
    detail: methodDetail(method),
    method,
  }));
  const result = await pickStep({
    title: l10n.t`Train ${templateName(file)}`,
    step: 1,
    totalSteps: steps,
    placeholder: l10n.t`What is to be learned? Several methods train one after another.`,
    items,
    many: true,
    selected: items.filter(({ method }) => choices.methods.includes(method)),
  });
  return typeof result === 'object'
    ? { choices: { ...choices, methods: result.chosen.map(({ method }) => method) }, next: 2 }
    : result;
}

async function askData({ file, template, choices }: Situation): Promise<Answer> {
  const { splits: seen, unreadable, dataFiles = [] } = await readTemplateContext(template.text, file, { rows: true });
  const title = l10n.t`Train ${templateName(file)}`;
  const items = splits.map((split) => {
    const chosen = choices.set[`data.${split}`];
    const written = chosen ?? template.written.data?.[split];
    const rows = chosen === undefined ? seen?.[split] : undefined;
    return {
      label: `$(database) ${split}`,
      description: written === undefined ? l10n.t`no file` : typeof written === 'string' ? written : splitText(written),
      detail: rows
        ? rows.truncated
          ? l10n.t`${count(rows.rows)} or more rows`
          : l10n.t`${count(rows.rows)} rows`
        : unreadable?.[split],
      split: split as (typeof splits)[number] | undefined,
    };
  });
  const go = {
    label: `$(arrow-right) ${l10n.t`Use These Files`}`,
    description: '',
    detail: checkForm(template, choices, undefined).cost ?? undefined,
    split: undefined,
  };
  const result = await pickStep({
    title,
    step: 2,
    totalSteps: steps,
    placeholder: l10n.t`Which rows? Choose a split to take another file.`,
    items: [go, ...items],
    active: go,
  });
  if (typeof result !== 'object') return result;
  const { split } = result.chosen[0]!;
  if (split === undefined) return { choices, next: 3 };
  const other = await askFile(file, split, dataFiles);
  return {
    choices: other === undefined ? choices : { ...choices, set: { ...choices.set, [`data.${split}`]: other } },
    next: 2,
  };
}

async function askFile(file: string, split: string, dataFiles: readonly string[]): Promise<string | undefined> {
  const shares = split === 'train' ? [] : usualShares;
  const files = await Promise.all(
    dataFiles.map(async (path) => {
      const size = await stat(resolve(dirname(file), path)).then(
        (found) => bytes(found.size),
        () => '',
      );
      return { label: path, description: size };
    }),
  );
  const items = [
    ...shares.map((share) => ({ label: share, description: l10n.t`of the rows of train, held out by their inputs` })),
    ...files,
  ];
  const result = await pickStep({
    title: l10n.t`File of ${split}`,
    step: 2,
    totalSteps: steps,
    placeholder:
      items.length > 0
        ? l10n.t`Which file holds the rows of ${split}?`
        : l10n.t`There is no .jsonl, .json, .csv or .tsv file in the folder of the template or below it.`,
    items,
  });
  return typeof result === 'object' ? result.chosen[0]!.label : undefined;
}

async function askSettings({ file, template, choices, slurm }: Situation): Promise<Answer> {
  const check = checkForm(template, choices, undefined);
  const { methods } = choices;
  const fields = fieldsOf(template, methods[0]!, []).filter(
    (field) => !field.name.startsWith('data.') && methods.some((method) => field.methods.includes(method)),
  );
  const go = {
    label: check.runs > 1 ? `$(play) ${l10n.t`Start ${check.runs} Trainings`}` : `$(play) ${l10n.t`Start Training`}`,
    alwaysShow: true,
    description: enumerated(methods.map((method) => methodTitles[method])),
    detail:
      check.problem ??
      check.cost ??
      (check.varied.length > 0 ? l10n.t`One study over ${enumerated(check.varied)}` : undefined),
    field: undefined,
    kind: vscode.QuickPickItemKind.Default,
  };
  const form = {
    ...go,
    label: `$(checklist) ${l10n.t`Open as Form`}`,
    description: l10n.t`every setting with its meaning; measure before you start`,
    detail: undefined,
  };
  const where = {
    ...go,
    label: `$(server) ${l10n.t`Where`}`,
    description: whereText(choices.slurm, slurm),
    detail: undefined,
  };
  const line = {
    ...go,
    label: l10n.t`Settings`,
    kind: vscode.QuickPickItemKind.Separator,
    description: '',
    detail: undefined,
  };
  const settings = fields.map((field) => ({
    label: `tune.${field.name}`,
    alwaysShow: false,
    kind: vscode.QuickPickItemKind.Default,
    field: field as FormField | undefined,
    description: choices.set[field.name] ?? otherwiseText(field),
    detail: field.meaning,
  }));
  const result = await pickStep({
    title: l10n.t`Train ${templateName(file)}`,
    step: 3,
    totalSteps: steps,
    placeholder: l10n.t`Start, or choose a setting to change it`,
    items: [go, form, ...(slurm ? [where] : []), line, ...settings],
    active: go,
  });
  if (typeof result !== 'object') return result;
  const [chosen] = result.chosen;
  if (chosen === form) return { kind: 'form', choices };
  if (chosen === where) return { choices: { ...choices, ...(await askWhere(slurm!, choices.slurm)) }, next: 3 };
  if (chosen!.field === undefined)
    return check.problem === null ? { kind: 'start', choices } : refuse(check.problem, choices);
  const value = await askValue(template, chosen!.field, choices);
  return {
    choices: value === undefined ? choices : { ...choices, set: { ...choices.set, [chosen!.field.name]: value } },
    next: 3,
  };
}

async function refuse(problem: string, choices: Choices): Promise<Answer> {
  void vscode.window.showWarningMessage(problem);
  return { choices, next: 2 };
}

function askValue(
  template: PromptTemplate,
  { name, meaning, range, otherwise }: FormField,
  choices: Choices,
): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: `tune.${name}`,
    prompt: l10n.t`${meaning} Several values, separated by commas, make a grid.`,
    placeHolder: l10n.t`${otherwise}; may be ${range}`,
    value: choices.set[name] ?? '',
    ignoreFocusOut: true,
    validateInput: (text) => {
      const check = checkForm(template, { ...choices, set: { ...choices.set, [name]: text } }, undefined);
      return check.problems[name] ?? check.problem;
    },
  });
}

/** What holds where nothing is chosen, and where that is written. */
const otherwiseText = ({ otherwise, written }: FormField): string =>
  written ? l10n.t`${otherwise} (template)` : l10n.t`${otherwise} (default)`;
