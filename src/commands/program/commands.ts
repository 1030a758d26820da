import type { Command } from 'commander';

/** Declares a command with its options and what it does. */
type Declare = (program: Command) => void;

const template = () => import('./templateCommands');
const training = () => import('./trainingCommands');
const use = () => import('./useCommands');
const comparison = () => import('./comparisonCommands');
const exports = () => import('./exportCommands');
const slurmTask = async (): Promise<Declare> => (await import('./slurmTaskCommands')).addSlurmTask;

/** Every command, in the order in which the help names them, with the module that is read once it is asked for. */
const commands: Readonly<Record<string, () => Promise<Declare>>> = {
  new: async () => (await template()).addNew,
  check: async () => (await template()).addCheck,
  render: async () => (await template()).addRender,
  train: async () => (await training()).addTrain,
  evaluate: async () => (await training()).addEvaluate,
  score: async () => (await training()).addScore,
  predict: async () => (await use()).addPredict,
  ask: async () => (await use()).addAsk,
  serve: async () => (await use()).addServe,
  mcp: async () => (await import('./mcpCommand')).addMcp,
  compare: async () => (await comparison()).addCompare,
  report: async () => (await comparison()).addReport,
  export: async () => (await exports()).addExport,
  card: async () => (await exports()).addCard,
  share: async () => (await exports()).addShare,
  import: async () => (await exports()).addImport,
  models: async () => (await import('./modelCommands')).addModels,
  runs: async () => (await import('./runCommands')).addRuns,
  'slurm-task': slurmTask,
  'slurm-report': slurmTask,
};

/** Declares the command that the first word names, or all of them where it names none: for the help, a wrong word. */
export async function declareCommands(program: Command, word: string | undefined): Promise<void> {
  const named = word !== undefined && Object.hasOwn(commands, word) ? [commands[word]!] : Object.values(commands);
  for (const load of new Set(named)) (await load())(program);
}
