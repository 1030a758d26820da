import { version } from '../../../package.json';
import type { RunRecord } from './record';

export const promptTunerVersion: string = version;

/** The versions that a run's numbers depend on. */
export async function readVersions(): Promise<RunRecord['versions']> {
  // Loaded late: listing runs must not load the native runtime.
  const { env } = await import('onnxruntime-node');
  const { chooseProvider } = await import('../../onnx/runtime/provider');
  const { wanted, used, why } = await chooseProvider();
  return {
    promptTuner: version,
    node: process.version,
    onnxruntime: env.versions.node ?? env.versions.common,
    provider: used,
    ...(why !== undefined && { providerNote: `${wanted} cannot be used: ${why}` }),
  };
}
