import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { repository } from '../../support/running/paths';
import { themeNames } from './themes';

const artifacts = join(repository, 'out/artifacts');
/** Where all tests run, most of their time would be pictures that hardly anybody looks at. */
const ofFirstThemeAlone = process.env.PROMPT_TUNER_FEW_PICTURES !== undefined;
const otherThemes = new RegExp(`-(?:${themeNames.slice(1).join('|')})(?:-|$)`);

/**
 * Keeps a picture for who works on a page.
 * @param name has that of the theme in it, where it is taken in each
 */
export async function keepPicture(
  of: Pick<Page | Locator, 'screenshot'>,
  name: string,
  options: { readonly fullPage?: boolean } = {},
): Promise<void> {
  if (ofFirstThemeAlone && otherThemes.test(name)) return;
  await of.screenshot({ path: join(artifacts, `${name}.png`), ...options });
}
