import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { templateName } from '../../template/read/templateName';
import { Failure } from '../../failure';
import type { MeasureRequest, TrainingEstimate } from '../../inspection/measureTraining';
import { trainingIsOff, whenTrusted } from '../../editor/trust';
import { openChannel, silentSide } from '../../channel/messageChannel';
import { modelTokenizer } from '../../workspace/modelTokenizer';
import { readTemplateContext } from '../../workspace/readTemplateContext';
import { partialReader, requireTemplate, type PromptTemplate } from '../../template/read/template';
import { settingEdits } from '../../template/settings/writeSettings';
import type { TrainingPlan } from './startRuns';
import { formSide, isKeptForm, type FormCalls, type FormEvents, type FormState, type FormValues } from './contract';
import { checkForm, firstOf, formState, overridesOf, settingsToSave } from './model';
import { pageOptions, panelEnd, productIcon, showPage } from '../page/pagePanel';

const viewType = 'promptTuner.trainForm';

/** After a change of the template, before the form is told. */
const debounceMilliseconds = 200;

const nothingFilledIn: FormValues = { methods: ['soft'], set: {} };

/** What the form needs done that it cannot do itself. */
export interface FormActions {
  /** Puts trainings into the queue. @returns how many */
  start(plan: TrainingPlan): Promise<number>;
  /** Takes a real step. */
  measure(request: MeasureRequest): Promise<TrainingEstimate>;
}

/** What the form is opened with. */
export interface FormBeginning {
  readonly file: string;
  readonly values?: FormValues;
  /** Folder of the adapter whose vectors the training starts from. */
  readonly initFrom?: string;
}

export interface TrainForm extends vscode.Disposable {
  open(beginning: FormBeginning): void;
}

/** The training form: every setting with its meaning, one form a template; restored after a restart. */
export function createTrainForm(extensionUri: vscode.Uri, actions: FormActions): TrainForm {
  const options = pageOptions(extensionUri);
  const shown = new Map<string, { readonly panel: vscode.WebviewPanel; readonly page: Page }>();

  const adopt = (panel: vscode.WebviewPanel, beginning: FormBeginning) => {
    panel.iconPath = productIcon(extensionUri);
    panel.title = `Train ${templateName(beginning.file)}`;
    const page = servePage(panel, beginning, actions);
    shown.set(beginning.file, { panel, page });
    panel.onDidDispose(() => {
      page.dispose();
      if (shown.get(beginning.file)?.panel === panel) shown.delete(beginning.file);
    });
    showPage(panel, extensionUri, { name: 'form', title: 'Train' });
  };

  const serializer = vscode.window.registerWebviewPanelSerializer(viewType, {
    async deserializeWebviewPanel(panel, state: unknown) {
      if (isKeptForm(state) && !shown.has(state.file))
        adopt(panel, { file: state.file, values: state.values, ...(state.from !== null && { initFrom: state.from }) });
      else panel.dispose();
    },
  });

  return {
    open(beginning) {
      const form = shown.get(beginning.file);
      if (!form)
        return adopt(vscode.window.createWebviewPanel(viewType, 'Train', vscode.ViewColumn.Active, options), beginning);
      form.panel.reveal();
      if (beginning.values) form.page.begin(beginning);
    },
    dispose() {
      serializer.dispose();
      for (const { panel } of [...shown.values()]) panel.dispose();
    },
  };
}

interface Page extends vscode.Disposable {
  /** Fills the form in anew. */
  begin(beginning: FormBeginning): void;
}

function servePage(panel: vscode.WebviewPanel, beginning: FormBeginning, actions: FormActions): Page {
  const { file } = beginning;
  let { values = nothingFilledIn, initFrom } = beginning;
  let timer: NodeJS.Timeout | undefined;

  const build = async (): Promise<FormState> => {
    const { text } = await documentOf(file);
    const { dataFiles = [] } = await readTemplateContext(text, file);
    return formState(file, await templateOf(file), { values, dataFiles, from: initFrom ?? null });
  };
  const update = () => {
    clearTimeout(timer);
    timer = setTimeout(
      () =>
        void build().then(
          (state) => channel.send('state', state),
          () => undefined,
        ),
      debounceMilliseconds,
    );
  };

  const channel = openChannel<FormCalls, FormEvents, object, object>({
    ...panelEnd(panel),
    local: formSide,
    handlers: {
      show: build,
      async check(wanted) {
        values = wanted;
        const template = await templateOf(file);
        const sizes = await modelTokenizer(template.model, dirname(file)).then(
          (read) => read.sizes,
          () => undefined,
        );
        return checkForm(template, wanted, sizes);
      },
      measure: whenTrusted(trainingIsOff, async (wanted: FormValues) => {
        await saveTemplate(file);
        const set = firstOf(overridesOf(wanted));
        const estimates = [];
        for (const method of wanted.methods)
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
          throw new Failure('settings-unwritable', 'The template could not be changed.', { file }, 'Is it read-only?');
        await document.save();
        return Object.keys(settings).length;
      },
      start: whenTrusted(trainingIsOff, async (wanted: FormValues) => {
        await saveTemplate(file);
        return actions.start({
          file,
          methods: wanted.methods,
          set: overridesOf(wanted),
          ...(initFrom !== undefined && { initFrom }),
        });
      }),
    },
    remote: silentSide,
    listeners: {},
  });

  const listening = vscode.Disposable.from(
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0 && document.uri.fsPath === file) update();
    }),
    // A hidden page hears nothing.
    panel.onDidChangeViewState(() => panel.visible && update()),
  );
  return {
    begin(next) {
      values = next.values ?? nothingFilledIn;
      initFrom = next.initFrom;
      update();
    },
    dispose() {
      clearTimeout(timer);
      listening.dispose();
      channel.close('The form was closed.');
    },
  };
}

async function documentOf(file: string): Promise<{ readonly text: string }> {
  return { text: (await vscode.workspace.openTextDocument(file)).getText() };
}

/** The template as it stands in the editor. @throws Failure with the first error in it */
async function templateOf(file: string): Promise<PromptTemplate> {
  const { text } = await documentOf(file);
  return requireTemplate(text, file, partialReader(file));
}

/** The trainer reads the file, not the editor. */
async function saveTemplate(file: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(file);
  if (document.isDirty && !(await document.save()))
    throw new Failure('template-unsaved', 'The template could not be saved.', { file }, 'Save it, then try again.');
}
