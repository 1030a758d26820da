import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { currentPages } from '../../../src/documentation/pages';
import { table, withRegion } from '../../../src/documentation/regions';

const packed = readFileSync('.vscodeignore', 'utf8')
  .split('\n')
  .filter((line) => /^!docs\//.test(line))
  .map((line) => line.slice(1));
const pages = ['README.md', ...readdirSync('docs').map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
);

/** Pages that lead to another by a relative link, with the link's file and anchor. */
const links = pages.flatMap((page) =>
  [...readFileSync(page, 'utf8').matchAll(/\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].map(([, file = '', anchor]) => ({
    page,
    target: file === '' ? page : join(dirname(page), file).replaceAll('\\', '/'),
    anchor,
  })),
);

/** Anchors of a page's headings, as VS Code and hosts of repositories make them. */
function anchorsOf(page: string): readonly string[] {
  const headings = readFileSync(page, 'utf8')
    .replace(/^```[\s\S]*?^```/gm, '')
    .matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, title]) =>
    title!
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s-]/gu, '')
      .replace(/\s/g, '-'),
  );
}

describe('the documentation', () => {
  it('says what the sources say: npm run docs has been run', async () => {
    for (const [page, text] of await currentPages()) expect(readFileSync(page, 'utf8'), page).toBe(text);
  });

  it('leads nowhere but to files and headings that are there', () => {
    expect(links.length).toBeGreaterThan(30);
    expect(links.filter(({ target }) => !existsSync(target))).toEqual([]);
    expect(
      links.filter(
        ({ target, anchor }) => anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).includes(anchor),
      ),
    ).toEqual([]);
  });

  it('leads from pages of the package to pages of the package alone', () => {
    const given = links.filter(({ page }) => packed.includes(page));
    expect(given.length).toBeGreaterThan(10);
    expect(given.filter(({ target }) => !packed.includes(target) && !target.startsWith('media/'))).toEqual([]);
  });
});

describe('a region of a page', () => {
  const page = 'before\n<!-- made by npm run docs: a -->\nold\n<!-- end of a -->\nbehind\n';

  it('is made anew, and nothing around it', () => {
    expect(withRegion(page, 'a', 'new\n')).toBe(page.replace('old', 'new'));
  });

  it('is refused where a page lacks it, or has it twice', () => {
    expect(() => withRegion(page, 'b', '')).toThrow(/not exactly one region b/);
    expect(() => withRegion(page + page, 'a', '')).toThrow(/not exactly one region a/);
  });

  it('keeps bars and line breaks of its texts within a cell', () => {
    expect(table(['a'], [['1|2\n3']])).toBe('| a |\n|---|\n| 1\\|2 3 |');
  });
});
