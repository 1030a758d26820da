import {
  isFlag,
  isNothing,
  isObject,
  isText,
  listOf,
  object,
  optional,
  type Guard,
  type Infer,
} from '../../channel/guards';
import type { Side } from '../../channel/messageChannel';
import { isWireFailure } from '../../channel/wireFailure';
import { isMethod } from '../record/words/recordWords';
import type { RunEvent } from '../store/runEvent';
import type { TrainRunRequest } from '../work/trainRun';

const isStart = object({ file: isText, method: isMethod, set: isObject, runs: isText });
const isRequest: Guard<TrainRunRequest> = (value): value is TrainRunRequest => isStart(value);
const isAnyEvent = object({ kind: isText, run: isText });
const isRunEvent: Guard<RunEvent> = (value): value is RunEvent => isAnyEvent(value);

const isAsking = object({ baseUrl: optional(isText), consent: isFlag, fresh: optional(isFlag) });
/** What a person has said of models that run elsewhere. */
export type Asking = Infer<typeof isAsking>;

/** A process that trains one run and ends: it is asked by the process that has forked it, from the same build. */
export const trainingSide = {
  calls: {
    train: {
      request: object({
        run: isRequest,
        /** How models elsewhere are asked; their keys are in the environment. */
        asking: optional(isAsking),
      }),
      result: object({
        /** Of the run. */
        folder: isText,
        /** Why a run failed that had begun to train. */
        failure: optional(isWireFailure),
      }),
    },
    /** Does the work that a run of the queue stands for. */
    work: {
      request: object({
        folder: isText,
        /** Folders that templates may read from; any where this is absent. */
        within: optional(listOf(isText)),
      }),
      result: isNothing,
    },
    /** Ends the work at the next step; the checkpoint is kept. */
    stop: { request: object({}), result: isNothing },
  },
  events: { event: isRunEvent },
} as const satisfies Side;
