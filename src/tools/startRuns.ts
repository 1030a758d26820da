import { setTimeout } from 'node:timers/promises';
import { basename } from 'node:path';
import { formatRunList } from '../comparison/text/formatRun';
import { Failure } from '../failure';
import { partDone } from '../runs/record/runStage';
import { stateWord } from '../runs/record/words/recordWords';
import type { RunRecord } from '../runs/record/record';
import { isActive } from '../runs/store/runStatus';
import { readRun } from '../runs/store/runFolder';
import { methods } from '../template/settings/settings';
import { agentTool, type CallOptions } from './agentTool';
import { describeStart } from './describeStart';
import { planRuns, type WantedRuns } from './plannedRuns';
import { choice, flag, list, optional, table, text, whole } from './toolInput';
import type { Workplace } from './workplace';

/** How often one who waits looks how far the runs are. */
const pollMilliseconds = 300;

export const startRuns = agentTool({
  name: 'startRuns',
  title: 'Train or Evaluate a Prompt',
  description:
    'Puts trainings and evaluations of a .prompt template into the queue of this machine: hard measures the text ' +
    'as it is written; soft, v1 and v2 train virtual tokens for it, and v2 rewrites its instruction as well. ' +
    'Answers with the ids of the runs; they work on in the background for minutes or hours. With wait the call ' +
    'comes back at their end, and cancelling it stops them. Call checkTemplate first, and listRuns to see how ' +
    'far they are.',
  userDescription: 'Trains or evaluates a prompt template on this machine.',
  icon: '$(play)',
  effect: 'work',
  fields: {
    template: text('Path of the .prompt file, absolute or relative to the workspace folder.'),
    methods: list('What is run; each method once for each seed.', choice('a method', methods)),
    seeds: optional(
      whole("Trainings of each method, with seeds one after another; the template's where left out.", 1, 20),
    ),
    settings: optional(table('Settings that outrank those of the template, such as { "steps": 200 } for tune.steps.')),
    wait: optional(flag('Whether the call waits until all have ended; false where this is left out.')),
  },
  confirm: async (input, place, signal) => describeStart(await planRuns(place, wantedOf(input), signal), signal),
  async run(input, place, call) {
    const { request } = await planRuns(place, wantedOf(input), call.signal);
    await place.save(request.file);
    call.signal.throwIfAborted();
    const folders = await place.queue.compare(request);
    if (!input.wait) return `${ids(folders)} in the queue. listRuns says how far they are; stopRuns ends them.`;
    return waitFor(folders, place, call);
  },
});

const wantedOf = ({ template, methods: chosen, seeds, settings }: WantedRuns): WantedRuns => ({
  ...{ template, methods: chosen, seeds, settings },
});

/** Waits for the end of runs. Who cancels stops them. @throws Failure "run-stopped" once it has */
async function waitFor(
  folders: readonly string[],
  place: Workplace,
  { signal, onProgress }: CallOptions,
): Promise<string> {
  let said = '';
  for (;;) {
    if (signal.aborted) {
      await Promise.all(folders.map((folder) => place.queue.stop(folder)));
      throw new Failure('run-stopped', `The call was cancelled, and ${ids(folders)} stopped.`);
    }
    const records = await Promise.all(folders.map(readRun));
    const working = records.filter(isActive);
    if (working.length === 0) return endOf(records);
    const progress = progressOf(records);
    if (progress.sentence !== said) onProgress?.(progress);
    said = progress.sentence;
    await setTimeout(pollMilliseconds, undefined, { signal }).catch(() => undefined);
  }
}

function progressOf(records: readonly RunRecord[]) {
  const ended = records.filter((record) => !isActive(record)).length;
  const current = records.find(({ status }) => status === 'running') ?? records.find(isActive)!;
  const { step, steps } = partDone(current.progress);
  const part = current.status === 'running' && steps > 0 ? Math.min(step / steps, 1) : 0;
  const { phase } = current.progress;
  const where =
    current.status === 'running' ? (steps > 0 ? `${phase} ${step} of ${steps}` : phase) : stateWord(current.status);
  return {
    done: ended + (phase === 'training' ? part : 0),
    all: records.length,
    sentence: `${current.method}, run ${ended + 1} of ${records.length}: ${where}`,
  };
}

function endOf(records: readonly RunRecord[]): string {
  const errors = records.flatMap(({ id, error }) => (error ? [`${id}: ${error.message} [${error.code}]`] : []));
  return [formatRunList({ runs: records, damaged: [] }), ...errors].join('\n');
}

const ids = (folders: readonly string[]): string => folders.map((folder) => basename(folder)).join(', ');
