import { readFileSync } from 'node:fs';

/** The texts of `package.json` in a language, by key. */
export type ManifestTexts = Readonly<Record<string, string>>;

/** What VS Code reads for a language beside package.json: English where none is named. */
export function readManifestTexts(language?: string): ManifestTexts {
  const file = language === undefined ? 'package.nls.json' : `package.nls.${language}.json`;
  return JSON.parse(readFileSync(file, 'utf8')) as ManifestTexts;
}

/** `package.json` as VS Code shows it: each `%key%` is its text. */
export function readManifest(language?: string): unknown {
  const texts = readManifestTexts(language);
  return JSON.parse(readFileSync('package.json', 'utf8'), (_, value: unknown) => {
    const key = typeof value === 'string' ? keyOf(value) : undefined;
    return key === undefined ? value : (texts[key] ?? value);
  });
}

/** The key that a value of package.json stands for, if it is one. */
export function keyOf(value: string): string | undefined {
  return /^%([\w.-]+)%$/.exec(value)?.[1];
}
