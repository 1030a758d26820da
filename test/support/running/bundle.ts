import { join } from 'node:path';
import { build } from 'esbuild';

/** Bundles a program as the build does. @returns its path, from where the runtime's bindings are found */
export async function bundle(entry: string, name: string): Promise<string> {
  const outfile = join('out', 'test', 'inspection', `${name}.js`);
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    external: ['onnxruntime-node'],
  });
  return join(process.cwd(), outfile);
}
