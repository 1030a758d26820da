import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { Failure } from '../../failure';
import { listModels } from '../../model/open/listModels';
import { isObject, isText } from '../../channel/guards';
import { whenTrusted } from '../../editor/trust';
import { isModelSpeed } from '../../inspection/estimate/modelSpeed';
import { runCli } from '../process/cliProcess';
import { isKeptModel, isShownModel, modelSide, type ModelPageState } from './contract';
import { createPagePanel, type PageHost, type ServedPage } from '../page/createPagePanel';
import { modelsTree } from './treeModel';
import { modelsInWorkspace } from './workspaceModels';

export interface ModelPages extends vscode.Disposable {
  /** Opens the page of a model: of one chosen in a view, of a template's, or of one asked for. */
  open(selected?: unknown): Promise<void>;
}

/** Pages that say what a model is and what can be trained through it. @param program our command line program */
export function createModelPages(extensionUri: vscode.Uri, program: string): ModelPages {
  const panel = createPagePanel<typeof modelSide, string>(extensionUri, {
    viewType: 'promptTuner.model',
    name: 'model',
    title: l10n.t`Model`,
    side: modelSide,
    keyOf: (reference) => reference,
    column: 'active',
    restore: (kept) => (isKeptModel(kept) ? kept.reference : undefined),
    serve: (host, reference) => serveModelPage(host, reference, program),
  });
  return {
    async open(selected) {
      const reference = referenceOf(selected) ?? (await askForModel());
      if (reference !== undefined) panel.open(reference);
    },
    dispose: panel.dispose,
  };
}

const titleOf = (reference: string): string => l10n.t`Model ${reference.split(/[\\/]/).at(-1)!}`;

/** The model of a node of the Models view, or a name. */
function referenceOf(selected: unknown): string | undefined {
  if (typeof selected === 'string') return selected;
  const model = isObject(selected) && isObject(selected.model) ? selected.model : undefined;
  return isText(model?.id) ? model.id : undefined;
}

type Choice = vscode.QuickPickItem & { readonly reference?: string };

async function askForModel(): Promise<string | undefined> {
  const items = modelsTree(await listModels(await modelsInWorkspace()), '').flatMap(({ label, children }): Choice[] => [
    { label, kind: vscode.QuickPickItemKind.Separator },
    ...children.map(({ model, description }) => ({
      label: model.id,
      description,
      detail: model.problem ?? model.folder,
      reference: model.id,
    })),
  ]);
  return (
    await vscode.window.showQuickPick(items, {
      title: l10n.t`Show Model`,
      placeHolder: l10n.t`Which model?`,
      matchOnDescription: true,
    })
  )?.reference;
}

function serveModelPage(
  host: PageHost<typeof modelSide>,
  reference: string,
  program: string,
): ServedPage<typeof modelSide, string> {
  host.show({ title: titleOf(reference) });
  const closed = new AbortController();
  const inspect = whenTrusted(l10n.t`Models are not opened in Restricted Mode.`, (more: readonly string[]) =>
    runCli(program, ['models', 'inspect', reference, ...more], { environment: {}, signal: closed.signal }),
  );
  const show = async (): Promise<ModelPageState> => {
    try {
      const model = await inspect([]);
      if (!isShownModel(model))
        throw new Failure('bad-reply', l10n.t`What the model is was told in an unexpected shape.`);
      return { reference, model, problem: null };
    } catch (error) {
      return { reference, model: null, problem: error instanceof Error ? error.message : String(error) };
    }
  };
  return {
    handlers: {
      show,
      async measure() {
        const measured = await inspect(['--measure']);
        const speed = isObject(measured) ? measured.speed : undefined;
        if (!isModelSpeed(speed)) throw new Failure('bad-reply', l10n.t`The measurement ended without a result.`);
        return speed;
      },
    },
    dispose: () => closed.abort(),
  };
}
