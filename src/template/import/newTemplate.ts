import * as l10n from '@vscode/l10n';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mediaFolder } from '../../mediaFolder';
import { fileName } from './imported';
import type { Imported } from './imported';

export type TemplateKind =
  'classification' | 'extraction' | 'generation' | 'pairs' | 'chat-classification' | 'chat-generation';

/** The kinds of task a new template can begin with. */
export const templateKinds: readonly {
  readonly kind: TemplateKind;
  readonly title: () => string;
  readonly detail: () => string;
}[] = [
  { kind: 'classification', title: () => l10n.t`Classification`, detail: () => l10n.t`one text, one of a few labels` },
  { kind: 'extraction', title: () => l10n.t`Extraction`, detail: () => l10n.t`one text, a piece of it as the answer` },
  { kind: 'generation', title: () => l10n.t`Generation`, detail: () => l10n.t`one text, a text as the answer` },
  { kind: 'pairs', title: () => l10n.t`Pairs of Texts`, detail: () => l10n.t`two texts, how they relate` },
  {
    kind: 'chat-classification',
    title: () => l10n.t`Classification as a Chat`,
    detail: () => l10n.t`messages of system and user, one of a few labels as the answer`,
  },
  {
    kind: 'chat-generation',
    title: () => l10n.t`Generation as a Chat`,
    detail: () => l10n.t`messages of system and user, a text as the answer`,
  },
];

/**
 * A template of a kind with two small data files, ready to be changed: those of `media/templates` under another name.
 * @param name what it is called; becomes the name of its files
 */
export async function newTemplate(kind: TemplateKind, name: string): Promise<Imported> {
  const base = fileName(name);
  const read = (file: string) => readFile(join(mediaFolder, 'templates', file), 'utf8');
  const dataFile = (of: string, split: string) => `data/${of}.${split}.jsonl`;
  // A chat learns from the rows of the same task as one text.
  const rows = kind.replace('chat-', '');
  const [template, train, dev] = await Promise.all([
    read(`${kind}.prompt`),
    read(dataFile(rows, 'train')),
    read(dataFile(rows, 'dev')),
  ]);
  return {
    files: [
      { path: `${base}.prompt`, text: template.replaceAll(`data/${rows}.`, () => `data/${base}.`) },
      { path: dataFile(base, 'train'), text: train },
      { path: dataFile(base, 'dev'), text: dev },
    ],
    notCarried: [],
  };
}
