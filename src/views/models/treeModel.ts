import { basename, relative, sep } from 'node:path';
import * as l10n from '@vscode/l10n';
import { bytes, count, counted } from '../../words/formatNumbers';
import { clauses } from '../../words/listed';
import type { ModelSummary } from '../../model/open/listModels';

/** An entry of the *Models* view: where models are, or one of them. */
export type ModelsNode = ModelGroup | ModelLeaf;

export interface ModelGroup {
  readonly kind: 'group';
  readonly source: ModelSummary['source'];
  readonly label: string;
  readonly children: readonly ModelLeaf[];
}

export interface ModelLeaf {
  readonly kind: 'model';
  readonly model: ModelSummary;
  readonly label: string;
  readonly description: string;
  /** Facts for the tooltip, a line each. */
  readonly details: readonly (readonly [string, string])[];
}

const groupNames = {
  embedded: () => l10n.t`Embedded`,
  hub: () => l10n.t`Downloaded`,
  ollama: () => 'Ollama',
  lmstudio: () => 'LM Studio',
  'llama.cpp': () => 'llama.cpp',
  folder: () => l10n.t`Folders`,
} as const satisfies Readonly<Record<ModelSummary['source'], () => string>>;

/**
 * The models by where they are; a source without models is left out.
 * @param root the workspace folder, to which paths are relative
 */
export function modelsTree(models: readonly ModelSummary[], root: string): readonly ModelGroup[] {
  return (Object.keys(groupNames) as ModelSummary['source'][]).flatMap((source): readonly ModelGroup[] => {
    const children = models.filter((model) => model.source === source).map((model) => leafOf(model, root));
    return children.length > 0 ? [{ kind: 'group', source, label: groupNames[source](), children }] : [];
  });
}

function leafOf(model: ModelSummary, root: string): ModelLeaf {
  const { id, source, folder, licence, problem, layers, hiddenSize, contextLength, quantisation } = model;
  const path = relative(root, id).split(sep).join('/');
  return {
    kind: 'model',
    model,
    label:
      source === 'folder'
        ? (path.startsWith('../') ? basename(id) : path) || basename(folder)
        : id.startsWith(`${source}:`)
          ? id.slice(source.length + 1)
          : id,
    description: describe(model),
    details: [
      ...(problem === undefined ? [] : [[l10n.t`Cannot be opened`, problem] as const]),
      ...(id.startsWith(`${source}:`) ? [[l10n.t`Name`, id] as const] : []),
      ...(model.architecture === null ? [] : [[l10n.t`Kind`, clauses([model.architecture, model.kind])] as const]),
      ...(layers === null || hiddenSize === null
        ? []
        : [[l10n.t`Layers`, l10n.t`${layers}, ${count(hiddenSize)} wide`] as const]),
      ...(contextLength === null ? [] : [[l10n.t`Context`, counted(contextLength, 'token')] as const]),
      [l10n.t`Size`, bytes(model.bytes)],
      ...(quantisation === null ? [] : [[l10n.t`Stored as`, quantisation] as const]),
      ...(licence === null ? [] : [[l10n.t`Licence`, licence] as const]),
      [l10n.t`Folder`, folder],
    ],
  };
}

/** What stands beside a model's name: its family, size and quantisation, or that it cannot be opened. */
export function describe({ architecture, kind, bytes: size, quantisation, problem }: ModelSummary): string {
  return [
    ...(problem === undefined ? [] : [l10n.t`cannot be opened`]),
    ...(architecture === null ? [] : [kind === 'masked' ? l10n.t`masked` : architecture]),
    bytes(size),
    ...(quantisation === null ? [] : [quantisation]),
  ].join(' · ');
}
