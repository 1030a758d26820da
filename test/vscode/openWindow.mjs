import { longestMilliseconds } from '../support/running/until.mjs';

/** Opens an empty window of one size in which nothing turns; its waits end no earlier than those of the tests. */
export async function openWindow(browser) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  page.setDefaultTimeout(longestMilliseconds);
  await page.addInitScript(standStill);
  return page;
}

/** Runs in each frame before its own scripts: what turns and runs would be drawn again as long as it is there. */
function standStill() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('.progress-bit, [class*="codicon"], [class*="codicon"]::before { animation: none !important; }');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
