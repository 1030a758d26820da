import * as vscode from 'vscode';
import { Failure } from '../../failure';
import { listModels } from '../../model/open/listModels';
import { bytes } from '../../formatNumbers';
import { openChannel, silentSide } from '../../channel/messageChannel';
import { isObject, isText } from '../../channel/guards';
import { whenTrusted } from '../../editor/trust';
import { runCli } from '../process/cliProcess';
import { isKeptModel, isShownModel, isSpeed, modelSide, type ModelCalls, type ModelPageState } from './contract';
import { pageOptions, panelEnd, productIcon, showPage } from '../page/pagePanel';
import { modelsInWorkspace } from './workspaceModels';

const viewType = 'promptTuner.model';

export interface ModelPages extends vscode.Disposable {
  /** Opens the page of a model: of one chosen in a view, of a template's, or of one asked for. */
  open(selected?: unknown): Promise<void>;
}

/** Pages that say what a model is and what can be trained through it. @param program our command line program */
export function createModelPages(extensionUri: vscode.Uri, program: string): ModelPages {
  const options = pageOptions(extensionUri);
  const opened = new Map<string, vscode.WebviewPanel>();

  const adopt = (panel: vscode.WebviewPanel, reference: string) => {
    panel.iconPath = productIcon(extensionUri);
    const page = servePage(panel, program, reference);
    opened.set(reference, panel);
    panel.onDidDispose(() => {
      page.dispose();
      opened.delete(reference);
    });
    showPage(panel, extensionUri, { name: 'model', title: 'Model' });
  };

  const serializer = vscode.window.registerWebviewPanelSerializer(viewType, {
    async deserializeWebviewPanel(panel, state: unknown) {
      if (isKeptModel(state)) adopt(panel, state.reference);
      else panel.dispose();
    },
  });

  return {
    async open(selected) {
      const reference = referenceOf(selected) ?? (await askForModel());
      if (reference === undefined) return;
      const there = opened.get(reference);
      if (there) return there.reveal();
      adopt(
        vscode.window.createWebviewPanel(viewType, titleOf(reference), vscode.ViewColumn.Active, options),
        reference,
      );
    },
    dispose() {
      serializer.dispose();
      for (const panel of [...opened.values()]) panel.dispose();
    },
  };
}

const titleOf = (reference: string): string => `Model ${reference.split(/[\\/]/).at(-1)!}`;

/** The model of a node of the Models view, or a name. */
function referenceOf(selected: unknown): string | undefined {
  if (typeof selected === 'string') return selected;
  const model = isObject(selected) && isObject(selected.model) ? selected.model : undefined;
  return isText(model?.id) ? model.id : undefined;
}

async function askForModel(): Promise<string | undefined> {
  const items = (await listModels(await modelsInWorkspace())).map(({ id, architecture, bytes: size, folder }) => ({
    label: id,
    description: `${architecture} · ${bytes(size)}`,
    detail: folder,
  }));
  return (
    await vscode.window.showQuickPick(items, {
      title: 'Show Model',
      placeHolder: 'Which model?',
      matchOnDescription: true,
    })
  )?.label;
}

function servePage(panel: vscode.WebviewPanel, program: string, reference: string): vscode.Disposable {
  const closed = new AbortController();
  const inspect = whenTrusted('Models are not opened in Restricted Mode.', (more: readonly string[]) =>
    runCli(program, ['models', 'inspect', reference, ...more], { environment: {}, signal: closed.signal }),
  );
  const show = async (): Promise<ModelPageState> => {
    try {
      const model = await inspect([]);
      if (!isShownModel(model)) throw new Failure('bad-reply', 'What the model is was told in an unexpected shape.');
      return { reference, model, problem: null };
    } catch (error) {
      return { reference, model: null, problem: error instanceof Error ? error.message : String(error) };
    }
  };
  const channel = openChannel<ModelCalls, object, object, object>({
    ...panelEnd(panel),
    local: modelSide,
    handlers: {
      show,
      async measure() {
        const measured = await inspect(['--measure']);
        const speed = isObject(measured) ? measured.speed : undefined;
        if (!isSpeed(speed)) throw new Failure('bad-reply', 'The measurement ended without a result.');
        return speed;
      },
    },
    remote: silentSide,
    listeners: {},
  });
  return {
    dispose() {
      closed.abort();
      channel.close('The page was closed.');
    },
  };
}
