import type { RunRecord } from '../../runs/record/record';
import { templateName } from '../../template/read/templateName';
import { runMethods } from '../../runs/record/words/recordWords';
import type { Study } from './studies';

/**
 * What the others are measured against: the study wanted, if it has results; else the hard prompt of the template
 * itself rather than of a variant, the newest of several; without a hard prompt, the first trained method; answers
 * from elsewhere only where there is nothing else. The order of the studies does not matter.
 * @param wanted key of a study
 * @returns the key of a study that has results; null where none has
 */
export function chooseBaseline(studies: readonly Study[], wanted?: string | null): string | null {
  const measured = studies.filter(hasResults);
  const found = measured.find(({ key }) => key === wanted) ?? [...measured].sort(byRank)[0];
  return found?.key ?? null;
}

export function hasResults({ runs }: Study): boolean {
  return runs.some(({ result }) => result);
}

function byRank({ runs: [a] }: Study, { runs: [b] }: Study): number {
  return (
    runMethods.indexOf(a.method) - runMethods.indexOf(b.method) ||
    variantDepth(a) - variantDepth(b) ||
    a.template.path.localeCompare(b.template.path) ||
    b.created.localeCompare(a.created)
  );
}

/** 0 for `name.prompt`, 1 for `name.variant.prompt`. */
function variantDepth({ template: { path } }: RunRecord): number {
  return templateName(path).split('.').length - 1;
}
