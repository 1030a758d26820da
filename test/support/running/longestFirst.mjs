import { BaseSequencer } from 'vitest/node';

/**
 * An order that begins with the files that take longest, so that none of them is left to a single worker at the end. A
 * clone without results of an earlier run knows no more of its files than their sizes.
 * @param names paths below `test/` without their ending, the longest first
 */
export function longestFirst(names) {
  const placeOf = ({ moduleId }) => {
    const place = names.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
    return place < 0 ? names.length : place;
  };
  return class extends BaseSequencer {
    async sort(files) {
      const sorted = await super.sort(files);
      return sorted.sort((a, b) => placeOf(a) - placeOf(b));
    }
  };
}
