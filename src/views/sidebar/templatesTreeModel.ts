import { relative, sep } from 'node:path';
import { templateName, templateFamily } from '../../template/read/templateName';
import { shortFraction, shortLoss } from '../../formatNumbers';
import { lastResults } from './runsTreeModel';
import { isOnTrainingRows, shortRows } from '../../runs/record/describeProvenance';
import { describeState } from '../runs/runText';
import type { WatchedRun } from '../runs/runWatcher';

/** An entry of the *Templates* view. */
export type TemplatesNode = TemplateNode | ResultNode;

export interface TemplateNode {
  readonly kind: 'template';
  readonly path: string;
  readonly label: string;
  /** The last results of each method, or while there are none the folder of the file, unless it is a variant. */
  readonly description: string;
  /** Whether it is listed under the template that it is a variant of. */
  readonly variant: boolean;
  readonly children: readonly TemplatesNode[];
}

/** The last result of a method on the template. */
export interface ResultNode {
  readonly kind: 'result';
  readonly run: WatchedRun;
  readonly description: string;
}

/**
 * The templates of a workspace, each with its variants and last results.
 * @param paths of `.prompt` files; parts (`_name.prompt`) are left out
 * @param runs newest first
 * @param root the workspace folder, to which paths are relative
 */
export function templatesTree(
  paths: readonly string[],
  runs: readonly WatchedRun[],
  root: string,
): readonly TemplateNode[] {
  const templates = paths.filter((path) => !/[\\/]_[^\\/]*$/.test(path)).sort((a, b) => a.localeCompare(b));
  const heads = templates.filter((path) => headOf(path, templates) === path);
  return heads.map((head) =>
    nodeOf(head, {
      runs,
      root,
      variants: templates.filter((path) => path !== head && headOf(path, templates) === head),
    }),
  );
}

/** The file that represents a family: the one without a variant, else the first. */
function headOf(path: string, templates: readonly string[]): string {
  const family = templates.filter((other) => templateFamily(other) === templateFamily(path));
  return family.find((other) => !templateName(other).includes('.')) ?? family[0]!;
}

interface NodeSource {
  readonly runs: readonly WatchedRun[];
  readonly root: string;
  readonly variants: readonly string[];
}

function nodeOf(path: string, { runs, root, variants }: NodeSource, variant = false): TemplateNode {
  const results = lastResults(runs, path);
  // A variant is in the folder of the template that it is listed under.
  const folder = variant ? '' : relative(root, path).split(sep).slice(0, -1).join('/');
  return {
    kind: 'template',
    path,
    variant,
    label: templateName(path),
    description:
      results.length > 0
        ? foremost(results)
            .map(({ record }) => `${record.method} ${shortResult(record)}`)
            .join(' · ')
        : folder,
    children: [
      ...variants.map((other) => nodeOf(other, { runs, root, variants: [] }, true)),
      ...results.map((run): ResultNode => ({
        kind: 'result',
        run,
        description: describeState(run.record).join(' · '),
      })),
    ],
  };
}

/** What a narrow view has room for: the best, and the text alone beside it; all of them stand below. */
function foremost(results: readonly WatchedRun[]): readonly WatchedRun[] {
  if (results.length < 3) return results;
  const hard = results.filter(({ record }) => record.method === 'hard');
  const best = [...results].sort(
    (a, b) =>
      Number(isOnTrainingRows(a.record.result!)) - Number(isOnTrainingRows(b.record.result!)) ||
      b.record.result!.accuracy - a.record.result!.accuracy ||
      a.record.result!.loss - b.record.result!.loss,
  )[0]!;
  return [...new Set([best, ...hard])];
}

function shortResult({ result }: WatchedRun['record']): string {
  const number = Number.isFinite(result!.accuracy)
    ? shortFraction(result!.accuracy)
    : `loss ${shortLoss(result!.loss)}`;
  return isOnTrainingRows(result!) ? `${number} on ${shortRows(result!)}` : number;
}
