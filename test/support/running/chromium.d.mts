import type { Browser } from 'playwright-core';

/** Starts Chromium without a window; on Debian it is installed first when there is none. */
export function launchChromium(): Promise<Browser>;
