import { dirname } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { hostedModelOf } from '../../template/read/hostedModel';
import { templateName } from '../../template/read/templateName';
import { Failure } from '../../failure';
import type { MeasureRequest } from '../../inspection/trainerContract';
import type { TrainingEstimate } from '../../inspection/estimate/trainingEstimate';
import { planFacts, type RequestPlan } from '../../endpoint/plan/requestPlan';
import { trainingIsOff, whenTrusted } from '../../editor/trust';
import type { Handlers } from '../../channel/messageChannel';
import { modelTokenizer, type ModelTokenizer } from '../../workspace/modelTokenizer';
import { readTemplateContext } from '../../workspace/readTemplateContext';
import { requireTemplate, type PromptTemplate } from '../../template/read/template';
import { partialReader } from '../../template/read/partials';
import { settingEdits } from '../../template/settings/writeSettings';
import { runsFolderOf } from '../runs/templateChoice';
import { slurmDefaults } from './onSlurm';
import type { TrainingPlan } from './startRuns';
import { formSide, isKeptForm, type FormState, type FormValues } from './contract';
import { writersElsewhere } from './writersElsewhere';
import { checkForm, trainedOf } from './checkForm';
import { firstOf, overridesOf } from './formOverrides';
import { fittingValues, formState } from './model';
import { settingsToSave } from './settingsToSave';
import { createPagePanel, type PageHost, type ServedPage } from '../page/createPagePanel';

/** After a change of the template, before the form gets the new state. */
const debounceMilliseconds = 200;

const nothingFilledIn: FormValues = { methods: ['soft'], set: {} };

/** What the form needs done that it cannot do itself. */
export interface FormActions {
  /** Puts trainings into the queue. @returns how many */
  start(plan: TrainingPlan): Promise<number>;
  /** Takes a real step. */
  measure(request: MeasureRequest): Promise<TrainingEstimate>;
  /** What a plan will send to models elsewhere; nothing is sent. */
  plan(plan: TrainingPlan): Promise<readonly RequestPlan[]>;
}

/** What the form is opened with. */
export interface FormOpening {
  readonly file: string;
  readonly values?: FormValues;
  /** Folder of the adapter whose vectors the training starts from. */
  readonly initFrom?: string;
}

export interface TrainForm extends vscode.Disposable {
  open(opening: FormOpening): void;
}

/** The training form: every setting with its meaning, one form a template; restored after a restart. */
export function createTrainForm(extensionUri: vscode.Uri, actions: FormActions): TrainForm {
  return createPagePanel<typeof formSide, FormOpening>(extensionUri, {
    viewType: 'promptTuner.trainForm',
    name: 'form',
    title: l10n.t`Train`,
    side: formSide,
    keyOf: ({ file }) => file,
    column: 'active',
    restore: (kept) =>
      isKeptForm(kept)
        ? { file: kept.file, values: kept.values, ...(kept.from !== null && { initFrom: kept.from }) }
        : undefined,
    serve: (host, opening) => serveForm(host, opening, actions),
  });
}

function serveForm(
  host: PageHost<typeof formSide>,
  opening: FormOpening,
  actions: FormActions,
): ServedPage<typeof formSide, FormOpening> {
  const { file } = opening;
  let { values = nothingFilledIn, initFrom } = opening;
  host.show({ title: l10n.t`Train ${templateName(file)}` });
  let timer: NodeJS.Timeout | undefined;

  const build = async (): Promise<FormState> => {
    const { text } = await documentOf(file);
    const { dataFiles = [] } = await readTemplateContext(text, file);
    const template = await templateOf(file);
    if (hostedModelOf(template.model)) host.show({ title: l10n.t`Measure ${templateName(file)}` });
    const model = await modelOf(template);
    const slurm = await slurmDefaults(runsFolderOf(file));
    return formState(file, template, { values, dataFiles, from: initFrom ?? null, encoder: model?.tokenizer, slurm });
  };
  const update = () => {
    clearTimeout(timer);
    timer = setTimeout(
      () =>
        void build().then(
          (state) => host.send('state', state),
          () => undefined,
        ),
      debounceMilliseconds,
    );
  };

  const handlers: Handlers<(typeof formSide)['calls']> = {
    show: build,
    async check(wanted) {
      const template = await templateOf(file);
      values = fittingValues(wanted, template);
      const model = await modelOf(template);
      const check = checkForm(template, values, model?.sizes, model?.tokenizer);
      return { ...check, writers: await writersElsewhere(template, values) };
    },
    measure: whenTrusted(trainingIsOff(), async (wanted: FormValues) => {
      await saveTemplate(file);
      const set = firstOf(overridesOf(wanted));
      const estimates = [];
      for (const method of trainedOf(wanted))
        estimates.push({ method, ...(await actions.measure({ file, method, set })) });
      return estimates;
    }),
    async save(wanted) {
      const document = await vscode.workspace.openTextDocument(file);
      const settings = settingsToSave(await templateOf(file), wanted);
      const edits = settingEdits(document.getText(), settings);
      const change = new vscode.WorkspaceEdit();
      for (const { start, end, text } of edits)
        change.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), text);
      if (edits.length > 0 && !(await vscode.workspace.applyEdit(change)))
        throw new Failure(
          'settings-unwritable',
          l10n.t`The template could not be changed.`,
          { file },
          l10n.t`Is it read-only?`,
        );
      await document.save();
      return Object.keys(settings).length;
    },
    plan: whenTrusted(trainingIsOff(), async ({ methods, ...wanted }: FormValues) => {
      await saveTemplate(file);
      return (await actions.plan({ file, methods, set: overridesOf({ ...wanted, methods }) })).map(planFacts);
    }),
    start: whenTrusted(trainingIsOff(), async (wanted: FormValues) => {
      await saveTemplate(file);
      return actions.start({
        file,
        methods: wanted.methods,
        set: overridesOf(wanted),
        ...(initFrom !== undefined && { initFrom }),
        ...(wanted.slurm && { slurm: wanted.slurm }),
      });
    }),
  };

  const listening = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
    if (contentChanges.length > 0 && document.uri.fsPath === file) update();
  });
  return {
    handlers,
    reopen(next) {
      if (!next.values) return;
      values = next.values;
      initFrom = next.initFrom;
      update();
    },
    seen: update,
    dispose() {
      clearTimeout(timer);
      listening.dispose();
    },
  };
}

async function documentOf(file: string): Promise<{ readonly text: string }> {
  return { text: (await vscode.workspace.openTextDocument(file)).getText() };
}

/** The template as the editor has it. @throws Failure with the first error in it */
async function templateOf(file: string): Promise<PromptTemplate> {
  const { text } = await documentOf(file);
  return requireTemplate(text, file, partialReader(file));
}

/** Tokenizer and sizes of a template's model; undefined where it cannot be read, which the template's findings say. */
const modelOf = async ({ model, path }: PromptTemplate): Promise<ModelTokenizer | undefined> =>
  hostedModelOf(model) ? undefined : modelTokenizer(model, dirname(path)).catch(() => undefined);

/** The trainer reads the file, not the editor. */
async function saveTemplate(file: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(file);
  if (document.isDirty && !(await document.save()))
    throw new Failure(
      'template-unsaved',
      l10n.t`The template could not be saved.`,
      { file },
      l10n.t`Save it, then try again.`,
    );
}
