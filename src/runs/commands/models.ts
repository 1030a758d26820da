import { inspectModel, type ModelInspection } from '../../model/inspectModel';
import { openModel, type ModelSummary } from '../../model/openModel';
import { textTable } from '../format';

/** What a model is and whether it can be trained through. @throws Failure as opening it does */
export async function describeModel(reference: string): Promise<ModelInspection> {
  return inspectModel(await openModel(reference, process.cwd()));
}

/** The models as a table of text. */
export function formatModels(models: readonly ModelSummary[]): string {
  const lines = models.map(({ id, architecture, contextLength, folder }) => [id, architecture, String(contextLength), folder]);
  return textTable([['model', 'kind', 'context', 'folder'], ...lines], ['left', 'left', 'right', 'left']);
}
