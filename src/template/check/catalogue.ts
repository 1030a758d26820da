import type { Severity } from '../text/finding';

/** One kind of finding; its paragraph in the documentation has the code as its anchor. */
export interface CatalogueEntry {
  readonly code: string;
  /** The severities it may have, the usual one first. */
  readonly severities: readonly Severity[];
  readonly title: string;
}

/** The page with a paragraph for each code, relative to the extension's root. */
export const documentationPage = 'media/docs/diagnostics.md';

function entry(code: string, severity: Severity | readonly Severity[], title: string): CatalogueEntry {
  return { code, severities: typeof severity === 'string' ? [severity] : severity, title };
}

/** Every code that a check of a template can raise, in the order of the documentation. */
export const catalogue: readonly CatalogueEntry[] = [
  entry('yaml-syntax', 'error', 'The front matter is not valid YAML'),
  entry('front-matter-open', 'error', 'The front matter is never closed'),
  entry('template-syntax', 'error', 'The body is not valid Handlebars'),
  entry('block-mismatch', 'error', 'A block is closed by another name'),
  entry('unknown-helper', 'error', 'There is no such helper'),
  entry('unknown-variable', 'warning', 'Nothing provides the variable'),
  entry('unused-input', 'information', 'An input is never used'),
  entry('unknown-key', ['warning', 'information'], 'A key has no meaning'),
  entry('invalid-value', 'error', 'A value cannot stand here'),
  entry('soft-length', 'error', 'Virtual tokens have no usable length'),
  entry('soft-id-length', 'error', 'Shared virtual tokens have two lengths'),
  entry('soft-unused-method', 'warning', 'The method ignores the virtual tokens placed here'),
  entry('soft-too-long', 'warning', 'The prompt fills the context'),
  entry('answer-slot-missing', 'error', 'The body never says where the answer goes'),
  entry('answer-slot-not-last', ['error', 'warning'], 'Text follows the answer slot'),
  entry('answer-slot-space', 'warning', 'Two spaces, or none, before the answer'),
  entry('answer-leak', 'warning', 'The prompt shows the answer'),
  entry('trailing-space', 'information', 'The prompt ends with a space'),
  entry('label-unknown', 'error', 'A label is not in the enum'),
  entry('label-missing', 'error', 'A label has no words'),
  entry('label-duplicate-word', 'error', 'One word stands for two labels'),
  entry('label-multi-token', 'information', 'A label word is several tokens'),
  entry('label-same-first-token', 'warning', 'Two labels begin with the same token'),
  entry('partial-missing', 'error', 'A partial is not there'),
  entry('partial-cycle', 'error', 'A partial includes itself'),
  entry('data-missing', 'error', 'A data file is not there'),
  entry('data-unreadable', 'error', 'A data file cannot be read'),
  entry('outside-workspace', 'error', 'A path leads out of the workspace'),
  entry('data-column', 'error', 'The data lack a column'),
  entry('data-overlap', 'warning', 'The same row is learnt from and measured on'),
  entry('data-imbalance', 'information', 'One label outweighs all others'),
  entry('example-schema', 'error', 'A demonstration does not fit the schemas'),
  entry('example-in-data', 'warning', 'A demonstration is also measured on'),
  entry('model-unknown', ['warning', 'information'], 'The model is not on this machine'),
  entry('masked-model', 'error', 'A masked language model cannot do it'),
  entry('openprompt-line', 'information', 'The body looks like OpenPrompt'),
  entry('not-checked', 'information', 'A check could not run'),
];
