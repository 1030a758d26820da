import { Worker } from 'node:worker_threads';
import { openChannel, silentSide } from '../channel/messageChannel';
import { threadTransport } from '../channel/threadTransport';
import type { ComparisonAnalysis, ComparisonSubject } from '../comparison/analysis/subject';
import { Failure } from '../failure';
import { analysisSide } from './inspectorContract';

/** Analyses a comparison; a newer question ends the one before. */
export type Analyse = (subject: ComparisonSubject) => Promise<ComparisonAnalysis>;

/**
 * Lets a thread analyse comparisons, so that this process answers other questions meanwhile. Each question has a thread
 * of its own, which is gone with what it has read once it has answered; the process takes the last one with it.
 * @param program the bundle of the thread
 * @returns the analysis; it throws Failure "outdated" when a newer question came, "analysis-ended" when the thread
 *   died, or whatever the analysis throws
 */
export function createAnalysisThread(program: string): Analyse {
  let newest = new AbortController();
  return (subject) => {
    newest.abort();
    newest = new AbortController();
    return analyseInThread(program, subject, newest.signal);
  };
}

async function analyseInThread(
  program: string,
  subject: ComparisonSubject,
  signal: AbortSignal,
): Promise<ComparisonAnalysis> {
  const thread = new Worker(program);
  const channel = openChannel({
    transport: threadTransport(thread),
    local: silentSide,
    handlers: {},
    remote: analysisSide,
    listeners: {},
  });
  try {
    return await Promise.race([channel.call('analyse', subject), endOf(thread), abortOf(signal)]);
  } finally {
    channel.close('The analysis has ended.');
    void thread.terminate();
  }
}

/** @throws Failure "analysis-ended" when the thread ends by itself, such as when memory ran out */
function endOf(thread: Worker): Promise<never> {
  return new Promise((_, reject) => {
    const end = (how: string) => reject(new Failure('analysis-ended', `The thread of the analysis ${how}.`));
    thread.on('error', (error: Error) => end(`failed: ${error.message}`));
    thread.on('exit', (code) => end(`ended with exit code ${code}`));
  });
}

function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const outdated = () =>
      reject(new Failure('outdated', 'The comparison has changed meanwhile.', {}, 'Wait for the new one.'));
    signal.addEventListener('abort', outdated, { once: true });
  });
}
