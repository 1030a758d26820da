// Loads our pages in Chromium under their real content security policy, and plays the extension's part.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { Browser, ConsoleMessage, Page } from 'playwright-core';
import { afterEach, beforeAll } from 'vitest';
import type { Infer } from '../../../src/channel/guards';
import type { RequestOf, ResultOf, Side } from '../../../src/channel/messageChannel';
import type { comparisonSide } from '../../../src/views/comparison/contract';
import type { modelSide } from '../../../src/views/models/contract';
import { webviewPage } from '../../../src/views/page/webviewPage';
import type { previewSide } from '../../../src/views/preview/contract';
import type { runPageSide } from '../../../src/views/run/contract';
import type { formSide } from '../../../src/views/train/contract';
import { launchChromium } from '../../support/running/chromium.mjs';
import { repository } from '../../support/running/paths';
import { packed, playEditor, type AnswersBy, type later } from './editor';
import { longestWait } from './longestWait';
import { themes, type ThemeName } from './themes';

/** Our pages by name, each with the extension's side of its channel. */
interface Pages {
  readonly comparison: typeof comparisonSide;
  readonly form: typeof formSide;
  readonly model: typeof modelSide;
  readonly preview: typeof previewSide;
  readonly run: typeof runPageSide;
}
type PageName = keyof Pages;
type CallName<N extends PageName> = keyof Pages[N]['calls'] & string;

/** What the extension refuses a call with. */
export interface Refusal {
  readonly error: { readonly code: string; readonly message: string; readonly remedy?: string };
}

export type Answers<N extends PageName> = {
  readonly [K in CallName<N>]?: ResultOf<Pages[N]['calls'], K> | Refusal | AnswersBy | typeof later;
};

export type SentEvent<S extends Side> = {
  readonly [K in keyof S['events'] & string]: readonly [name: K, event: Infer<S['events'][K]>];
}[keyof S['events'] & string];

export interface PageOptions<N extends PageName> {
  readonly theme?: ThemeName;
  readonly answers: Answers<N>;
  /** Sent after each `show`. */
  readonly events?: readonly SentEvent<Pages[N]>[];
  readonly width?: number;
  readonly height?: number;
  /** What the editor has kept of the page. */
  readonly kept?: unknown;
  readonly reducedMotion?: 'reduce';
  /** What it says in another language than English, by the English sentences. */
  readonly sentences?: Readonly<Record<string, string>>;
}

/** A page that is open and settled, and what it has asked the extension. */
export interface OpenedPage<N extends PageName> {
  readonly page: Page;
  /** What the console and the page itself complained of. */
  readonly errors: readonly string[];
  /** Requests of a call by the time that the page has settled, in order. */
  requests<K extends CallName<N>>(name: K): Promise<readonly RequestOf<Pages[N]['calls'], K>[]>;
  /** The last request of a call. @throws when there is none */
  lastRequest<K extends CallName<N>>(name: K): Promise<RequestOf<Pages[N]['calls'], K>>;
  /** Answers the call of that name and number, from 0, that was left for later. */
  reply<K extends CallName<N>>(
    name: K,
    number: number,
    answer: ResultOf<Pages[N]['calls'], K> | Refusal,
  ): Promise<void>;
  /** Lets the extension say something. */
  send<K extends keyof Pages[N]['events'] & string>(name: K, event: Infer<Pages[N]['events'][K]>): Promise<void>;
}

/** What pages say in another language, by a number in their address: too much to stand there itself. */
const translations: Readonly<Record<string, string>>[] = [];

const html = 'text/html';
const contentTypes: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css' };

/** A tab of the browser, and how it is rid of what its last page began with. */
interface Tab {
  readonly page: Page;
  readonly leave: (() => Promise<void>)[];
}

// What takes long to start serves all files of a process.
let browser: Promise<Browser> | undefined;
let address: Promise<string> | undefined;
const free: Page[] = [];
const used: Tab[] = [];

/** Hands the tests of a file a browser and a server of the built pages. */
export function useBrowser(): void {
  beforeAll(async () => {
    browser ??= launchChromium();
    address ??= servePages();
    await browser;
  });
  afterEach(async ({ task }) => {
    for (const { page, leave } of used.splice(0)) {
      // Who looks into a failure finds no trace of it in the tests that follow.
      if (task.result?.state === 'fail' || page.isClosed()) await page.close();
      else {
        for (const each of leave) await each();
        free.push(page);
      }
    }
  });
}

async function servePages(): Promise<string> {
  const server = createServer((request, response) => {
    const { contentType, body } = contentOf(new URL(request.url ?? '', 'http://page'), request.headers.host);
    const headers = { 'content-type': contentType, ...(contentType !== html && { 'cache-control': 'max-age=3600' }) };
    response.writeHead(body === undefined ? 404 : 200, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** A tab on nothing of ours. A new one is a process, which takes longer than our pages do. */
async function takeTab(): Promise<Tab> {
  const left = free.pop();
  // Nothing of the next page is under the pointer.
  await left?.mouse.move(0, 0);
  const page = left ?? (await (await browser!).newPage());
  page.setDefaultTimeout(longestWait);
  const tab: Tab = { page, leave: [] };
  used.push(tab);
  return tab;
}

function contentOf(
  { pathname: path, searchParams }: URL,
  host = '',
): { readonly contentType: string; readonly body: Buffer | string | undefined } {
  const name = /^\/(comparison|model|preview|run|form)$/.exec(path)?.[1];
  if (name !== undefined) {
    const parts = { title: name, script: `/${name}.js`, style: `/${name}.css`, source: `http://${host}` };
    const sentences = translations[Number(searchParams.get('translation') ?? NaN)];
    return { contentType: html, body: webviewPage({ ...parts, ...(sentences && { sentences, language: 'zh-cn' }) }) };
  }
  if (path === '/favicon.ico') return { contentType: 'image/x-icon', body: '' };
  const contentType = contentTypes[extname(path)] ?? 'application/octet-stream';
  try {
    return { contentType, body: readFileSync(join(repository, 'dist/webview', path)) };
  } catch {
    return { contentType, body: undefined };
  }
}

export async function openPage<N extends PageName>(
  name: N,
  { theme = 'dark', answers, events = [], kept, sentences, ...look }: PageOptions<N>,
): Promise<OpenedPage<N>> {
  const { width = 1180, height = 820, reducedMotion } = look;
  const { page, leave } = await takeTab();
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ reducedMotion: reducedMotion ?? null });
  const errors: string[] = [];
  const take = (error: Error): void => void errors.push(error.message);
  const hear = (message: ConsoleMessage): void => {
    if (message.type() === 'error') errors.push(message.text());
  };
  page.on('pageerror', take).on('console', hear);
  const script = await page.addInitScript(playEditor, {
    theme: themes[theme],
    answers: packed(answers),
    events: packed(events),
    kept,
  });
  leave.push(async () => {
    page.off('pageerror', take).off('console', hear);
    await script.dispose();
  });
  const query = sentences ? `?translation=${translations.push(sentences) - 1}` : '';
  await page.goto((await address!) + name + query);
  await untilSettled(page);

  const requests = async (wanted: string): Promise<readonly unknown[]> => {
    await untilSettled(page);
    return page.evaluate(
      (call) => window.asked.filter((asked) => asked.name === call).map(({ request }) => request),
      wanted,
    );
  };
  return {
    page,
    errors,
    requests: requests as OpenedPage<N>['requests'],
    lastRequest: (async (wanted: string) => {
      const all = await requests(wanted);
      if (all.length === 0) throw new Error(`The page has not asked for "${wanted}".`);
      return all.at(-1);
    }) as OpenedPage<N>['lastRequest'],
    async reply(wanted, number, answer) {
      const which = { call: wanted as string, number };
      await page.waitForFunction(
        ({ call, number: at }) => window.asked.filter(({ name: made }) => made === call).length > at,
        which,
      );
      await page.evaluate(
        ({ call, number: at, given }) => {
          const { id } = window.asked.filter(({ name: made }) => made === call)[at]!;
          const failed = typeof given === 'object' && given !== null && 'error' in given;
          window.say(failed ? { kind: 'error', id, ...given } : { kind: 'result', id, result: given });
        },
        { ...which, given: answer as unknown },
      );
      await untilSettled(page);
    },
    async send(event, value) {
      await page.evaluate((message) => window.say(message), { kind: 'event', name: event, event: value as unknown });
      await untilSettled(page);
    },
  };
}

/** Waits until a page of ours has taken what it was sent and drawn it. */
export function untilSettled(page: Page): Promise<void> {
  return page.evaluate(() => window.settled());
}

/** Changes the theme of a page that is open, as the editor does. */
export async function putOn(page: Page, theme: ThemeName): Promise<void> {
  await page.evaluate((next) => window.applyTheme(next), themes[theme]);
  await untilSettled(page);
}

/** Violations of the page's content security policy. */
export function violationsIn(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => window.violations);
}
