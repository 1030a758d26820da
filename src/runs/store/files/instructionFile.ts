import { join } from 'node:path';
import { readJson } from '../../../files/jsonFile';
import { isNumber, isText, listOf, object, type Infer } from '../../../channel/guards';

/** One accepted step of the search for a better instruction. */
const isStep = object({
  before: isText,
  after: isText,
  /** Gain on the rows that accepted it, in the unit of the search. */
  gain: isNumber,
});
export type InstructionStep = Infer<typeof isStep>;

/** `instruction.json` of a run: the task description as it was written, and as the search rewrote it. */
const isRewrite = object({ original: isText, rewritten: isText, edits: listOf(isStep) });
export type InstructionRewrite = Infer<typeof isRewrite>;

/** The rewritten instruction in a run folder; undefined when there is none that can be read. */
export function readInstructionRewrite(runFolder: string): Promise<InstructionRewrite | undefined> {
  return readJson(join(runFolder, 'instruction.json'), isRewrite);
}
