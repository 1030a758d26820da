import { isFlag, isObject, isText, listOf, object, optional, type Infer } from '../../channel/guards';
import { isEndpointAccess } from '../../endpoint/endpointAccess';
import { isMethod } from '../../runs/record/words/recordWords';

/** A training that asks models elsewhere for instructions. */
export const isHostedTraining = object({
  /** Absolute path of the template. */
  file: isText,
  method: isMethod,
  /** Settings that outrank the template's. */
  set: isObject,
  runs: isText,
  initFrom: optional(isText),
  study: optional(object({ id: isText, varied: listOf(isText) })),
  access: isEndpointAccess,
  /** Folder of a run to go on with; its own template and settings hold. */
  folder: optional(isText),
});
export type HostedTraining = Infer<typeof isHostedTraining>;

/** What a training did: whether it was stopped before its end. */
export const isHostedEnd = object({ stopped: isFlag });
export type HostedEnd = Infer<typeof isHostedEnd>;
