import type * as vscode from 'vscode';
import { hostedModelOf } from '../../template/read/hostedModel';
import { loadTemplate } from '../../template/read/loadTemplate';
import type { InspectorProcess } from '../process/inspectorProcess';
import { askConsent } from './consent';
import { accessTo } from './endpointSettings';

export interface ElsewhereParts {
  readonly inspector: Pick<InspectorProcess, 'work'>;
  readonly secrets: vscode.SecretStorage;
  readonly memory: vscode.Memento;
}

/** A measurement: of a template in a new run, or in one that was stopped. */
export interface Measurement {
  readonly file: string;
  readonly runs: string;
  readonly folder?: string;
}

/** Whether the model of a template runs elsewhere. @throws Failure where it cannot be read */
export const runsElsewhere = async (file: string): Promise<boolean> =>
  hostedModelOf((await loadTemplate(file)).model) !== undefined;

/**
 * Measures a hard prompt at its endpoint, once a person has agreed; nothing happens where nobody does. The process of
 * the window does it and ends with it; what was answered is kept, and the run can be resumed.
 * @throws Failure as the measurement does
 */
export async function measureElsewhere(
  { inspector, secrets, memory }: ElsewhereParts,
  measurement: Measurement,
): Promise<void> {
  const hosted = hostedModelOf((await loadTemplate(measurement.file)).model);
  if (!hosted) return;
  const access = await accessTo(hosted.endpoint, secrets);
  const plan = await inspector.work('planHosted', { file: measurement.file, access });
  if (!plan) return;
  if (!(await askConsent(plan, memory))) return;
  await inspector.work('measureHosted', { ...measurement, access: { ...access, consent: true } });
}
