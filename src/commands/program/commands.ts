import type { Command } from 'commander';
import { addCompare, addReport } from './comparisonCommands';
import { addCard, addExport, addImport, addShare } from './exportCommands';
import { addMcp } from './mcpCommand';
import { addModels } from './modelCommands';
import { addRuns } from './runCommands';
import { addSlurmTask } from './slurmTaskCommands';
import { addCheck, addNew, addRender } from './templateCommands';
import { addEvaluate, addScore, addTrain } from './trainingCommands';
import { addAsk, addPredict, addServe } from './useCommands';

/** Declares a command with its options and what it does. */
type Declare = (program: Command) => void;

/** Every command, in the order in which the help names them. */
const commands: Readonly<Record<string, Declare>> = {
  new: addNew,
  check: addCheck,
  render: addRender,
  train: addTrain,
  evaluate: addEvaluate,
  score: addScore,
  predict: addPredict,
  ask: addAsk,
  serve: addServe,
  mcp: addMcp,
  compare: addCompare,
  report: addReport,
  export: addExport,
  card: addCard,
  share: addShare,
  import: addImport,
  models: addModels,
  runs: addRuns,
  'slurm-task': addSlurmTask,
  'slurm-report': addSlurmTask,
};

/**
 * Declares the command that the first word names, or all of them where it names none: for the help, a wrong word. What
 * only the others need is not even read then (`bundlePrograms.mjs`).
 */
export function declareCommands(program: Command, word: string | undefined): void {
  if (word === '--version' || word === '-V') return;
  const named = word !== undefined && Object.hasOwn(commands, word) ? [commands[word]!] : Object.values(commands);
  for (const declare of new Set(named)) declare(program);
}
