import { isNumber, isText, listOf, object, oneOf, type Infer } from '../../channel/guards';
import { adapterFiles } from '../../adapters/peft';
import { isSplit } from '../../runs/record/words/recordWords';

/** The version of the form in which runs are shared. */
export const sharedFormat = 1;
export const sharedKind = 'prompt-tuner run';
export const manifestName = 'share.json';
export const recordName = 'run.json';
export const labelsFile = 'labels.json';
export const readmeName = 'README.md';

/** Files of the run's folder that are shared only where rows are. */
export const rowFiles = { predictions: 'predictions.jsonl', samples: 'samples.jsonl' } as const;
/** Those that are shared where the run has them. */
export const numberFiles = { metrics: 'metrics.jsonl', instruction: 'instruction.json' } as const;
export const adapterNames: readonly string[] = Object.values(adapterFiles).map((name) => `adapter/${name}`);

/** Files that are put into the folder of an imported run as they are. */
export const runFileNames: ReadonlySet<string> = new Set([
  labelsFile,
  ...Object.values(rowFiles),
  ...Object.values(numberFiles),
  ...adapterNames,
]);

/** Whether a shared run may hold a file of this name; the template that it asks with is there for people to read. */
export const isSharedName = (name: string): boolean =>
  runFileNames.has(name) ||
  name === manifestName ||
  name === recordName ||
  name === readmeName ||
  (!/[\\/\u0000-\u001F]/.test(name) && /^[^.].*\.prompt$/.test(name));

/** Bytes of all files together that a shared run may have. */
export const mostBytes = 2 ** 30;

/** What a shared run says of itself in `share.json`. */
export const isManifest = object({
  kind: oneOf(sharedKind),
  format: oneOf(sharedFormat),
  promptTuner: isText,
  run: isText,
  /** The model by its name and hash. */
  model: object({ name: isText, sha256: isText }),
  /** The data by name and hash; of a share of a file's rows, the hash is that of the rows. */
  data: listOf(object({ split: isSplit, name: isText, rows: isNumber, sha256: isText })),
  files: listOf(object({ name: isText, bytes: isNumber, sha256: isText })),
});
export type Manifest = Infer<typeof isManifest>;
