import type { AgentTool } from './agentTool';
import { checkTemplate } from './checkTemplate';
import { compareRuns } from './compareRuns';
import { listRuns } from './listRuns';
import { readResults } from './readResults';
import { startRuns } from './startRuns';
import { stopRuns } from './stopRuns';

/** What agents can do with templates and runs, the same in VS Code and by MCP. */
export const agentTools: readonly AgentTool[] = [
  checkTemplate,
  listRuns,
  startRuns,
  compareRuns,
  readResults,
  stopRuns,
];
