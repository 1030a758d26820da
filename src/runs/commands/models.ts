import { inspectModel, type ModelInspection } from '../../model/inspectModel';
import { openModel, type ModelSummary } from '../../model/openModel';
import { count, textTable } from '../format';

/** What a model is and whether it can be trained through. @throws Failure as opening it does */
export async function describeModel(reference: string): Promise<ModelInspection> {
  return inspectModel(await openModel(reference, process.cwd()));
}

/** The models as a table of text. */
export function formatModels(models: readonly ModelSummary[]): string {
  const lines = models.map(({ id, architecture, contextLength, folder }) => [id, architecture, String(contextLength), folder]);
  return textTable([['model', 'kind', 'context', 'folder'], ...lines], ['left', 'left', 'right', 'left']);
}

/** A model in a few lines: sizes, operators, and whether a prompt can be trained through it. */
export function formatInspection(inspection: ModelInspection): string {
  const { configuration: sizes, operators, operatorsWithoutRule } = inspection;
  const training = inspection.trainable ? 'yes' : `no: there is no gradient rule for ${operatorsWithoutRule.join(', ')}; tune.blackBox tunes a prompt without gradients`;
  return textTable([
    ['model', inspection.id],
    ['folder', inspection.folder],
    ['kind', sizes.architecture],
    ['weights', count(inspection.parameters)],
    ['layers', `${sizes.layers}, ${sizes.hiddenSize} wide, ${sizes.heads} heads (${sizes.keyValueHeads} for keys and values)`],
    ['vocabulary', count(sizes.vocabularySize)],
    ['context', `${count(sizes.contextLength)} tokens`],
    ['opset', String(inspection.opset)],
    ['inputs', inspection.inputs.join(', ')],
    ['outputs', inspection.outputs.join(', ')],
    ['key/value cache', inspection.keyValueCache ? 'yes' : 'no'],
    ['operators', Object.entries(operators).map(([name, times]) => `${name} ${times}`).join(', ')],
    ['trainable', training],
    ['sha256', inspection.sha256],
  ], ['left', 'left']);
}
