import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Graph } from '../../onnx/graph';
import { regionOf } from '../../onnx/fileRegion';

/** The files beside the model file in which its large weights are. */
export function weightFiles(graph: Graph, file: string): readonly string[] {
  const files = new Set([...graph.initializers.values()].map((tensor) => regionOf(tensor)?.file));
  return [...files].filter((other) => other !== undefined && other !== file).sort() as string[];
}

/** The sha256 of a model: of its file, or, where its weights are in files of their own, of the hashes of all. */
export async function hashModel(files: readonly string[]): Promise<string> {
  const hashes = await Promise.all(files.map(hashFile));
  return hashes.length === 1 ? hashes[0]! : createHash('sha256').update(hashes.join('\n')).digest('hex');
}

/** A blob of the hub's cache, or of Ollama's store, is named by its hash, which was checked when it came. */
async function hashFile(path: string): Promise<string> {
  const target = await realpath(path);
  const [, named] = /^(?:sha256-)?([0-9a-f]{64})$/.exec(basename(target)) ?? [];
  if (named !== undefined && basename(dirname(target)) === 'blobs') return named;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(target, { highWaterMark: 2 ** 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
