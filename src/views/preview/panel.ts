import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { whenTrusted } from '../../editor/trust';
import type { Handlers } from '../../channel/messageChannel';
import type { RowPrediction } from '../../inspection/rowPrediction';
import type { PredictRequest } from '../../inspection/trainerContract';
import { asWritten, hardSubject, isKeptPreview, previewSide, type PreviewChoice, type PreviewState } from './contract';
import { previewState } from './model';
import { createRowReader } from './rows';
import { activeTemplate, findTemplate } from '../runs/templateChoice';
import type { RunWatcher } from '../runs/runWatcher';
import { createPagePanel, type PageHost, type ServedPage } from '../page/createPagePanel';

const languageId = 'dotprompt';

/** Follows typing closely without rendering at every key. */
const debounceMilliseconds = 120;

const firstChoice: PreviewChoice = { split: null, row: 0, subject: asWritten };

export interface PreviewPanel extends vscode.Disposable {
  /**
   * Opens the preview beside the editor, or brings it to the front; it then follows the template that is edited.
   * @param template given by a view or an editor; else the one in the editor, else one that the person picks
   */
  open(template?: unknown): Promise<void>;
}

export interface PreviewSources {
  readonly watcher: RunWatcher;
  /** Lets the trainer answer a row. */
  predict(request: Omit<PredictRequest, 'runs'>): Promise<RowPrediction>;
}

interface PreviewOpening {
  readonly template: vscode.Uri;
  readonly choice: PreviewChoice;
}

/** The live preview: one a window, following the template in the active editor, restored after a restart. */
export function createPreviewPanel(extensionUri: vscode.Uri, sources: PreviewSources): PreviewPanel {
  const panel = createPagePanel<typeof previewSide, PreviewOpening>(extensionUri, {
    viewType: 'promptTuner.preview',
    name: 'preview',
    title: l10n.t`Preview`,
    side: previewSide,
    isSingle: true,
    keyOf: () => '',
    column: 'beside',
    restore(kept) {
      if (isKeptPreview(kept)) return { template: vscode.Uri.parse(kept.template), choice: kept };
      const template = activeTemplate();
      return template && { template, choice: firstChoice };
    },
    serve: (host, opening) => servePreview(host, sources, opening),
  });
  return {
    async open(selected) {
      const template = await findTemplate(selected);
      if (template) panel.open({ template, choice: firstChoice });
    },
    dispose: () => panel.dispose(),
  };
}

/** Answers the page and keeps it up with the text. */
function servePreview(
  host: PageHost<typeof previewSide>,
  { watcher, predict }: PreviewSources,
  opening: PreviewOpening,
): ServedPage<typeof previewSide, PreviewOpening> {
  let { template, choice } = opening;
  let last: PreviewState | undefined;
  // The page learns of the choice that it was opened with only from our answer.
  let ready = false;
  let newest = 0;
  let timer: NodeJS.Timeout | undefined;
  const rows = createRowReader();
  let reading: Promise<unknown> = Promise.resolve();

  const runsOf = (uri: vscode.Uri) =>
    watcher.runs.map(({ record }) => record).filter((record) => record.template.path === uri.fsPath);

  const build = async (): Promise<PreviewState> => {
    const uri = template;
    const document = await vscode.workspace.openTextDocument(uri);
    const state = await previewState(
      {
        uri: uri.toString(),
        path: uri.fsPath,
        text: document.getText(),
        onDisk: uri.scheme === 'file',
        runs: runsOf(uri),
        rows,
      },
      choice,
      last,
    );
    if (uri === template) {
      last = state;
      host.show({ title: l10n.t`Preview ${state.template}` });
    }
    return state;
  };

  /** One after the other, because they share the data file that is open. */
  const nextState = (): Promise<PreviewState> => {
    const state = reading.catch(() => undefined).then(build);
    reading = state;
    return state;
  };

  const update = async () => {
    if (!ready || !host.isVisible()) return;
    const mine = ++newest;
    const state = await nextState().catch(() => undefined);
    if (state && mine === newest) host.send('state', state);
  };

  const schedule = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void update(), debounceMilliseconds);
  };

  const follow = (uri: vscode.Uri) => {
    if (uri.toString() === template.toString()) return;
    template = uri;
    choice = firstChoice;
    last = undefined;
    schedule();
  };

  const handlers: Handlers<(typeof previewSide)['calls']> = {
    async show(wanted) {
      choice = ready ? wanted : { ...choice, split: choice.split ?? wanted.split };
      ready = true;
      newest++;
      return nextState();
    },
    predict: whenTrusted(l10n.t`The model is not asked in Restricted Mode.`, async (asked: PreviewChoice) => {
      const { split, row, subject } = asked;
      const { text, file } = await textOf(template);
      return predict({
        file,
        text,
        split: split ?? 'train',
        row,
        ...(subject !== hardSubject && subject !== asWritten && { run: subject }),
      });
    }),
  };

  const listening = vscode.Disposable.from(
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      // A part or the data may be what has changed.
      if (
        contentChanges.length > 0 &&
        (document.uri.toString() === template.toString() || document.languageId === languageId)
      )
        schedule();
    }),
    vscode.workspace.onDidSaveTextDocument(() => schedule()),
    vscode.window.onDidChangeActiveTextEditor((editor) => {
      if (editor?.document.languageId === languageId) follow(editor.document.uri);
    }),
  );
  const stopWatching = watcher.onChange(schedule);

  return {
    handlers,
    reopen: (next) => follow(next.template),
    seen: schedule,
    dispose() {
      clearTimeout(timer);
      stopWatching();
      listening.dispose();
      void reading.catch(() => undefined).then(() => rows.close());
    },
  };
}

async function textOf(template: vscode.Uri): Promise<{ readonly text: string; readonly file: string }> {
  const document = await vscode.workspace.openTextDocument(template);
  return { text: document.getText(), file: template.fsPath };
}
