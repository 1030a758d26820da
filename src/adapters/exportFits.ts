import * as l10n from '@vscode/l10n';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isObject } from '../channel/guards';
import { parseJson } from '../files/jsonFile';
import { isHubId } from './exportSnippets';

export interface ExportFit {
  readonly format: 'peft' | 'onnx';
  /** What it takes to use the export, in a sentence. */
  readonly needs: string;
  /** Whether all of that is at hand or comes with the export. */
  readonly fits: boolean;
}

/**
 * Which exports of a prompt for a model can be used as they are, the one that fits first.
 * @param model its id as a template writes it, and its folder or file
 */
export async function exportFits({
  id,
  path,
}: {
  readonly id: string;
  readonly path: string;
}): Promise<readonly ExportFit[]> {
  const onnx: ExportFit = { format: 'onnx', fits: true, needs: l10n.t`Needs nothing else: the model is inside.` };
  if (await isMaskedModel(path))
    return [
      onnx,
      { format: 'peft', fits: false, needs: l10n.t`PEFT has no kind of prompt for a masked language model.` },
    ];
  if (id === 'builtin')
    return [
      onnx,
      { format: 'peft', fits: true, needs: l10n.t`The embedded model is written beside it, for transformers.` },
    ];
  const names = await readdir(path).catch(() => []);
  const opens = names.some((name) => name.endsWith('.safetensors'));
  if (opens) return [{ format: 'peft', fits: true, needs: l10n.t`Needs the base model ${id} beside it.` }, onnx];
  const needs = isHubId(id)
    ? l10n.t`Needs ${id} with weights for transformers, which may be on the hub; here it is without.`
    : l10n.t`Needs ${id} with weights for transformers, which this folder has not.`;
  return [onnx, { format: 'peft', fits: isHubId(id), needs }];
}

/** Whether a model says of itself that it fills masks. @param path its folder or file */
export async function isMaskedModel(path: string): Promise<boolean> {
  const isFolder = (await readdir(path).catch(() => [])).length > 0;
  const config = parseJson(
    await readFile(join(isFolder ? path : dirname(path), 'config.json'), 'utf8').catch(() => ''),
  );
  return (
    isObject(config) &&
    Array.isArray(config.architectures) &&
    config.architectures.some((name) => /MaskedLM$/.test(String(name)))
  );
}
