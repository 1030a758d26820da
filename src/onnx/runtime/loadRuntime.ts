import * as l10n from '@vscode/l10n';
import type * as ort from 'onnxruntime-node';
import { Failure } from '../../failure';

export type OnnxRuntime = typeof ort;

let loaded: Promise<OnnxRuntime> | undefined;

/**
 * ONNX Runtime, loaded when it is first needed, so that what runs no graph works where there is none.
 * @throws Failure "runtime-missing" where this platform has none, or its library cannot be loaded
 */
export function loadRuntime(): Promise<OnnxRuntime> {
  loaded ??= import('onnxruntime-node').then(
    (runtime) => {
      // A provider that cannot be loaded is reported by us, in a sentence.
      runtime.env.logLevel = 'fatal';
      return runtime;
    },
    (error: Error) => {
      throw missing(error);
    },
  );
  return loaded;
}

function missing({ message }: Error): Failure {
  const reason = message.split('\n')[0]!.replace(/\.$/, '');
  return new Failure(
    'runtime-missing',
    l10n.t`ONNX Runtime cannot be loaded on ${process.platform}-${process.arch}: ${reason}.`,
    {},
    l10n.t`Install the package of a platform that has it, or measure a model that runs elsewhere.`,
  );
}
