// Draws media/icon.png, what the Marketplace and the list of extensions show, from the product's own mark.
import { readFileSync, writeFileSync } from 'node:fs';
import { launchChromium } from '../../test/support/running/chromium.mjs';

const pixels = 128;
/** The banner of the Marketplace has the same ground. */
const { color: ground } = JSON.parse(readFileSync('package.json', 'utf8')).galleryBanner;
const mark = readFileSync('media/icons/prompt-tuner.svg', 'utf8');
const page = `<style>
  body { margin: 0 }
  div { width: ${pixels}px; height: ${pixels}px; border-radius: 26px; background: ${ground}; overflow: hidden }
  svg { position: absolute; left: 10px; top: 10px; width: 108px; height: 108px; stroke-width: 1.7px }
  path { stroke: #9fc4ea }
  path:first-child { stroke: #fff }
  circle { fill: #ffc857 }
</style><div>${mark}</div>`;

const browser = await launchChromium();
try {
  const tab = await browser.newPage({ viewport: { width: pixels, height: pixels } });
  await tab.setContent(page);
  writeFileSync('media/icon.png', await tab.screenshot({ omitBackground: true }));
} finally {
  await browser.close();
}
