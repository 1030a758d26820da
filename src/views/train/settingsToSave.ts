import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import { enumerated } from '../../words/listed';
import { expandGrid } from '../../template/settings/settingGrid';
import { splits } from '../../template/settings/settings';
import type { PromptTemplate } from '../../template/read/template';
import { readSplitText, splitText, type WrittenSource } from '../../template/settings/data/dataShares';
import { type FormValues } from './contract';
import { overridesOf } from './formOverrides';

/** @throws Failure "invalid-value" */
function sourceOf(text: string, split: string): WrittenSource {
  const read = readSplitText(split, text);
  if ('value' in read) return read.value;
  throw new Failure('invalid-value', read.problem, {}, l10n.t`Change data.${split}.`);
}

const yamlOf = (source: WrittenSource): string =>
  typeof source === 'string' ? JSON.stringify(source) : splitText(source);

/**
 * What `Save to Template` writes: one value each, `tune.data` whole.
 * @throws Failure "grid-not-saved": a list is a grid, which a template cannot hold
 */
export function settingsToSave(template: PromptTemplate, values: FormValues): Readonly<Record<string, string>> {
  const { varied } = expandGrid(overridesOf(values));
  if (varied.length > 0)
    throw new Failure(
      'grid-not-saved',
      varied.length === 1
        ? l10n.t`A template holds one value for each setting, and ${varied[0]!} has several.`
        : l10n.t`A template holds one value for each setting, and ${enumerated(varied)} have several.`,
      {},
      l10n.t`Keep one value, then save.`,
    );
  const written = Object.entries(values.set)
    .map(([name, text]) => [name, text.trim()] as const)
    .filter(([, text]) => text !== '');
  const files = written
    .filter(([name]) => name.startsWith('data.'))
    .map(([name, text]) => [name.slice('data.'.length), text] as const)
    .map(([split, text]) => [split, sourceOf(text, split)] as const);
  const plain = written.filter(([name]) => !name.startsWith('data.'));
  if (files.length === 0) return Object.fromEntries(plain);
  const data = { ...template.written.data, ...Object.fromEntries(files) };
  const entries = splits.flatMap((split) => (data[split] === undefined ? [] : [`${split}: ${yamlOf(data[split])}`]));
  return { ...Object.fromEntries(plain), data: `{ ${entries.join(', ')} }` };
}
