import * as l10n from '@vscode/l10n';
import { mkdir, statfs } from 'node:fs/promises';
import { Failure } from '../../failure';
import { bytes } from '../../words/formatNumbers';
import { enumerated } from '../../words/listed';
import {
  findInHubCache,
  hubCache,
  isOffline,
  placeInSnapshot,
  repositoryCache,
  sizeOf,
  writeReference,
  type HubReference,
  type RepositoryCache,
} from './cache';
import { connectToHub, listModel, type Hub, type HubListing } from './client';
import { downloadBlob } from './download';
import { usualPatience, withRetries, type Patience, type Retries } from './retry';
import { companionFiles, findVariants, type HubFile, type Variant } from './variants';

/** What adding a model says while it works. */
export type AddEvent =
  | {
      readonly kind: 'plan';
      readonly variant: string;
      readonly bytes: number;
      readonly variants: readonly VariantSummary[];
    }
  | { readonly kind: 'progress'; readonly file: string; readonly bytes: number; readonly total: number }
  | { readonly kind: 'waiting'; readonly reason: string; readonly seconds: number };

export type VariantSummary = Pick<Variant, 'name' | 'file' | 'bytes'>;

export interface AddedModel {
  /** What to write as `model` in a template. */
  readonly id: string;
  readonly folder: string;
  readonly commit: string;
  readonly variant: string;
  readonly variants: readonly VariantSummary[];
  readonly licence: string | null;
  /** Bytes of the files, and how many of them were fetched now. */
  readonly bytes: number;
  readonly fetched: number;
}

export interface AddOptions {
  /** One of the repository's variants by name; the best for training where none is named. */
  readonly variant?: string;
  readonly signal?: AbortSignal;
  onEvent?(event: AddEvent): void;
  readonly patience?: Patience;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * Downloads a model of the hub, only the files that it takes, into the cache that the hub's own tools share.
 * The snapshot comes into being when all its files are there.
 * @throws Failure "hub-…", "disk-space", "variant-unknown"
 */
export async function addHubModel(reference: HubReference, options: AddOptions = {}): Promise<AddedModel> {
  const { environment = process.env, signal, patience = usualPatience, onEvent = () => undefined } = options;
  const cache = hubCache(environment);
  if (isOffline(environment)) throw await offline(reference, cache);
  const hub = await connectToHub(environment);
  const retries: Retries = {
    patience,
    signal,
    onPause: (failure, seconds) => onEvent({ kind: 'waiting', reason: failure.message, seconds }),
  };
  try {
    const listing = await listModel(hub, reference, (work) => withRetries(work, retries));
    const variants = findVariants(listing.files);
    const variant = chooseVariant(reference.id, { listing, variants, wanted: options.variant });
    const files = [...companionFiles(listing.files), ...variant.files];
    const summaries = variants.map(({ name, file, bytes }) => ({ name, file, bytes }));
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    onEvent({ kind: 'plan', variant: variant.name, bytes, variants: summaries });
    const repository = repositoryCache(reference.id, cache);
    const missing = await requireSpace(repository, files, reference.id);
    await fetchAll(files, { hub, reference, commit: listing.commit, repository, retries, onEvent });
    await completeSnapshot(repository, { reference, commit: listing.commit, files });
    return {
      id: writtenAs(reference),
      folder: repository.snapshot(listing.commit),
      commit: listing.commit,
      variant: variant.name,
      variants: summaries,
      licence: listing.licence ?? null,
      bytes,
      fetched: missing,
    };
  } finally {
    await hub.close();
  }
}

/** The variants of a model on the hub, without downloading any. */
export async function hubVariants(
  reference: HubReference,
  { environment = process.env, signal, patience = usualPatience }: AddOptions = {},
): Promise<readonly VariantSummary[]> {
  if (isOffline(environment)) throw await offline(reference, hubCache(environment));
  const hub = await connectToHub(environment);
  try {
    const listing = await listModel(hub, reference, (work) => withRetries(work, { patience, signal }));
    return findVariants(listing.files).map(({ name, file, bytes }) => ({ name, file, bytes }));
  } finally {
    await hub.close();
  }
}

const writtenAs = ({ id, revision }: HubReference): string => (revision === 'main' ? id : `${id}@${revision}`);

async function offline(reference: HubReference, cache: string): Promise<Failure> {
  const there = await findInHubCache(reference, cache);
  const remedy = there
    ? l10n.t`It is in the cache already (${there}): write \`model: ${writtenAs(reference)}\`.`
    : l10n.t`Unset HF_HUB_OFFLINE to download it.`;
  return new Failure('hub-offline', l10n.t`Downloads are off, because HF_HUB_OFFLINE is set.`, {}, remedy);
}

function chooseVariant(
  id: string,
  {
    listing,
    variants,
    wanted,
  }: { readonly listing: HubListing; readonly variants: readonly Variant[]; readonly wanted?: string },
): Variant {
  const has = (path: string): boolean => listing.files.some((file) => file.path === path);
  if (variants.length === 0)
    throw new Failure(
      'hub-unfit',
      l10n.t`"${id}" holds no model that can be opened: neither ONNX nor safetensors nor GGUF files.`,
      {},
      l10n.t`Choose a repository with an onnx folder, such as those of onnx-community.`,
    );
  const lacking = ['config.json', 'tokenizer.json'].filter((path) => !has(path));
  const chosen =
    wanted === undefined ? variants[0]! : variants.find(({ name, file }) => name === wanted || file === wanted);
  if (!chosen)
    throw new Failure(
      'variant-unknown',
      l10n.t`"${id}" has no variant "${String(wanted)}".`,
      {},
      l10n.t`It has ${enumerated(variants.map(({ name }) => name))}.`,
    );
  if (lacking.length > 0 && !chosen.name.startsWith('gguf'))
    throw new Failure(
      'hub-unfit',
      l10n.t`"${id}" lacks ${lacking.reduce((all, one) => l10n.t`${all} and ${one}`)}.`,
      {},
      l10n.t`Choose a repository that holds the tokenizer too.`,
    );
  return chosen;
}

/** Space kept free beside the model. */
const spareBytes = 100e6;

/** @returns bytes still to be fetched. @throws Failure "disk-space" before anything is fetched */
async function requireSpace(repository: RepositoryCache, files: readonly HubFile[], id: string): Promise<number> {
  const missing = await Promise.all(
    files.map(async ({ hash, size }) =>
      (await sizeOf(repository.blob(hash))) === size
        ? 0
        : size - Math.min(size, (await sizeOf(`${repository.blob(hash)}.incomplete`)) ?? 0),
    ),
  );
  const needed = missing.reduce((sum, size) => sum + size, 0);
  await mkdir(repository.folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new Failure(
      'not-writable',
      l10n.t`The cache cannot be written to (${String(error.code)}).`,
      { file: repository.folder },
      l10n.t`Set HF_HOME to a folder that you may write to.`,
    );
  });
  const { bavail, bsize } = await statfs(repository.folder);
  if (needed > 0 && needed + spareBytes > bavail * bsize) {
    throw new Failure(
      'disk-space',
      l10n.t`"${id}" needs ${bytes(needed)} and ${bytes(bavail * bsize)} are free.`,
      { file: repository.folder },
      l10n.t`Free some space, choose a smaller variant, or set HF_HOME to a folder on a larger disk.`,
    );
  }
  return needed;
}

interface Fetching {
  readonly hub: Hub;
  readonly reference: HubReference;
  readonly commit: string;
  readonly repository: RepositoryCache;
  readonly retries: Retries;
  onEvent(event: AddEvent): void;
}

/** Small files first, so that what is wrong with a model shows before its weights come. */
async function fetchAll(
  files: readonly HubFile[],
  { hub, reference, commit, repository, retries, onEvent }: Fetching,
): Promise<void> {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  let before = 0;
  for (const file of [...files].sort((a, b) => a.size - b.size)) {
    await downloadBlob(
      {
        hub,
        commit,
        repository,
        retries,
        id: reference.id,
        onProgress: ({ path }, bytes) => onEvent({ kind: 'progress', file: path, bytes: before + bytes, total }),
      },
      file,
    );
    before += file.size;
  }
}

async function completeSnapshot(
  repository: RepositoryCache,
  {
    reference,
    commit,
    files,
  }: { readonly reference: HubReference; readonly commit: string; readonly files: readonly HubFile[] },
): Promise<void> {
  for (const { path, hash } of files) await placeInSnapshot(repository, { commit, file: path, hash });
  if (reference.revision !== commit) await writeReference(repository, reference.revision, commit);
}
