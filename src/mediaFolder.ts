import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What is shipped beside the program: models, templates, style sheets. One folder up from this source and from a bundle
 * in `dist`, three from a bundle of the tests.
 */
export const mediaFolder =
  [join(__dirname, '..', 'media'), join(__dirname, '..', '..', '..', 'media')].find((folder) =>
    existsSync(join(folder, 'models')),
  ) ?? join(__dirname, '..', 'media');
