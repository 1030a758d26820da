import { longestMilliseconds } from '../support/running/until.mjs';

/** Opens an empty window of one size in which nothing moves; its waits end no earlier than those of the tests. */
export async function openWindow(browser) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  page.setDefaultTimeout(longestMilliseconds);
  await page.addInitScript(standStill);
  return page;
}

/** Runs in each frame before its own scripts: what moves would be drawn again and again, as long as it is there. */
function standStill() {
  const sheet = new CSSStyleSheet();
  // An end is told all the same, which the window waits for.
  sheet.replaceSync(`*, *::before, *::after {
    animation-duration: 1ms !important;
    animation-iteration-count: 1 !important;
    transition-duration: 1ms !important;
  }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
