import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { failureCodeOf, otherFailures, findingTitles } from '../../src/failureCodes';
import { repository } from '../support/running/paths';

const source = join(repository, 'src');

/** Everything in src but the catalogue itself. */
function sourceText(): string {
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && file !== 'failureCodes.ts')
    .map((file) => readFileSync(join(source, file), 'utf8'))
    .join('\n');
}

describe('the catalogue of failures', () => {
  // That no other code is raised is the compiler's to see.
  it('lists no code that nothing raises', () => {
    const text = sourceText();
    const unused = [...Object.keys(findingTitles), ...otherFailures].filter((code) => !text.includes(`'${code}'`));
    expect(unused).toEqual([]);
  });

  it('has no code twice', () => {
    expect(otherFailures.filter((code) => code in findingTitles)).toEqual([]);
  });

  it('says behind each code what it means', () => {
    const listed = readFileSync(join(source, 'failureCodes.ts'), 'utf8');
    for (const code of otherFailures) expect(listed).toMatch(new RegExp(`^  '${code}', // [A-Z].*\\.$`, 'm'));
  });

  it('takes a code of another version, or what is none, for an unexpected failure', () => {
    expect(failureCodeOf('run-busy')).toBe('run-busy');
    expect(failureCodeOf('from-the-future')).toBe('unexpected');
    expect(failureCodeOf('toString')).toBe('unexpected');
    expect(failureCodeOf(undefined)).toBe('unexpected');
  });
});
