import { relative } from 'node:path';
import { isInside } from '../../fileAccess';

/** A path as it is said to whoever called from the current folder: from there where it lies below it. */
export const shownPath = (path: string): string =>
  isInside(process.cwd(), path) ? relative(process.cwd(), path) || path : path;
