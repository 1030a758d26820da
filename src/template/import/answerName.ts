import { helperShapes } from '../syntax/helpers';

/**
 * A name for the answer that nothing else has: no input, no variable of a body, no helper, which could not be an answer
 * slot.
 * @param wanted names in the order in which they are tried
 */
export function freeAnswerName(wanted: readonly string[], taken: ReadonlySet<string>): string {
  const isFree = (name: string): boolean => !taken.has(name) && !Object.hasOwn(helperShapes, name);
  const found = wanted.find(isFree);
  if (found !== undefined) return found;
  for (let n = 2; ; n++) {
    const name = `${wanted[0] ?? 'answer'}_${n}`;
    if (isFree(name)) return name;
  }
}
