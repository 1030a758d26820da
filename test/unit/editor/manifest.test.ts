import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describe } from 'vitest';

interface Manifest {
  readonly contributes: {
    readonly languages: readonly { readonly configuration: string; readonly icon: Readonly<Record<string, string>> }[];
    readonly grammars: readonly { readonly scopeName: string; readonly path: string }[];
    readonly snippets: readonly { readonly path: string }[];
    readonly commands: readonly { readonly command: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
  };
}

const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;

describe('package.json', () => {
  it('names only files that are there', () => {
    const paths = [
      ...contributes.languages.flatMap(({ configuration, icon }) => [configuration, ...Object.values(icon)]),
      ...contributes.grammars.map(({ path }) => path),
      ...contributes.snippets.map(({ path }) => path),
    ];
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  });

  it('puts only commands into menus that it contributes', () => {
    const known = contributes.commands.map(({ command }) => command);
    expect(new Set(known).size).toBe(known.length);
    expect(Object.values(contributes.menus).flat().filter(({ command }) => !known.includes(command))).toEqual([]);
  });
});

describe('the snippets', () => {
  const snippets = JSON.parse(readFileSync('media/snippets/dotprompt.json', 'utf8')) as Readonly<Record<string, { readonly prefix: string; readonly body: string | readonly string[] }>>;

  it('have prefixes of their own', () => {
    const prefixes = Object.values(snippets).map(({ prefix }) => prefix);
    expect(new Set(prefixes).size).toBe(prefixes.length);
  });

  it('close every pair of braces that they open, placeholders aside', () => {
    for (const [name, { body }] of Object.entries(snippets)) {
      let text = [body].flat().join('\n');
      // From the inside outwards: a placeholder may hold another.
      for (let before = ''; before !== text;) {
        before = text;
        text = text.replace(/\$\{\d+(?:[:|]([^${}]*?)\|?)?\}|\$\d+|\$TM_\w+/g, '$1');
      }
      const opened = text.match(/\{\{/g)?.length ?? 0;
      expect(text.match(/\}\}/g)?.length ?? 0, `${name}: ${text}`).toBe(opened);
    }
  });
});
