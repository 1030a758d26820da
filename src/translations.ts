import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import { mediaFolder } from './mediaFolder';

/** Names the language in which a process of ours says its sentences, such as `zh-cn`; English without it. */
const variable = 'PROMPT_TUNER_LANGUAGE';

let language: string | undefined;

/**
 * Lets this process say its sentences in a language from now on.
 * @param sentences of the language by the English ones, which stay where one is missing
 */
export function useLanguage(name: string, sentences: Readonly<Record<string, string>> | undefined): void {
  language = name;
  if (sentences) l10n.config({ contents: sentences });
}

/** Lets this process say its sentences in the language that the environment names, where it is one that we have. */
export function useLanguageOfEnvironment(): void {
  const name = (process.env[variable] ?? '').toLowerCase();
  const path = join(mediaFolder, 'l10n', `bundle.l10n.${name}.json`);
  if (/^[a-z]+(-[a-z]+)*$/.test(name) && existsSync(path)) l10n.config({ contents: readFileSync(path, 'utf8') });
}

/** What lets a process that this one starts speak the same language. */
export function languageEnvironment(): Readonly<Record<string, string>> {
  return language === undefined ? {} : { [variable]: language };
}
