import { isStopped } from '../../classifyError';
import type { AskEditor } from '../../endpoint/editorQuestion';
import { endpointsOfAccess } from '../../endpoint/endpointAccess';
import type { RequestPlan } from '../../endpoint/plan/requestPlan';
import { planProposals } from '../../runs/work/study/planProposals';
import { continueTraining, trainRun } from '../../runs/work/trainRun';
import type { HostedEnd, HostedTraining } from './hostedTraining';

/** What a training will send to models that write instructions; none where it asks nobody elsewhere. */
export const planTraining = (
  { file, method, set, access }: Pick<HostedTraining, 'file' | 'method' | 'set' | 'access'>,
  askEditor?: AskEditor,
): Promise<readonly RequestPlan[]> => planProposals(file, { method, set }, { ...endpointsOfAccess(access), askEditor });

/**
 * Trains in a new run or in that of the folder, with the models elsewhere that a person has agreed to.
 * @throws Failure as the training does; the run's folder says the same
 */
export async function trainHosted(
  { access, folder, ...request }: HostedTraining,
  { askEditor, signal }: { readonly askEditor?: AskEditor; readonly signal?: AbortSignal },
): Promise<HostedEnd> {
  const options = { signal, endpoints: { ...endpointsOfAccess(access), askEditor } };
  try {
    const { record, failure } =
      folder === undefined ? await trainRun(request, options) : await continueTraining(folder, options);
    if (failure) throw failure;
    return { stopped: record.status === 'stopped' };
  } catch (error) {
    if (!isStopped(error, signal)) throw error;
    return { stopped: true };
  }
}
