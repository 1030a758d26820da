import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { Failure } from '../../failure';
import type { AddEvent } from '../../model/hub/addModel';
import { hubReference } from '../../model/hub/cache';
import { memoryToTrain, recommendedModels } from '../../model/hub/recommended';
import { listModels, type ModelSummary } from '../../model/open/listModels';
import { storeOf } from '../../model/stores/stores';
import { bytes, counted } from '../../words/formatNumbers';
import { isNumber, isObject, isText, listOf, object } from '../../channel/guards';
import { hostedModelOf } from '../../template/read/hostedModel';
import { addEndpoint } from '../endpoints/addEndpoint';
import { offeredEndpoints, type OfferedEndpoint } from '../endpoints/offeredModels';
import { runCli } from '../process/cliProcess';
import { hubEnvironment, setHubToken } from './hubAccess';
import { modelsTree } from './treeModel';

export interface ModelCommandParts {
  /** Our command line program. */
  readonly program: string;
  readonly secrets: vscode.SecretStorage;
  readonly log: vscode.LogOutputChannel;
  /** Opens the page of a model. */
  showModel(reference: string): Promise<void>;
}

type Choice = vscode.QuickPickItem & {
  readonly reference?: string;
  readonly browse?: 'folder' | 'file';
  /** An endpoint whose key is set, or a new one that is added, before the models are offered again. */
  readonly endpoint?: { readonly keyOf: string } | 'new';
};

/** Asks which model, downloads it or notes its folder, and says what to write in a template. */
export async function addModel(parts: ModelCommandParts, given?: unknown): Promise<void> {
  const reference = typeof given === 'string' ? given : await askForModel(parts.secrets);
  if (!reference) return;
  if (hostedModelOf(reference)) return nameHosted(reference);
  try {
    const variant = hubReference(reference) ? await askForVariant(parts, reference) : undefined;
    if (variant === null) return;
    const { id } = await download(parts, reference, variant);
    void vscode.commands.executeCommand('promptTuner.refreshModels').then(undefined, () => undefined);
    const [copy, show] = [l10n.t`Copy Name`, l10n.t`Show Model`];
    const message = storeOf(id)
      ? l10n.t`${id} is on this machine. Write "model: ${id}" in a template.`
      : l10n.t`Added ${id}. Write "model: ${id}" in a template.`;
    const answer = await vscode.window.showInformationMessage(message, copy, show);
    if (answer === copy) await vscode.env.clipboard.writeText(id);
    if (answer === show) await parts.showModel(id);
  } catch (error) {
    await report(parts, error, reference);
  }
}

/** A model that runs elsewhere is not added: a template names it, and nothing is sent before a person agrees. */
async function nameHosted(reference: string): Promise<void> {
  const copy = l10n.t`Copy Name`;
  const answer = await vscode.window.showInformationMessage(
    l10n.t`${reference} runs elsewhere. Write "model: ${reference}" in a template to measure hard prompts on it.`,
    copy,
  );
  if (answer === copy) await vscode.env.clipboard.writeText(reference);
}

/** Asks until a model is named: a key may be set, and an endpoint added, in between. */
async function askForModel(secrets: vscode.SecretStorage): Promise<string | undefined> {
  for (;;) {
    const chosen = await chooseModel(secrets);
    if (chosen?.endpoint === undefined) return chosen?.browse ? browse(chosen.browse) : chosen?.reference;
    if (chosen.endpoint !== 'new')
      await vscode.commands.executeCommand('promptTuner.setEndpointKey', chosen.endpoint.keyOf);
    else if ((await addEndpoint()) === undefined) return undefined;
  }
}

/** A recommended model, one that another program keeps here, one that is typed, a folder, a file, or one elsewhere. */
function chooseModel(secrets: vscode.SecretStorage): Promise<Choice | undefined> {
  const pick = vscode.window.createQuickPick<Choice>();
  let stored: readonly Choice[] = [];
  let elsewhere: readonly Choice[] = [newEndpoint()];
  const show = (): void => {
    const written = pick.value.trim();
    const isNew = hubReference(written) !== undefined && !recommendedModels.some(({ id }) => id === written);
    pick.items = [...(isNew ? [fromHub(written)] : []), ...recommended(), ...onDisk(), ...stored, ...elsewhere];
  };
  pick.title = l10n.t`Add Model`;
  pick.placeholder = l10n.t`Choose a model, or type the id of any on the hub, such as organisation/name`;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.onDidChangeValue(show);
  show();
  pick.busy = true;
  void listModels().then((models) => {
    stored = storedChoices(models);
    show();
  });
  void offeredEndpoints(secrets)
    .then((endpoints) => {
      elsewhere = elsewhereChoices(endpoints);
    })
    .catch(() => undefined)
    .then(() => {
      pick.busy = false;
      show();
    });
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      resolve(pick.selectedItems[0]);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

const recommended = (): readonly Choice[] =>
  recommendedModels.map((model) => ({
    label: model.id,
    description: l10n.t`about ${bytes(model.bytes)} · ${model.licence} · ${counted(model.context, 'token')}`,
    detail: l10n.t`${model.millions} M weights, about ${bytes(memoryToTrain(model))} of memory to train. \
${model.about()}`,
    reference: model.id,
  }));

const onDisk = (): readonly Choice[] => [
  { label: '', kind: vscode.QuickPickItemKind.Separator },
  { label: `$(folder-opened) ${l10n.t`A folder on this machine…`}`, browse: 'folder', alwaysShow: true },
  {
    label: `$(file) ${l10n.t`A file on this machine…`}`,
    description: l10n.t`ONNX, GGUF or safetensors`,
    browse: 'file',
    alwaysShow: true,
  },
];

const fromHub = (id: string): Choice => ({
  label: `$(cloud-download) ${id}`,
  description: l10n.t`from the hub`,
  reference: id,
  alwaysShow: true,
});

/** The models that other programs keep, under the program's name; of what cannot be opened, why. */
const storedChoices = (models: readonly ModelSummary[]): readonly Choice[] =>
  modelsTree(
    models.filter(({ id }) => storeOf(id)),
    '',
  ).flatMap(({ label, children }): readonly Choice[] => [
    { label, kind: vscode.QuickPickItemKind.Separator },
    ...children.map(({ model, description }) => ({
      label: model.problem === undefined ? model.id : `$(circle-slash) ${model.id}`,
      description,
      detail: model.problem ?? l10n.t`On this machine: nothing is downloaded or copied.`,
      reference: model.id,
    })),
  ]);

/** Models that run elsewhere, under where they are; of an endpoint without any, why. */
export function elsewhereChoices(endpoints: readonly OfferedEndpoint[]): readonly Choice[] {
  const choices = endpoints.flatMap(({ endpoint, address, models, problem, needsKey }): readonly Choice[] => [
    ...models.map((model) => ({
      label: `$(cloud) ${model}`,
      description: address,
      detail: l10n.t`Runs elsewhere: hard prompts can be measured on it.`,
      reference: model,
    })),
    ...(needsKey
      ? [
          {
            label: `$(key) ${l10n.t`Set the key of “${endpoint}”…`}`,
            description: problem,
            endpoint: { keyOf: endpoint },
          },
        ]
      : problem === undefined
        ? []
        : [{ label: `$(circle-slash) ${endpoint}`, description: address, detail: problem }]),
  ]);
  return [
    { label: l10n.t`Models that run elsewhere`, kind: vscode.QuickPickItemKind.Separator },
    ...choices,
    newEndpoint(),
  ];
}

const newEndpoint = (): Choice => ({
  label: `$(plus) ${l10n.t`An endpoint by its address…`}`,
  description: l10n.t`Ollama, LM Studio, vLLM, llama.cpp, or any that speaks OpenAI’s API`,
  endpoint: 'new',
  alwaysShow: true,
});

/** Not every desktop has a dialog for both. */
async function browse(what: 'folder' | 'file'): Promise<string | undefined> {
  const chosen = await vscode.window.showOpenDialog(
    what === 'folder'
      ? { title: l10n.t`Folder of the Model`, openLabel: l10n.t`Add`, canSelectFolders: true, canSelectFiles: false }
      : {
          title: l10n.t`File of the Model`,
          openLabel: l10n.t`Add`,
          filters: { [l10n.t`Models`]: ['onnx', 'gguf', 'safetensors'] },
        },
  );
  return chosen?.[0]?.fsPath;
}

const isVariants = listOf(object({ name: isText, file: isText, bytes: isNumber }));

/** @returns the variant's name, undefined for the only one, null when the question was dismissed */
async function askForVariant(
  { program, secrets }: ModelCommandParts,
  reference: string,
): Promise<string | undefined | null> {
  const environment = await hubEnvironment(secrets);
  const found = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: l10n.t`Looking up ${reference}`, cancellable: true },
    (_, token) => runCli(program, ['models', 'add', reference, '--list'], { environment, signal: signalOf(token) }),
  );
  if (!isVariants(found) || found.length < 2) return undefined;
  const items = found.map(({ name, file, bytes: size }, i) => ({
    label: name,
    description: bytes(size),
    detail: i === 0 ? l10n.t`${file}, the best for training` : file,
    name,
  }));
  return (
    (
      await vscode.window.showQuickPick(items, {
        title: l10n.t`Which variant of ${reference}?`,
        placeHolder: l10n.t`Smaller ones take less memory and lose precision`,
      })
    )?.name ?? null
  );
}

async function download(
  { program, secrets }: ModelCommandParts,
  reference: string,
  variant: string | undefined,
): Promise<{ readonly id: string }> {
  const environment = await hubEnvironment(secrets);
  const added = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: l10n.t`Adding ${reference}`, cancellable: true },
    (progress, token) => {
      let shown = 0;
      const onEvent = (value: unknown) => {
        const { message, percent } = progressOf(value);
        if (message === undefined) return;
        progress.report({ message, increment: Math.max(0, percent - shown) });
        shown = Math.max(shown, percent);
      };
      return runCli(program, ['models', 'add', reference, ...(variant === undefined ? [] : ['--variant', variant])], {
        environment,
        signal: signalOf(token),
        onEvent,
      });
    },
  );
  if (!isObject(added) || !isText(added.id))
    throw new Failure('bad-reply', l10n.t`The download ended without a result.`);
  return { id: added.id };
}

/** What a line of the command means for the notification. */
export function progressOf(value: unknown): { readonly message?: string; readonly percent: number } {
  const event = value as AddEvent;
  if (!isObject(value)) return { percent: 0 };
  if (event.kind === 'progress')
    return {
      message: l10n.t`${bytes(event.bytes)} of ${bytes(event.total)}`,
      percent: (100 * event.bytes) / Math.max(1, event.total),
    };
  if (event.kind === 'waiting')
    return { message: l10n.t`${event.reason} Again in ${Math.ceil(event.seconds)} s.`, percent: 0 };
  return { percent: 0 };
}

function signalOf(token: vscode.CancellationToken): AbortSignal {
  const controller = new AbortController();
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

async function report(parts: ModelCommandParts, error: unknown, reference: string): Promise<void> {
  const failure =
    error instanceof Failure
      ? error
      : new Failure('unexpected', error instanceof Error ? error.message : String(error));
  if (failure.code === 'cancelled') return;
  parts.log.error(`${failure.message} [${failure.code}]`);
  const [token, again] = [l10n.t`Set Hub Token`, l10n.t`Try Again`];
  const answer = await vscode.window.showErrorMessage(
    failure.message,
    ...(['hub-token', 'hub-gated', 'hub-not-found'].includes(failure.code) ? [token] : []),
    again,
  );
  if (answer === again || (answer === token && (await setHubToken(parts.secrets)))) await addModel(parts, reference);
}
