// Which files of ONNX Runtime a platform needs, and where they are.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Platforms that a package is made for, by VS Code's names. For darwin-x64 the runtime has no files from 1.24 on, and
 * 1.23.2, the last that has them, divides by zero on the graph of a training step.
 */
export const platforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64', 'win32-arm64'];

/** The one without a runtime, for every other platform. */
export const universal = 'universal';

export const runtimeFolder = 'node_modules/onnxruntime-node';

/** The binding, the library that it loads, and what that loads: DirectML, and the compiler of shaders for WebGPU. */
const needed = {
  linux: ['onnxruntime_binding.node', 'libonnxruntime.so.1'],
  darwin: ['onnxruntime_binding.node', 'libonnxruntime.1.dylib'],
  win32: ['onnxruntime_binding.node', 'onnxruntime.dll', 'DirectML.dll', 'dxcompiler.dll', 'dxil.dll'],
};

/**
 * Left out: the libraries of CUDA and TensorRT, which are hundreds of megabytes, and on macOS the same library once
 * more by its full version.
 */
const leftOut = /^(lib)?onnxruntime_providers_\w+\.(so|dll)$|^libonnxruntime(\.\d+){3}\.dylib$/;

/** The runtime of this machine. */
export const thisPlatform = `${process.platform}-${process.arch}`;

/** Where the runtime keeps what a platform needs, below its folder. */
export const binaryFolder = (platform) => `bin/napi-v6/${platform.replace('-', '/')}`;

/** Why there can be no package for a platform; undefined where there can. */
export function whyNotPackaged(platform, folder = runtimeFolder) {
  if (!platforms.includes(platform)) return `${platform} is none of ${platforms.join(', ')}.`;
  const missing = needed[platform.split('-')[0]].filter(
    (name) => !existsSync(join(folder, binaryFolder(platform), name)),
  );
  if (missing.length === 0) return undefined;
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return `${name} ${version} lacks ${missing.map((file) => `${binaryFolder(platform)}/${file}`).join(', ')}.`;
}

/**
 * The files of the runtime for a platform, below its folder.
 * @throws Error naming what is lacking, or a file whose use is not known
 */
export function runtimeBinaries(platform, folder = runtimeFolder) {
  const why = whyNotPackaged(platform, folder);
  if (why) throw new Error(`There is no package for ${platform}: ${why}`);
  const names = needed[platform.split('-')[0]];
  const unknown = readdirSync(join(folder, binaryFolder(platform))).filter(
    (name) => !names.includes(name) && !leftOut.test(name),
  );
  if (unknown.length > 0)
    throw new Error(
      `It is not known whether ${platform} needs ${unknown.join(', ')}: say so in src/packaging/runtimes.mjs.`,
    );
  return names.map((name) => `${binaryFolder(platform)}/${name}`);
}
