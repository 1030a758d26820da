import * as l10n from '@vscode/l10n';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../../failure';
import { readGgufHeader, type GgufHeader } from './header';
import { metadataNumber } from './metadata';

/** A file of a model that llama.cpp's gguf-split has parted, or the one file of any other. */
export interface GgufPart {
  readonly file: string;
  readonly header: GgufHeader;
}

/** `NAME-00001-of-00003.gguf`, as gguf-split calls the parts. */
const partName = /^(.+)-(\d{5})-of-(\d{5})(\.gguf)$/i;

/** Which part of how many a file is by its name; undefined for a file that is whole. */
export function partOfName(
  name: string,
): { readonly stem: string; readonly part: number; readonly of: number } | undefined {
  const [, stem, part, of] = partName.exec(name) ?? [];
  return stem === undefined ? undefined : { stem, part: Number(part), of: Number(of) };
}

/** The files of the same model beside its first part, that one first; whether they are there has not been looked at. */
export function partFiles(first: string): readonly string[] {
  const [, stem, , of, ending] = partName.exec(basename(first)) ?? [];
  if (stem === undefined) return [first];
  return Array.from({ length: Number(of) }, (_, i) =>
    join(dirname(first), `${stem}-${String(i + 1).padStart(5, '0')}-of-${of}${ending}`),
  );
}

/**
 * The parts of a model, the one with its metadata first.
 * @param header of the file
 * @throws Failure "model-missing" where a part is not beside it, "model-truncated" where one belongs to another model
 */
export function partsOf(file: string, header: GgufHeader): readonly GgufPart[] {
  const count = metadataNumber(header.metadata, 'split.count') ?? 1;
  if (count <= 1) return [{ file, header }];
  const own = metadataNumber(header.metadata, 'split.no') ?? 0;
  const named = partOfName(basename(file));
  if (named?.of !== count || named.part !== own + 1)
    throw new Failure(
      'model-missing',
      l10n.t`The file is part ${own + 1} of the ${count} that its model was split into, and is not named so.`,
      { file },
      l10n.t`Call it NAME-0000${own + 1}-of-0000${count}.gguf beside the others, or join them: llama-gguf-split \
--merge.`,
    );
  const files = partFiles(file);
  if (own !== 0)
    throw new Failure(
      'model-missing',
      l10n.t`The file is part ${own + 1} of the ${count} that its model was split into.`,
      { file },
      l10n.t`Name the first, ${basename(files[0]!)}.`,
    );
  const missing = files.find((part) => !existsSync(part));
  if (missing !== undefined)
    throw new Failure(
      'model-missing',
      l10n.t`${basename(missing)} is missing, a part of the ${count} that the model was split into.`,
      { file },
      l10n.t`Download or copy it too.`,
    );
  const parts = files.map((part, i) => (i === 0 ? { file, header } : { file: part, header: readGgufHeader(part) }));
  requireOneModel(parts);
  return parts;
}

function requireOneModel(parts: readonly GgufPart[]): void {
  const [{ header }] = parts as readonly [GgufPart];
  const foreign = parts.find(
    ({ header: { metadata } }, i) =>
      metadataNumber(metadata, 'split.no') !== i || metadataNumber(metadata, 'split.count') !== parts.length,
  );
  const stated = metadataNumber(header.metadata, 'split.tensors.count');
  const held = parts.reduce((sum, part) => sum + part.header.tensors.length, 0);
  if (!foreign && (stated === undefined || stated === held)) return;
  throw new Failure(
    'model-truncated',
    foreign
      ? l10n.t`${basename(foreign.file)} says of itself that it is another part than its name says.`
      : l10n.t`The parts of the model hold ${held} weights, and the first one says ${String(stated)}.`,
    { file: parts[0]!.file },
    l10n.t`Download or copy all parts of one model again.`,
  );
}
