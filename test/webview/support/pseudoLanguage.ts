import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { placesOf } from '../../../media/l10n/collectSentences.mjs';
import { repository } from '../../support/running/paths';

type Sentences = Readonly<Record<string, string>>;

/** What a built page says, in English. */
function saidBy(page: string): readonly string[] {
  const path = join(repository, 'dist/webview', `${page}.sentences.json`);
  return JSON.parse(readFileSync(path, 'utf8')) as readonly string[];
}

/** A page's sentences in Chinese, as the extension sends them. */
export function chineseOf(page: string): Sentences {
  const path = join(repository, 'media/l10n/bundle.l10n.zh-cn.json');
  const all = JSON.parse(readFileSync(path, 'utf8')) as Sentences;
  return Object.fromEntries(saidBy(page).flatMap((key) => (all[key] === undefined ? [] : [[key, all[key]]])));
}

/** A page's sentences in a language that nobody speaks: each in brackets, and 1.6 times as long. */
export function pseudoOf(page: string): Sentences {
  return Object.fromEntries(saidBy(page).map((key) => [key, `⟦${key}${paddingOf(key)}⟧`]));
}

/** The words of a sentence once more, as far as 0.6 times its length, without its places. */
function paddingOf(sentence: string): string {
  const words = placesOf(sentence).reduce((text, place) => text.replaceAll(`{${place}}`, ''), sentence);
  return ` ${words.replace(/\s+/g, ' ').trim()}`.slice(0, Math.ceil(0.6 * sentence.length));
}
