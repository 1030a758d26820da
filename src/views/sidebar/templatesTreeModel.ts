import * as l10n from '@vscode/l10n';
import { byDeciding, decidingOf } from '../../comparison/study/studyResults';
import { relative, sep } from 'node:path';
import { templateName, templateFamily } from '../../template/read/templateName';
import { shortLoss, shortMetric } from '../../words/formatNumbers';
import { standingResults, type StandingResult } from '../../comparison/study/standingResults';
import { clauses } from '../../words/listed';
import { shortRows } from '../../runs/record/words/describeProvenance';
import { describeStanding, ofOlderText, methodWord } from '../runs/runText';
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

/** The result that stands for a method on the template. */
export interface ResultNode {
  readonly kind: 'result';
  /** The newest of the runs that it is of. */
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
  const results = resultsOf(runs, path);
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
            .map((each) => `${methodWord(each.run)} ${shortResult(each)}`)
            .join(' · ')
        : folder,
    children: [
      ...variants.map((other) => nodeOf(other, { runs, root, variants: [] }, true)),
      ...results.map((each): ResultNode => ({
        kind: 'result',
        run: each.watched,
        description: [...describeStanding(each), ...olderText(each)].join(' · '),
      })),
    ],
  };
}

interface WatchedResult extends StandingResult {
  readonly watched: WatchedRun;
}

function resultsOf(runs: readonly WatchedRun[], path: string): readonly WatchedResult[] {
  const ofTemplate = runs.filter(({ record }) => record.template.path === path);
  return standingResults(ofTemplate.map(({ record }) => record)).map((standing) => ({
    ...standing,
    watched: ofTemplate.find(({ record }) => record === standing.run)!,
  }));
}

const olderText = ({ watched: { changed } }: WatchedResult): readonly string[] => (changed ? [ofOlderText()] : []);

/** What a narrow view has room for: the best, and the text alone beside it; all of them stand below. */
function foremost(results: readonly WatchedResult[]): readonly WatchedResult[] {
  if (results.length < 3) return results;
  const hard = results.filter(({ run }) => run.method === 'hard');
  const best = [...results].sort(
    (a, b) =>
      Number(a.results.onTrainingRows) - Number(b.results.onTrainingRows) ||
      byDeciding(a, b) ||
      (a.results.loss ?? Infinity) - (b.results.loss ?? Infinity),
  )[0]!;
  return [...new Set([best, ...hard])];
}

function shortResult(standing: WatchedResult): string {
  const { results, result } = standing;
  const { value, scale } = decidingOf(results);
  const number = value === null ? l10n.t`loss ${shortLoss(results.loss ?? NaN)}` : shortMetric(value, scale);
  const onRows = results.onTrainingRows ? l10n.t`${number} on ${shortRows(result)}` : number;
  return clauses([onRows, ...olderText(standing)]);
}
