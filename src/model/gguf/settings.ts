import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import type { MetadataValue } from './header';
import type { Metadata } from './metadata';

/** The settings of a GGUF file's own architecture, `ARCHITECTURE.…`, read strictly. */
export interface GgufSettings {
  readonly architecture: string;
  /** A setting that is a number; undefined where it is missing. @throws Failure "model-configuration" */
  number(name: string): number | undefined;
  /** A setting that is true or false; undefined where it is missing. @throws Failure "model-configuration" */
  flag(name: string): boolean | undefined;
  /** A setting in words; undefined where it is missing. @throws Failure "model-configuration" */
  word(name: string): string | undefined;
  /** As the file has it. */
  value(name: string): MetadataValue | undefined;
}

export function settingsOf(metadata: Metadata, architecture: string): GgufSettings {
  const value = (name: string): MetadataValue | undefined => metadata.get(`${architecture}.${name}`);
  const ofKind =
    <T extends MetadataValue>(is: (found: MetadataValue) => found is T, kind: string) =>
    (name: string): T | undefined => {
      const found = value(name);
      if (found === undefined || is(found)) return found;
      throw new Failure(
        'model-configuration',
        l10n.t`The file's setting ${architecture}.${name} is ${shortened(found)}, and not ${kind}.`,
        {},
        elsewhere(),
      );
    };
  return {
    architecture,
    value,
    number: ofKind((found): found is number => typeof found === 'number', l10n.t`a number`),
    flag: ofKind((found): found is boolean => typeof found === 'boolean', l10n.t`true or false`),
    word: ofKind((found): found is string => typeof found === 'string', l10n.t`a word`),
  };
}

const elsewhere = () => l10n.t`Choose another file of the model, or open its safetensors or ONNX repository instead.`;

function shortened(value: MetadataValue): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
