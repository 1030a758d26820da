import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { otherFailures } from '../../../../src/failureCodes';
import { catalogue, documentationPage } from '../../../../src/template/check/catalogue';
import { repository as root } from '../../../support/running/paths';

const page = readFileSync(join(root, documentationPage), 'utf8');
const sections = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .map((section) => [/^[\w-]+/.exec(section)![0], section]),
);

/** Codes that the checks write, as they stand in the source. */
function codesInSource(): ReadonlySet<string> {
  const folder = join(root, 'src', 'template');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const drafts = files.map((file) => readFileSync(join(folder, file), 'utf8'));
  return new Set(
    drafts.flatMap((text) =>
      [...text.matchAll(/code: '([a-z-]+)', severity/g), ...text.matchAll(/code: '([a-z-]+)',\s+severity/g)].map(
        (match) => match[1]!,
      ),
    ),
  );
}

describe('the catalogue of findings', () => {
  it('has a paragraph with the code as its anchor for each finding and each failure, and no other', () => {
    expect([...sections.keys()].sort()).toEqual([...catalogue.map(({ code }) => code), ...otherFailures].sort());
  });

  it.each(catalogue)('is repeated by the paragraph on $code: title and severities', ({ code, title, severities }) => {
    const section = sections.get(code)!;
    expect(section).toContain(`**${title()}**`);
    for (const severity of severities) expect(section).toContain(severity);
  });

  it('lists every code that a check can raise, and none that no check raises', () => {
    expect([...codesInSource()].sort()).toEqual(catalogue.map(({ code }) => code).sort());
  });
});
