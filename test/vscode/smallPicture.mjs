// Pictures for the walkthrough: a part of the window as WebP, which a browser makes without any library.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where they lie in the package; elsewhere unless they are asked for, so that a test leaves the tree as it is. */
const folder = process.env.PROMPT_TUNER_PICTURES ? 'media/walkthrough' : 'out/artifacts/walkthrough';
const quality = 0.72;

/** @param picture name, and the part of the page: left, top, width, height @returns `done` */
export async function smallPicture(page, { name, part: [x, y, width, height] }) {
  const png = await page.screenshot({ clip: { x, y, width, height } });
  const canvas = await page.context().browser().newPage();
  try {
    const webp = await canvas.evaluate(asWebp, [png.toString('base64'), quality]);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}.webp`), Buffer.from(webp, 'base64'));
    return 'done';
  } finally {
    await canvas.close();
  }
}

/** Runs in a page of its own. */
async function asWebp([png, quality]) {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [image.width, image.height];
  canvas.getContext('2d').drawImage(image, 0, 0);
  return canvas.toDataURL('image/webp', quality).split(',')[1];
}
