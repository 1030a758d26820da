import { join } from 'node:path';
import { readJson } from '../../files/jsonFile';
import { isNumber, isText, listOf, shape } from '../../channel/guards';

/** One accepted step of the search for a better instruction. */
export interface InstructionStep {
  readonly before: string;
  readonly after: string;
  /** Gain on the rows that accepted it, in the unit of the search. */
  readonly gain: number;
}

/** `instruction.json` of a run: the task description as it was written, and as the search rewrote it. */
export interface InstructionRewrite {
  readonly original: string;
  readonly rewritten: string;
  readonly edits: readonly InstructionStep[];
}

const isRewrite = shape<InstructionRewrite>({
  original: isText,
  rewritten: isText,
  edits: listOf(shape<InstructionStep>({ before: isText, after: isText, gain: isNumber })),
});

/** The rewritten instruction in a run folder; undefined when there is none that can be read. */
export function readInstructionRewrite(runFolder: string): Promise<InstructionRewrite | undefined> {
  return readJson(join(runFolder, 'instruction.json'), isRewrite);
}
