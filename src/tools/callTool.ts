import { Failure } from '../failure';
import type { AgentTool, CallOptions, Confirmation } from './agentTool';
import { agentTools } from './agentTools';
import type { Workplace } from './workplace';

/** What is said of a name that no tool has. */
export function unknownTool(name: string): string {
  return `There is no tool "${name}". The tools are ${agentTools.map((tool) => tool.name).join(', ')}.`;
}

function requireTool(name: string): AgentTool {
  const found = agentTools.find((tool) => tool.name === name);
  if (!found) throw new Failure('tool-input', unknownTool(name));
  return found;
}

/** Calls a tool by its name. @throws Failure as the tool does */
export function callTool(name: string, given: unknown, place: Workplace, options: CallOptions): Promise<string> {
  return requireTool(name).call(given, place, options);
}

/** What is asked of a person before a tool is called. @throws Failure as the tool does */
export async function confirmationOf(
  name: string,
  given: unknown,
  place: Workplace,
  signal: AbortSignal,
): Promise<Confirmation | undefined> {
  return requireTool(name).confirm(given, place, signal);
}
