import type * as vscode from 'vscode';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { isNumber, isText, object, optional } from '../../../../src/channel/guards';
import type { Side } from '../../../../src/channel/messageChannel';
import { createPagePanel, type PageHost, type PageKind } from '../../../../src/views/page/createPagePanel';
import { patience } from '../../../support/running/patience';

type Listener = (value: never) => void;

/** A panel that records what becomes of it. */
class FakePanel {
  title = '';
  iconPath: unknown;
  visible = true;
  disposed = false;
  readonly revealed: (readonly unknown[])[] = [];
  readonly posted: unknown[] = [];
  private readonly listeners = new Map<string, Set<Listener>>();
  readonly webview = {
    options: {},
    html: '',
    cspSource: 'csp',
    asWebviewUri: (uri: unknown) => uri,
    postMessage: (message: unknown) => this.posted.push(message),
    onDidReceiveMessage: this.event('message'),
  };
  readonly onDidDispose = this.event('dispose');
  readonly onDidChangeViewState = this.event('state');

  constructor(
    readonly viewType: string,
    readonly where: unknown,
  ) {}

  reveal(...given: readonly unknown[]): void {
    this.revealed.push(given);
  }
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.fire('dispose', undefined);
  }
  fire(name: string, value: unknown): void {
    for (const listener of this.listeners.get(name) ?? []) listener(value as never);
  }
  listening(name: string): number {
    return this.listeners.get(name)?.size ?? 0;
  }
  private event(name: string) {
    return (listener: Listener) => {
      const all = this.listeners.get(name) ?? new Set();
      this.listeners.set(name, all.add(listener));
      return { dispose: () => all.delete(listener) };
    };
  }
}

const editor = vi.hoisted(() => ({
  panels: [] as unknown[],
  serializer: undefined as unknown,
  tabs: [] as unknown[],
  closed: [] as unknown[],
  TabInputWebview: class {
    constructor(readonly viewType: string) {}
  },
}));

vi.mock('vscode', () => ({
  env: { language: 'en' },
  l10n: { bundle: undefined },
  TabInputWebview: editor.TabInputWebview,
  ViewColumn: { Active: -1, Beside: -2 },
  Uri: { joinPath: (...parts: readonly unknown[]) => parts.join('/') },
  window: {
    tabGroups: {
      get all() {
        return [{ tabs: editor.tabs }];
      },
      close: (tabs: readonly unknown[]) => editor.closed.push(...tabs),
    },
    createWebviewPanel: (viewType: string, _: string, where: unknown) => {
      const panel = new FakePanel(viewType, where);
      editor.panels.push(panel);
      return panel;
    },
    registerWebviewPanelSerializer: (_: string, serializer: unknown) => {
      editor.serializer = serializer;
      return { dispose: () => (editor.serializer = undefined) };
    },
  },
}));

const side = {
  calls: { add: { request: object({ n: isNumber }), result: isNumber } },
  events: { news: object({ text: isText }) },
} as const satisfies Side;
const isOpening = object({ key: isText, note: optional(isText) });
interface Opening {
  readonly key: string;
  readonly note?: string;
}

const log: string[] = [];
let hosts: PageHost<typeof side>[] = [];

const kind: PageKind<typeof side, Opening> = {
  viewType: 'test.page',
  name: 'page',
  title: 'Page',
  side,
  keyOf: ({ key }) => key,
  column: 'active',
  restore: (kept) => (isOpening(kept) ? kept : undefined),
  serve(host, { key, note }) {
    hosts.push(host);
    log.push(`serve ${key} ${note ?? ''}`.trim());
    return {
      handlers: { add: ({ n }) => n + 1 },
      reopen: (next) => log.push(`reopen ${key} ${next.note ?? ''}`.trim()),
      seen: () => log.push(`seen ${key}`),
      dispose: () => log.push(`dispose ${key}`),
    };
  },
};

const panels = () => editor.panels as FakePanel[];
const pagesOf = (more: Partial<typeof kind> = {}) => createPagePanel('extension' as never, { ...kind, ...more });
function restored(state: unknown): FakePanel {
  const panel = new FakePanel(kind.viewType, undefined);
  const serializer = editor.serializer as vscode.WebviewPanelSerializer;
  void serializer.deserializeWebviewPanel(panel as never, state);
  return panel;
}

describe('the pages of a kind', () => {
  beforeEach(() => {
    editor.panels.length = 0;
    editor.tabs.length = 0;
    editor.closed.length = 0;
    log.length = 0;
    hosts = [];
  });

  it('are one a key: a page that is open is brought to the front, and hears of the new opening', () => {
    const pages = pagesOf();
    pages.open({ key: 'a' });
    pages.open({ key: 'b' });
    pages.open({ key: 'a', note: 'again' });
    expect(panels()).toHaveLength(2);
    expect(panels()[0]!.revealed).toEqual([[]]);
    expect(panels()[0]!.where).toEqual({ viewColumn: -1, preserveFocus: false });
    expect(log).toEqual(['serve a', 'serve b', 'reopen a again']);
  });

  it('leave the focus in the editor where they open beside it', () => {
    const pages = pagesOf({ column: 'beside' });
    pages.open({ key: 'a' });
    pages.open({ key: 'a' });
    expect(panels()[0]!.where).toEqual({ viewColumn: -2, preserveFocus: true });
    expect(panels()[0]!.revealed).toEqual([[undefined, true]]);
  });

  it('answer calls and send events, under a policy that lets only their own script run', async () => {
    pagesOf().open({ key: 'a' });
    const [panel] = panels();
    expect(panel!.webview.html).toContain("default-src 'none'");
    expect(panel!.webview.html).toContain('/page.js');
    hosts[0]!.send('news', { text: 'hello' });
    panel!.fire('message', { mark: 'prompt-tuner', kind: 'call', id: 1, name: 'add', request: { n: 4 } });
    await vi.waitFor(() => expect(panel!.posted).toHaveLength(2), patience);
    expect(panel!.posted).toMatchObject([
      { kind: 'event', name: 'news', event: { text: 'hello' } },
      { kind: 'result', id: 1, result: 5 },
    ]);
  });

  it('are told when they are seen again, and say whether they are', () => {
    const pages = pagesOf();
    pages.open({ key: 'a' });
    const [panel] = panels();
    panel!.visible = false;
    panel!.fire('state', undefined);
    expect([pages.isSeen('a'), hosts[0]!.isVisible()]).toEqual([false, false]);
    panel!.visible = true;
    panel!.fire('state', undefined);
    expect([pages.isSeen('a'), pages.isSeen('b')]).toEqual([true, false]);
    expect(log).toEqual(['serve a', 'seen a']);
  });

  it('show what stands on the tab: title and icon, each without the other', () => {
    pagesOf().open({ key: 'a' });
    const [panel] = panels();
    const icon = panel!.iconPath;
    hosts[0]!.show({ title: 'Another' });
    expect([panel!.title, panel!.iconPath]).toEqual(['Another', icon]);
  });

  it('come back after a restart, and close where what was kept says nothing', () => {
    pagesOf();
    const [back, foreign] = [restored({ key: 'a', note: 'kept' }), restored({ other: 1 })];
    expect([back.disposed, foreign.disposed]).toEqual([false, true]);
    expect(back.webview.html).toContain('/page.js');
    expect(log).toEqual(['serve a kept']);
  });

  it('are one after a restart too: a page that was opened meanwhile stays, the restored one goes', () => {
    const pages = pagesOf();
    pages.open({ key: 'a' });
    expect(restored({ key: 'a' }).disposed).toBe(true);
    expect(panels()[0]!.disposed).toBe(false);
    expect(log).toEqual(['serve a']);
  });

  it('take the place of a tab that was not looked at since a reload, where all pages of the kind are one', () => {
    const tabs = ['mainThreadWebview-test.page', 'mainThreadWebview-other.page'].map((viewType) => ({
      input: new editor.TabInputWebview(viewType),
    }));
    editor.tabs.push(...tabs, { input: undefined });
    pagesOf().open({ key: 'a' });
    expect(editor.closed).toEqual([]);
    const single = pagesOf({ isSingle: true });
    single.open({ key: 'a' });
    expect(editor.closed).toEqual([tabs[0]]);
    single.open({ key: 'a' });
    expect(editor.closed).toHaveLength(1);
  });

  it('let go of everything when they are closed, and can be opened again', () => {
    const pages = pagesOf();
    pages.open({ key: 'a' });
    const [panel] = panels();
    panel!.dispose();
    expect([panel!.listening('message'), panel!.listening('state')]).toEqual([0, 0]);
    pages.open({ key: 'a' });
    expect(panels()).toHaveLength(2);
    pages.dispose();
    expect(panels()[1]!.disposed).toBe(true);
    expect(editor.serializer).toBeUndefined();
    expect(log).toEqual(['serve a', 'dispose a', 'serve a', 'dispose a']);
  });
});
