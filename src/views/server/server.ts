import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { isObject, isText, listOf, object, optional } from '../../channel/guards';
import type { Command } from '../../editor/registerCommands';
import { Failure } from '../../failure';
import { count, counted } from '../../words/formatNumbers';
import { enumerated, sentences } from '../../words/listed';
import { clientExamples } from '../../serve/clientExamples';
import { trainerSettings } from '../process/trainerSettings';
import { runsFor } from '../runs/runSelection';
import type { RunWatcher, WatchedRun } from '../runs/runWatcher';
import { startServer, type ServerProcess } from './serverProcess';

export interface ServerParts {
  readonly watcher: Pick<RunWatcher, 'runs'>;
  /** The command line program, which serves outside the extension host. */
  readonly program: string;
}

/** The server of this window: one at most, with any number of runs. */
export interface Server extends vscode.Disposable {
  readonly commands: readonly Command[];
}

interface Running {
  readonly process: ServerProcess;
  /** Folders of the runs that it has. */
  readonly runs: readonly string[];
}

/** *Serve…*: a server with its address in the status bar, which ends with the window. */
export function createServer({ watcher, program }: ServerParts): Server {
  const item = vscode.window.createStatusBarItem('promptTuner.server', vscode.StatusBarAlignment.Left, -1);
  item.name = l10n.t`Prompt Tuner Server`;
  item.command = 'promptTuner.showServer';
  let log: vscode.OutputChannel | undefined;
  let running: Running | undefined;
  let starting: Promise<Running> | undefined;

  const logChannel = (): vscode.OutputChannel => (log ??= vscode.window.createOutputChannel('Prompt Tuner Server'));
  const set = (now: Running | undefined): void => {
    running = now;
    void vscode.commands.executeCommand('setContext', 'promptTuner.isServing', now !== undefined);
    if (!now) return item.hide();
    const { address, models } = now.process;
    item.text = `$(broadcast) ${addressShown(address)}`;
    item.tooltip = l10n.t`Serving ${enumerated(models)} at ${address}`;
    item.accessibilityInformation = { label: l10n.t`${counted(models.length, 'run')} served at ${address}` };
    item.show();
  };
  const stop = async (): Promise<void> => {
    const { process } = running ?? {};
    await process?.stop();
  };
  const start = async (runs: readonly string[], port: number): Promise<Running> => {
    await stop();
    const { nodePath, threads } = trainerSettings();
    const channel = logChannel();
    const process = await startServer({
      program,
      nodePath,
      threads,
      runs,
      port,
      log: (line) => channel.appendLine(line),
    });
    const now = { process, runs };
    set(now);
    void process.ended.then((failure) => {
      channel.appendLine(l10n.t`The server has ended.`);
      if (running === now) set(undefined);
      if (failure) void tellOfEnd(failure, channel);
    });
    return now;
  };
  const serve = async (selected: unknown, all: unknown): Promise<void> => {
    if (starting)
      throw new Failure('address-unusable', l10n.t`The server is still starting.`, {}, l10n.t`Wait a moment.`);
    const chosen = await runsFor('serveRun', selected, all, { runs: watcher.runs, work: l10n.t`serve` });
    if (chosen.length === 0) return;
    const runs = await withServed(chosen, running?.runs ?? []);
    if (!runs) return;
    const startAt = (port: number): Thenable<Running> =>
      vscode.window.withProgress(
        {
          location: vscode.ProgressLocation.Notification,
          title: l10n.t`Starting a server for ${counted(runs.length, 'run')}`,
        },
        () => (starting = start(runs, port)),
      );
    try {
      const port = portSetting();
      const now = await Promise.resolve(startAt(port)).catch(async (error: unknown) => {
        const other = await askForOtherPort(error, port);
        return other === undefined ? undefined : startAt(other);
      });
      if (now) void tellOfStart(now.process.address, now.process.models);
    } finally {
      starting = undefined;
    }
  };
  return {
    commands: [
      { id: 'serveRun', needsTrust: true, run: serve },
      { id: 'stopServer', needsTrust: false, run: () => (running ? stop() : tellOfNone()) },
      {
        id: 'showServer',
        needsTrust: false,
        run: () => (running ? chooseAction(running.process, { stop, log: logChannel() }) : tellOfNone()),
      },
    ],
    dispose() {
      running?.process.kill();
      void starting?.then(
        ({ process }) => process.kill(),
        () => undefined,
      );
      item.dispose();
      log?.dispose();
    },
  };
}

/** `127.0.0.1:8080` of `http://127.0.0.1:8080/v1`. */
const addressShown = (address: string): string => new URL(address).host;

const portKey = 'promptTuner.servePort';
const portSetting = (): number => vscode.workspace.getConfiguration().get(portKey, 8080);

/** The runs to serve, with those that are served already if a person wants that; undefined where it is dismissed. */
async function withServed(
  chosen: readonly WatchedRun[],
  served: readonly string[],
): Promise<readonly string[] | undefined> {
  const folders = chosen.map(({ folder }) => folder);
  const others = served.filter((folder) => !folders.includes(folder));
  if (others.length === 0) return folders;
  const [also, instead] = [l10n.t`Serve All`, l10n.t`Serve Instead`];
  const answer = await vscode.window.showInformationMessage(
    others.length === 1
      ? l10n.t`1 other run is served. The server starts again.`
      : l10n.t`${count(others.length)} other runs are served. The server starts again.`,
    also,
    instead,
  );
  if (answer === also) return [...others, ...folders];
  return answer === instead ? folders : undefined;
}

/** Another port where that of the setting is in use; undefined where the person goes to the setting, or away. */
async function askForOtherPort(error: unknown, port: number): Promise<number | undefined> {
  if (!(error instanceof Failure) || error.code !== 'address-unusable') throw error;
  const [free, settings] = [l10n.t`Use a Free Port`, l10n.t`Open Setting`];
  const answer = await vscode.window.showErrorMessage(
    l10n.t`Port ${port} cannot be used: another program has it, or you may not. Free it, or serve at another.`,
    free,
    settings,
  );
  if (answer === settings) await vscode.commands.executeCommand('workbench.action.openSettings', portKey);
  return answer === free ? 0 : undefined;
}

const tellOfNone = (): void => void vscode.window.showInformationMessage(l10n.t`No run is served in this window.`);

async function tellOfStart(address: string, models: readonly string[]): Promise<void> {
  const [copy, show] = [l10n.t`Copy Address`, l10n.t`Show How to Ask`];
  const answer = await vscode.window.showInformationMessage(
    l10n.t`Serving ${counted(models.length, 'run')} at ${address} until the window closes.`,
    copy,
    show,
  );
  if (answer === copy) await vscode.env.clipboard.writeText(address);
  if (answer === show) await showExamples(address);
}

async function tellOfEnd({ message, remedy }: Failure, log: vscode.OutputChannel): Promise<void> {
  const show = l10n.t`Show Log`;
  const text = sentences([l10n.t`The server has ended.`, message, remedy]);
  if ((await vscode.window.showErrorMessage(text, show)) === show) log.show();
}

async function chooseAction(
  { address, models }: ServerProcess,
  { stop, log }: { stop(): Promise<void>; readonly log: vscode.OutputChannel },
): Promise<void> {
  const actions = [
    {
      label: `$(copy) ${l10n.t`Copy Address`}`,
      description: address,
      act: () => vscode.env.clipboard.writeText(address),
    },
    {
      label: `$(book) ${l10n.t`Show How to Ask`}`,
      description: l10n.t`curl, JavaScript and Python`,
      act: () => showExamples(address),
    },
    { label: `$(output) ${l10n.t`Show Log`}`, act: () => log.show() },
    { label: `$(debug-stop) ${l10n.t`Stop`}`, description: l10n.t`Answers what is under way first.`, act: stop },
  ];
  const chosen = await vscode.window.showQuickPick(actions, {
    title: l10n.t`Serving ${counted(models.length, 'run')}`,
    placeHolder: enumerated(models),
  });
  await chosen?.act();
}

const isModelList = object({ data: listOf(object({ id: isText, labels: optional(listOf(isText)) })) });

/** Opens a document that says how clients ask this server. */
async function showExamples(address: string): Promise<void> {
  const reply: unknown = await (await fetch(`${address}/models`)).json();
  if (!isObject(reply) || !isModelList(reply))
    throw new Failure('bad-reply', l10n.t`The server does not say what it has.`);
  const document = await vscode.workspace.openTextDocument({
    language: 'markdown',
    content: clientExamples(address, reply.data),
  });
  await vscode.window.showTextDocument(document);
}
