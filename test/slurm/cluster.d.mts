import type { ChildProcess } from 'node:child_process';

export interface Daemon {
  readonly child: ChildProcess;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export interface Cluster {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly nodes: Record<'n1' | 'n2', Daemon>;
  /** Runs a command of Slurm. @returns what it prints */
  call(program: string, ...args: readonly string[]): string;
  /** Nodes, jobs and the end of the controller's log, for whoever has waited in vain. */
  seen(): string;
  stopController(): Promise<void>;
  startController(): Promise<void>;
  startNode(name: 'n1' | 'n2'): void;
  stop(): Promise<void>;
}

export function whyNot(): string | undefined;
export function startCluster(): Promise<Cluster>;
