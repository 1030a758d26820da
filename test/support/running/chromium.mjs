import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const places = [
  process.env.CHROMIUM_PATH,
  // The same engine without a window of its own, whose pages and processes a whole browser keeps for nobody to see.
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Of Debian; the first is not in all of its kin. */
const packages = ['chromium-headless-shell', 'chromium'];

/** Switches that keep the browser quiet and let it run as root and without a GPU. */
const switches = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Each frame of another origin, and a spare one for the next, would be a process of its own.
  '--disable-site-isolation-trials',
];

/** Starts Chromium without a window; on Debian it is installed first when there is none. */
export function launchChromium() {
  return chromium.launch({ executablePath: findChromium() ?? installChromium(), args: switches });
}

function findChromium() {
  return places.find((path) => path && existsSync(path));
}

function installChromium() {
  const root = process.getuid?.() === 0;
  if (process.platform === 'linux' && existsSync('/usr/bin/apt-get')) {
    console.log('No Chromium found: installing it from the packages of Debian.');
    const apt = (...words) =>
      execFileSync(root ? 'apt-get' : 'sudo', root ? words : ['-n', 'apt-get', ...words], {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      });
    // Where it fails, what to do is told below.
    const succeeds = (...words) => {
      try {
        apt(...words);
        return true;
      } catch {
        return false;
      }
    };
    if (succeeds('update')) packages.find((name) => succeeds('install', '-y', '--no-install-recommends', name));
  }
  const installed = findChromium();
  if (!installed)
    throw new Error(
      'The browser tests need Chromium. Install it (Debian: apt-get install chromium), or name it in CHROMIUM_PATH.',
    );
  return installed;
}
