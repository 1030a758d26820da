import { basename, relative, sep } from 'node:path';
import { bytes, count, counted } from '../../formatNumbers';
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

const groupNames = { embedded: 'Embedded', hub: 'Downloaded', folder: 'Folders' } as const;

/**
 * The models by where they are; a source without models is left out.
 * @param root the workspace folder, to which paths are relative
 */
export function modelsTree(models: readonly ModelSummary[], root: string): readonly ModelGroup[] {
  return (['embedded', 'hub', 'folder'] as const).flatMap((source): readonly ModelGroup[] => {
    const children = models.filter((model) => model.source === source).map((model) => leafOf(model, root));
    return children.length > 0 ? [{ kind: 'group', source, label: groupNames[source], children }] : [];
  });
}

function leafOf(model: ModelSummary, root: string): ModelLeaf {
  const path = relative(root, model.id).split(sep).join('/');
  return {
    kind: 'model',
    model,
    label:
      model.source === 'folder'
        ? (path.startsWith('../') ? basename(model.id) : path) || basename(model.folder)
        : model.id,
    description: `${model.kind === 'masked' ? 'masked' : model.architecture} · ${bytes(model.bytes)}`,
    details: [
      ['Kind', `${model.architecture}, ${model.kind}`],
      ['Layers', `${model.layers}, ${count(model.hiddenSize)} wide`],
      ['Context', counted(model.contextLength, 'token')],
      ['Size', bytes(model.bytes)],
      ...(model.licence === null ? [] : [['Licence', model.licence] as const]),
      ['Folder', model.folder],
    ],
  };
}
