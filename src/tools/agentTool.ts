import { asFailure } from '../classifyError';
import { Failure, describeFailure } from '../failure';
import { readInput, schemaOf, type Fields, type InputOf, type InputSchema } from './toolInput';
import type { Workplace } from './workplace';

/** How far a call is. */
export interface CallProgress {
  /** Runs that have ended, and parts of the one at work. */
  readonly done: number;
  readonly all: number;
  readonly sentence: string;
}

export interface CallOptions {
  /** Aborted where whoever asked no longer wants the answer. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: CallProgress) => void;
}

/** What a person is asked before a tool starts something; the message is Markdown. */
export interface Confirmation {
  readonly title: string;
  readonly message: string;
}

/** What a tool is and does; each host of tools only adapts it. */
interface ToolDefinition<F extends Fields> {
  /** What agents, and people in a prompt, call it by. */
  readonly name: string;
  readonly title: string;
  /** For the model: what it is for, and what it answers. */
  readonly description: string;
  /** For people. */
  readonly userDescription: string;
  /** Of VS Code's own icons. */
  readonly icon: string;
  readonly fields: F;
  /** `read` changes nothing; `work` starts or ends runs, which takes a trusted workspace. */
  readonly effect: 'read' | 'work';
  readonly confirm?: (input: InputOf<F>, place: Workplace, signal: AbortSignal) => Promise<Confirmation>;
  /** @returns a short text */
  readonly run: (input: InputOf<F>, place: Workplace, call: CallOptions) => Promise<string>;
}

/** A tool as its hosts see it: whatever a model gives is looked at first. */
export interface AgentTool extends Pick<
  ToolDefinition<Fields>,
  'name' | 'title' | 'description' | 'userDescription' | 'icon' | 'effect'
> {
  readonly schema: InputSchema;
  /** What is asked of a person first; nothing where a call needs no yes. @throws Failure as `call` does */
  readonly confirm: (given: unknown, place: Workplace, signal: AbortSignal) => Promise<Confirmation | undefined>;
  /**
   * @throws Failure "tool-input" for what is no input of it, "untrusted" for work where none is allowed, and whatever
   * stops the work
   */
  readonly call: (given: unknown, place: Workplace, options: CallOptions) => Promise<string>;
}

export function agentTool<F extends Fields>(definition: ToolDefinition<F>): AgentTool {
  const { name, title, description, userDescription, icon, effect, fields, confirm, run } = definition;
  const read = (given: unknown, place: Workplace): InputOf<F> => {
    if (effect === 'work' && !place.isTrusted)
      throw new Failure(
        'untrusted',
        'Nothing is started in Restricted Mode.',
        {},
        'Ask the person to trust the workspace, then call this again.',
      );
    return readInput(fields, given);
  };
  return {
    ...{ name, title, description, userDescription, icon, effect },
    schema: schemaOf(fields),
    confirm: async (given, place, signal) => confirm?.(read(given, place), place, signal),
    async call(given, place, options) {
      options.signal.throwIfAborted();
      return run(read(given, place), place, options);
    },
  };
}

/** What a model is told of a call that failed: what is wrong, where, and what to do. */
export const refusalText = (error: unknown): string => describeFailure(asFailure(error));
