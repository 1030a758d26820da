import type * as vscode from 'vscode';
import type { EndpointAccess } from '../../endpoint/endpointAccess';
import { hostedModelOf } from '../../template/read/hostedModel';
import { loadTemplate } from '../../template/read/loadTemplate';
import type { InspectorProcess } from '../process/inspectorProcess';
import { askConsent } from './consent';
import { accessTo } from './endpointSettings';
import type { Withdrawals } from './withdrawals';

export interface ElsewhereParts {
  readonly inspector: Pick<InspectorProcess, 'work'>;
  readonly secrets: vscode.SecretStorage;
  readonly memory: vscode.Memento;
  readonly withdrawals: Pick<Withdrawals, 'count' | 'inTurn'>;
}

/** A measurement: of a template in a new run, or in one that was stopped. */
export interface Measurement {
  readonly file: string;
  readonly runs: string;
  readonly folder?: string;
  /** Settings that outrank the template's. */
  readonly set?: Readonly<Record<string, unknown>>;
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
  const plan = await inspector.work('planHosted', { file: measurement.file, set: measurement.set, access });
  if (!plan) return;
  if (!(await askConsent(plan, memory))) return;
  await measureWithConsent({ inspector }, measurement, access);
}

/** Measures once a person has agreed. */
export async function measureWithConsent(
  { inspector }: Pick<ElsewhereParts, 'inspector'>,
  { file, runs, folder, set }: Measurement,
  access: EndpointAccess,
): Promise<void> {
  await inspector.work('measureHosted', { file, runs, folder, set, access: { ...access, consent: true } });
}
