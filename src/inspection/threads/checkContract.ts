import { isFlag, isObject, isText, listOf, object, optional, type Guard, type Infer } from '../../channel/guards';
import type { Side } from '../../channel/messageChannel';
import type { Finding } from '../../template/text/finding';

export const isCheckRequest = object({
  text: isText,
  /** Absolute path of the template. */
  path: isText,
  /** Folder of the template's runs. */
  runsFolder: isText,
  /** What the process that asks may read: folders, anything where absent, and model folders that templates name. */
  within: optional(listOf(isText)),
  modelFolders: isFlag,
});
export type CheckRequest = Infer<typeof isCheckRequest>;

/** Findings come from the same build, and are shown and nothing else. */
const isFindings = listOf(isObject as unknown as Guard<Finding>);

/** The side of the thread that checks templates whose chat template costs more than the editor waits for. */
export const checkSide = {
  calls: { check: { request: isCheckRequest, result: isFindings } },
  events: {},
} as const satisfies Side;
