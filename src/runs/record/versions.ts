import { version } from '../../../package.json';
import type { RunRecord } from './record';
import { isFreeText } from './runStage';

export const promptTunerVersion: string = version;

/**
 * How numbers are computed, counted up whenever a change moves them; the changelog says what moves. Runs without it are
 * of 1: texts had the tokens that they have by themselves, not those that they have in their place. In 2 an answer of
 * free text ended at the length of the expected one and 8 tokens more.
 */
export const numbersEdition = 3;

/** Whether the numbers of a run may be others now, although nothing that it was made from has changed. */
export const isOfOlderEdition = (run: Pick<RunRecord, 'versions' | 'settings' | 'result'>): boolean =>
  (run.versions.numbers ?? 1) < (isFreeText(run) ? numbersEdition : 2);

/** The versions that a run's numbers depend on. */
export async function readVersions(): Promise<RunRecord['versions']> {
  // Loaded late: listing runs must not load the native runtime.
  const { env } = await import('onnxruntime-node');
  const { chooseProvider } = await import('../../onnx/runtime/provider');
  const { wanted, used, why } = await chooseProvider();
  return {
    promptTuner: version,
    numbers: numbersEdition,
    node: process.version,
    onnxruntime: env.versions.node ?? env.versions.common,
    provider: used,
    ...(why !== undefined && { providerNote: `${wanted} cannot be used: ${why}` }),
  };
}
