import * as l10n from '@vscode/l10n';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Server } from 'node:http';
import { Failure } from '../failure';
import type { UsedPrompt } from '../use/openPromptAt';
import { createApp } from './app';
import { servePrompt } from './servedPrompt';

export interface ServeOptions {
  readonly prompts: readonly UsedPrompt[];
  /** 0 for any that is free. */
  readonly port: number;
  readonly host: string;
  readonly apiKey?: string;
  log(line: string): void;
}

/** A server that is listening. */
export interface Serving {
  /** Where clients find it, such as `http://127.0.0.1:8080/v1`. */
  readonly address: string;
  /** Takes no more requests, and waits for those that it has. */
  close(): Promise<void>;
}

/**
 * So long an idle connection stays open. A client that sends a request as it is closed takes that for an error, and one
 * on a busy machine notices late.
 */
const idleMilliseconds = 120_000;

/** Names of this machine that nobody else can reach. */
const loopback = ['127.0.0.1', 'localhost', '[::1]', '::1'];

export const isLoopback = (host: string): boolean => loopback.includes(host) || /^127\./.test(host);

/** @throws Failure "address-unusable" where the port is in use or the host is none of this machine's */
export async function startServing({ prompts, port, host, apiKey, log }: ServeOptions): Promise<Serving> {
  const served = prompts.map(servePrompt);
  requireNames(served.map(({ id }) => id));
  const hosts = isLoopback(host) ? [...loopback, host] : undefined;
  const app = createApp({ prompts: served, log, ...(apiKey !== undefined && { apiKey }), ...(hosts && { hosts }) });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  server.keepAliveTimeout = idleMilliseconds;
  try {
    await listen(server, port, host);
  } catch (error) {
    for (const each of served) await each.close();
    throw unusable(error, port, host);
  }
  const { port: taken } = server.address() as AddressInfo;
  return {
    address: `http://${host.includes(':') ? `[${host}]` : host}:${taken}/v1`,
    async close() {
      const ended = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      // Those that are answered yet are closed behind their answers.
      server.keepAliveTimeout = 1;
      await ended;
      for (const each of served) await each.close();
    },
  };
}

/** @throws Failure "invalid-value" for two models of one name */
function requireNames(names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  throw new Failure(
    'invalid-value',
    l10n.t`Two of the prompts are called "${twice}", by which clients could not tell them apart.`,
    {},
    l10n.t`Serve one of them, or rename its folder or file.`,
  );
}

const listen = (server: Server, port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });

function unusable(error: unknown, port: number, host: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const refuse = (message: string, remedy: string): Failure => new Failure('address-unusable', message, {}, remedy);
  if (code === 'EADDRINUSE')
    return refuse(l10n.t`Port ${port} is in use.`, l10n.t`Give another with --port, or 0 for any.`);
  if (code === 'EACCES')
    return refuse(l10n.t`Port ${port} may not be used by you.`, l10n.t`Give one above 1023 with --port.`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return refuse(l10n.t`"${host}" is no address of this machine.`, l10n.t`Give one with --host, or leave it out.`);
  return error;
}
