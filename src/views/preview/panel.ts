import * as vscode from 'vscode';
import { whenTrusted } from '../../editor/trust';
import { openChannel, silentSide } from '../../channel/messageChannel';
import type { PredictRequest, RowPrediction } from '../../inspection/predictRow';
import {
  asWritten,
  hardSubject,
  isKeptPreview,
  previewSide,
  type PreviewCalls,
  type PreviewChoice,
  type PreviewEvents,
  type PreviewState,
} from './contract';
import { previewState } from './model';
import { createRowReader } from './rows';
import type { RunWatcher } from '../runs/runWatcher';
import { pageOptions, panelEnd, productIcon, showPage } from '../page/pagePanel';

const viewType = 'promptTuner.preview';
const languageId = 'dotprompt';

/** Follows typing closely without rendering at every key. */
const debounceMilliseconds = 120;

const firstChoice: PreviewChoice = { split: null, row: 0, subject: asWritten };

export interface PreviewPanel extends vscode.Disposable {
  /** Opens the preview beside the editor, or brings it to the front; it then follows the template that is edited. */
  open(template?: vscode.Uri): Promise<void>;
}

export interface PreviewSources {
  readonly watcher: RunWatcher;
  /** Lets the trainer answer a row. */
  predict(request: Omit<PredictRequest, 'runs'>): Promise<RowPrediction>;
}

interface Page extends vscode.Disposable {
  follow(template: vscode.Uri): void;
}

/** The live preview: one a window, following the template in the active editor, restored after a restart. */
export function createPreviewPanel(extensionUri: vscode.Uri, sources: PreviewSources): PreviewPanel {
  const options = pageOptions(extensionUri);
  let shown: { readonly panel: vscode.WebviewPanel; readonly page: Page } | undefined;

  const adopt = (panel: vscode.WebviewPanel, template: vscode.Uri, choice: PreviewChoice) => {
    panel.iconPath = productIcon(extensionUri);
    const page = servePage(panel, sources, { template, choice });
    shown = { panel, page };
    panel.onDidDispose(() => {
      page.dispose();
      if (shown?.panel === panel) shown = undefined;
    });
    showPage(panel, extensionUri, { name: 'preview', title: 'Preview' });
  };

  const serializer = vscode.window.registerWebviewPanelSerializer(viewType, {
    async deserializeWebviewPanel(panel, state: unknown) {
      const template = isKeptPreview(state) ? vscode.Uri.parse(state.template) : activeTemplate();
      if (!template) return panel.dispose();
      adopt(panel, template, isKeptPreview(state) ? state : firstChoice);
    },
  });

  return {
    async open(selected) {
      const template = selected ?? activeTemplate();
      if (!template) {
        void vscode.window.showInformationMessage('Open a .prompt file to preview it.');
        return;
      }
      if (shown) {
        shown.panel.reveal(undefined, true);
        shown.page.follow(template);
        return;
      }
      const panel = vscode.window.createWebviewPanel(
        viewType,
        'Preview',
        { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
        options,
      );
      adopt(panel, template, firstChoice);
    },
    dispose() {
      serializer.dispose();
      shown?.panel.dispose();
    },
  };
}

function activeTemplate(): vscode.Uri | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document?.languageId === languageId ? document.uri : undefined;
}

/** Answers the page and keeps it up with the text. A hidden page hears nothing, so it gets everything again when it is seen. */
function servePage(
  panel: vscode.WebviewPanel,
  { watcher, predict }: PreviewSources,
  start: { readonly template: vscode.Uri; readonly choice: PreviewChoice },
): Page {
  let { template, choice } = start;
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
      panel.title = `Preview ${state.template}`;
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
    if (!ready || !panel.visible) return;
    const mine = ++newest;
    const state = await nextState().catch(() => undefined);
    if (state && mine === newest) channel.send('state', state);
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

  const channel = openChannel<PreviewCalls, PreviewEvents, object, object>({
    ...panelEnd(panel),
    local: previewSide,
    handlers: {
      async show(wanted) {
        choice = ready ? wanted : { ...choice, split: choice.split ?? wanted.split };
        ready = true;
        newest++;
        return nextState();
      },
      predict: whenTrusted('The model is not asked in Restricted Mode.', async (asked: PreviewChoice) => {
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
    },
    remote: silentSide,
    listeners: {},
  });

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
    panel.onDidChangeViewState(() => panel.visible && schedule()),
  );
  const stopWatching = watcher.onChange(schedule);

  return {
    follow,
    dispose() {
      clearTimeout(timer);
      stopWatching();
      listening.dispose();
      channel.close('The preview was closed.');
      void reading.catch(() => undefined).then(() => rows.close());
    },
  };
}

async function textOf(template: vscode.Uri): Promise<{ readonly text: string; readonly file: string }> {
  const document = await vscode.workspace.openTextDocument(template);
  return { text: document.getText(), file: template.fsPath };
}
