import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { keyOf, readManifest, readManifestTexts } from '../../support/text/manifest';

/** Fields whose values VS Code, tools and models read, and people do not. */
const machineRead = new Set(
  [
    'aliases canBeReferencedInPrompt command completionEvents configuration default enablement enum extensions group',
    'id injectTo key language mac modelDescription name path pattern required scope scopeName submenu tags',
    'toolReferenceName type view visibility when',
  ].flatMap((line) => line.split(' ')),
);

/** Fields all of whose inner values are such: pictures by theme, scopes of grammars, schemas of tools. */
const machineReadWithin = ['configurationDefaults', 'embeddedLanguages', 'icon', 'image', 'inputSchema', 'scopes'];

function isText(path: readonly string[]): boolean {
  const field = path.filter((part) => !/^\d+$/.test(part)).at(-1)!;
  if (path.some((part) => machineReadWithin.includes(part))) return false;
  // A name is an identifier everywhere but in the views.
  return (path[0] === 'views' && field === 'name') || !machineRead.has(field);
}

interface Manifest {
  readonly displayName: string;
  readonly description: string;
  readonly capabilities: Readonly<
    Record<'untrustedWorkspaces' | 'virtualWorkspaces', { readonly description: string }>
  >;
  readonly contributes: object;
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const english = readManifestTexts();
const others = readdirSync('.')
  .map((file) => /^package\.nls\.(.+)\.json$/.exec(file)?.[1])
  .filter((language) => language !== undefined);

/** Every text of a value, with the fields that lead to it. */
function textsOf(value: unknown, path: readonly string[] = []): readonly (readonly [path: string, text: string])[] {
  if (typeof value === 'string') return path.length === 0 || isText(path) ? [[path.join('.'), value]] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => textsOf(inner, [...path, key]));
}

const { displayName, description, capabilities, contributes } = manifest;
const { untrustedWorkspaces, virtualWorkspaces } = capabilities;
const shown = [
  displayName,
  description,
  untrustedWorkspaces.description,
  virtualWorkspaces.description,
  contributes,
].flatMap((part) => textsOf(part));

/** What a translation must leave as it is: commands and addresses of links, code, names of examples. */
const fixedParts = (text: string): readonly string[] => text.match(/\]\([^)]*\)|`[^`]*`|\*\*triage\*\*/g) ?? [];

describe('the texts of package.json', () => {
  it('are keys, each of which English has', () => {
    expect(shown.length).toBeGreaterThan(100);
    expect(shown.filter(([, text]) => english[keyOf(text) ?? ''] === undefined)).toEqual([]);
  });

  it('use every key', () => {
    const used = new Set(shown.map(([, text]) => keyOf(text)));
    expect(Object.keys(english).filter((key) => !used.has(key))).toEqual([]);
  });

  it('exist in Chinese', () => {
    expect(others).toContain('zh-cn');
  });

  it.each(others)('have the keys of English in %s, in its order', (language) => {
    expect(Object.keys(readManifestTexts(language))).toEqual(Object.keys(english));
  });

  it.each(others)('keep commands, links, code and line ends in %s', (language) => {
    for (const [key, text] of Object.entries(readManifestTexts(language))) {
      expect(fixedParts(text), key).toEqual(fixedParts(english[key]!));
      expect(text.split('\n').length, key).toBe(english[key]!.split('\n').length);
      expect(text.endsWith('…'), key).toBe(english[key]!.endsWith('…'));
    }
  });

  it.each(others)('name commands and views in %s by the titles that they have there', (language) => {
    const texts = readManifestTexts(language);
    const titles = new Set(Object.values(texts));
    const englishTitles = new Set(Object.values(english));
    const quoted = (text: string): readonly string[] =>
      [...text.matchAll(/(?<!\*)\*{1,2}([^*]+)\*{1,2}(?!\*)/g)].map(([, name]) => name!);
    for (const [key, text] of Object.entries(english)) {
      const here = quoted(texts[key]!);
      quoted(text).forEach((name, index) => {
        if (englishTitles.has(name)) expect(titles, `${key}: ${here[index]}`).toContain(here[index]);
      });
    }
  });

  it('are put in for the keys that VS Code finds', () => {
    const chinese = readManifest('zh-cn') as { contributes: { views: { promptTuner: { name: string }[] } } };
    expect(chinese.contributes.views.promptTuner.map(({ name }) => name)).toEqual(['模板', '运行', '模型']);
  });
});
