import type { EndpointTask } from '../../../endpoint/endpointTask';
import { tokensOfPrompt } from '../../../endpoint/plan/planRequests';
import { formAtEndpoint } from '../../../endpoint/formAtEndpoint';
import { examplesOf } from '../../../template/settings/examplesSetting';
import { drawnExamples, type WrittenExamples } from '../../../tuning/examples/chooseExamples';
import type { RecordedExamples } from '../../record/recordedExamples';

/**
 * The examples that the settings ask for and the seed draws for a model elsewhere: in a chat as turns, as a model here
 * reads them. Its context is not known, so that `tokens` of the setting alone bounds them.
 * @throws Failure "examples-form", "examples-rows", "label-without-rows", "data-missing"
 */
export async function hostedExamples(task: EndpointTask): Promise<RecordedExamples & WrittenExamples> {
  const setting = examplesOf(task.settings)!;
  const encoder = formAtEndpoint(task.settings) === 'chat' ? { chat: {} } : {};
  const ruler = {
    room: () => Promise.resolve(Infinity),
    tokensOf: (text: string) => tokensOfPrompt({ form: 'text', text }),
  };
  // The words are those that an endpoint is asked for: in a chat they open a message.
  const labels = Object.fromEntries(task.labels.map((label, i) => [label, task.words[i]!]));
  const shown = { ...task, encoder, settings: { ...task.settings, labels } };
  const { choose, count } = setting;
  return { choose, count, ...(await drawnExamples(shown, ruler, setting)) };
}
