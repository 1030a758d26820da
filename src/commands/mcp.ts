import * as l10n from '@vscode/l10n';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createQueueClient } from '../cluster/queueClient';
import { traceOf } from '../classifyError';
import { Failure } from '../failure';
import { confineReading } from '../fileAccess';
import { promptTunerVersion } from '../runs/record/versions';
import { withoutByteOrderMark } from '../template/text/byteOrderMark';
import { refusalText, type AgentTool, type CallOptions } from '../tools/agentTool';
import { agentTools } from '../tools/agentTools';
import { callTool, unknownTool } from '../tools/callTool';
import type { Workplace } from '../tools/workplace';

export interface McpCommand {
  /** Folders that agents work in; the roots of the client where none is named, else the folder one works in. */
  readonly folders: readonly string[];
  /** Whether templates may name data and models that lie outside these folders. */
  readonly allowOutside: boolean;
  readonly log: (line: string) => void;
}

/** How a client is told what the server is for. */
const instructions =
  'Prompt Tuner writes, checks, trains and compares prompt templates (.prompt files) for a local language model. ' +
  'Usual order: checkTemplate, startRuns, listRuns until all are done, compareRuns, readResults for the rows that ' +
  'went wrong. Trainings work on in the queue of the folder when this connection ends.';

/**
 * Offers the tools of agents over standard input and output, by the Model Context Protocol.
 * @returns once the client has gone; runs that it has queued work on
 */
export async function serveTools({ folders, allowOutside, log }: McpCommand): Promise<void> {
  const protocol = await import('./mcpProtocol');
  const server = new protocol.Server(
    { name: 'prompt-tuner', title: 'Prompt Tuner', version: promptTunerVersion },
    { capabilities: { tools: {} }, instructions },
  );
  const ofClient = async (): Promise<readonly string[]> => {
    if (folders.length > 0) return folders.map((folder) => resolve(folder));
    if (!server.getClientCapabilities()?.roots) return [process.cwd()];
    const { roots } = await server.listRoots();
    return roots.filter(({ uri }) => uri.startsWith('file:')).map(({ uri }) => fileURLToPath(uri));
  };
  let known: Promise<readonly string[]> | undefined;
  const place = createWorkplace({ allowOutside, log });
  const whereAgentsWork = async (): Promise<Workplace> => place.within(await (known ??= ofClient()));
  server.setNotificationHandler(protocol.RootsListChangedNotificationSchema, () => {
    known = undefined;
  });
  server.setRequestHandler(protocol.ListToolsRequestSchema, () => ({ tools: agentTools.map(describeTool) }));
  server.setRequestHandler(protocol.CallToolRequestSchema, async ({ params }, { signal, _meta, sendNotification }) => {
    if (!agentTools.some(({ name }) => name === params.name))
      throw new protocol.McpError(protocol.ErrorCode.InvalidParams, unknownTool(params.name));
    const token = _meta?.progressToken;
    const tell = risingProgress((progress) => {
      if (token === undefined) return;
      void sendNotification({
        method: 'notifications/progress',
        params: { progressToken: token, ...progress },
      }).catch(() => undefined);
    });
    return answer(params.name, params.arguments, { place: await whereAgentsWork(), signal, onProgress: tell });
  });
  server.onerror = (error) => log(`A message was passed over: ${error.message.replace(/\s+/g, ' ')}`);
  await server.connect(new protocol.StdioServerTransport());
  // Whoever goes without a word is no one who cancels: what was queued works on.
  await new Promise((gone) => process.stdin.once('close', gone).once('end', gone));
  place.dispose();
}

/** A tool as the protocol lists it; a client asks a person before it calls what is not read-only. */
const describeTool = ({ name, title, description, schema, effect }: AgentTool) => ({
  name,
  title,
  description,
  inputSchema: schema,
  annotations: { title, readOnlyHint: effect === 'read', destructiveHint: false, openWorldHint: false },
});

/** A refusal is an answer too, which the model reads and may mend. */
async function answer(
  name: string,
  given: unknown,
  { place, ...options }: CallOptions & { readonly place: Workplace },
): Promise<{ readonly content: { type: 'text'; text: string }[]; readonly isError?: true }> {
  try {
    return { content: [{ type: 'text', text: await callTool(name, given, place, options) }] };
  } catch (error) {
    if (process.env.PROMPT_TUNER_DEBUG) process.stderr.write(`${traceOf(error)}\n`);
    return { content: [{ type: 'text', text: refusalText(error) }], isError: true };
  }
}

/** The least by which one notification is above the one before: the protocol asks that progress rises. */
const leastRise = 0.001;

function risingProgress(
  send: (progress: { readonly progress: number; readonly total: number; readonly message: string }) => void,
): NonNullable<CallOptions['onProgress']> {
  let last = -leastRise;
  return ({ done, all, sentence }) => {
    last = Math.max(done, last + leastRise);
    send({ progress: last, total: all, message: sentence });
  };
}

/** Whoever has started the server in a folder trusts it, as with every command. */
function createWorkplace({ allowOutside, log }: Pick<McpCommand, 'allowOutside' | 'log'>) {
  let readable: readonly string[] | undefined;
  const queue = createQueueClient({
    module: join(__dirname, 'trainer.js'),
    settings: () => ({
      version: promptTunerVersion,
      nodePath: '',
      threads: Number(process.env.PROMPT_TUNER_THREADS ?? 0),
      parallelRuns: 1,
      whenClosed: 'continue',
      ...(readable && { within: readable }),
    }),
    log,
    yieldsToWindows: true,
  });
  return {
    within(folders: readonly string[]): Workplace {
      readable = allowOutside ? undefined : folders;
      confineReading(readable);
      return { folders, isTrusted: true, queue, read: readTemplate, save: () => Promise.resolve() };
    },
    dispose: () => queue.dispose(),
  };
}

async function readTemplate(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Failure(
      'template-missing',
      l10n.t`The template cannot be read.`,
      { file: path },
      l10n.t`Check the path.`,
    );
  });
  return withoutByteOrderMark(text);
}
