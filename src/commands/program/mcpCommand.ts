import { statSync } from 'node:fs';
import { InvalidArgumentError, type Command } from 'commander';
import { serveTools } from '../mcp';

/** `mcp`: the tools of agents, for hosts outside VS Code. */
export function addMcp(program: Command): void {
  program
    .command('mcp')
    .description(
      'offer checking, training and comparing to agents, by the Model Context Protocol over stdin and stdout',
    )
    .option(
      '--folder <dir>',
      'folder that agents may work in (repeatable); else the roots of the client, or the folder one is in',
      (folder: string, earlier: readonly string[]) => [...earlier, requireFolder(folder)],
      [] as readonly string[],
    )
    .option('--allow-outside', 'let templates read data and models that lie outside these folders')
    .exitOverride()
    .action(async ({ folder, allowOutside = false }: { folder: readonly string[]; allowOutside?: boolean }) => {
      await serveTools({ folders: folder, allowOutside, log: (line) => process.stderr.write(`${line}\n`) });
      process.exit();
    });
}

/** @throws InvalidArgumentError before the client is answered: its calls would fail one by one */
function requireFolder(folder: string): string {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new InvalidArgumentError('There is no such folder.');
  return folder;
}
