import { describe, expect, it } from 'vitest';
import { formatShared } from '../../../src/commands/share';

const said = (more: { readonly withPredictions?: boolean; readonly examples?: number } = {}): string => {
  const shared = { run: 'r', file: '/a/r.zip', bytes: 10, files: [], withPredictions: false, examples: 0, ...more };
  return formatShared(shared).split('\n').at(-1)!;
};

describe('what is said of a run that was shared', () => {
  it('names the rows that are in it', () => {
    expect(said()).toContain('No rows are in it, but for examples that the template itself shows;');
    expect(said({ examples: 3 })).toContain(
      'No rows are in it, but for the 3 rows of train that its prompt shows as examples;',
    );
    expect(said({ withPredictions: true })).toMatch(/^The rows that were answered are in it;/);
    expect(said({ withPredictions: true, examples: 1 })).toMatch(
      /^The rows that were answered and the 1 row of train that its prompt shows as examples are in it;/,
    );
  });
});
