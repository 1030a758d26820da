import type { AskEditor } from '../../endpoint/editorQuestion';
import { endpointsOfAccess, type EndpointAccess } from '../../endpoint/endpointAccess';
import type { RequestPlan } from '../../endpoint/plan/requestPlan';
import { isStopped } from '../../classifyError';
import { evaluateText, evaluateRun } from '../../runs/work/measuring/evaluateRun';
import { planHosted } from '../../runs/work/measuring/evaluateHosted';

interface Asked {
  readonly access: EndpointAccess;
  /** The template. */
  readonly file: string;
  /** Settings that outrank the template's. */
  readonly set?: Readonly<Record<string, unknown>>;
}

/** What measuring a template at its endpoint will send; null where its model runs here. */
export async function planMeasurement(
  { access, file, set = {} }: Asked,
  askEditor?: AskEditor,
): Promise<RequestPlan | null> {
  return (await planHosted(file, set, { endpoints: { ...endpointsOfAccess(access), askEditor } })) ?? null;
}

/**
 * Measures a template at its endpoint, in the run that is named or a new one; one that is stopped ends well.
 * @throws Failure as `evaluateRun` does; the run's folder says the same
 */
export async function measureHosted(
  { access, file, set = {}, runs, folder }: Asked & { readonly runs: string; readonly folder?: string },
  askEditor?: AskEditor,
): Promise<void> {
  const options = { endpoints: { ...endpointsOfAccess(access), askEditor } };
  try {
    if (folder === undefined) await evaluateRun({ file, subject: { kind: 'hard' }, set, runs }, options);
    else await evaluateText(folder, options);
  } catch (error) {
    if (!isStopped(error)) throw error;
  }
}
