import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { openChannel, silentSide, type Channel, type Handlers, type Side } from '../../channel/messageChannel';
import { pageOptions, panelTransport, productIcon, reportRefusal, showPage } from './pagePanel';

/** A panel as the code that serves its page sees it. */
export interface PageHost<S extends Side> {
  /** Sends an event to the page; a hidden page receives nothing. */
  readonly send: Channel<S, typeof silentSide>['send'];
  readonly isVisible: () => boolean;
  /** Changes title or icon of the tab. */
  show(tab: { readonly title?: string; readonly icon?: vscode.WebviewPanel['iconPath'] }): void;
}

/** What answers one page for as long as it is open. */
export interface ServedPage<S extends Side, Opening> {
  readonly handlers: Handlers<S['calls']>;
  /** Upon opening the page again while it is open. */
  readonly reopen?: (opening: Opening) => void;
  /** Whenever the page is seen again, because it has received nothing while it was hidden. */
  readonly seen?: () => void;
  /** Whenever the page is hidden, and with it what it was doing. */
  readonly hidden?: () => void;
  readonly dispose: () => void;
}

/** A kind of page: its files, its contract, and what becomes of what it is opened with. */
export interface PageKind<S extends Side, Opening> {
  readonly viewType: string;
  /** Name of its script and style sheet. */
  readonly name: string;
  readonly title: string;
  /** The extension's side of its channel; the page serves nothing. */
  readonly side: S;
  /** Whether all pages of the kind are one. */
  readonly isSingle?: true;
  /** Pages of the same key are one page. */
  readonly keyOf: (opening: Opening) => string;
  /** Where a new page appears: in front of all, or beside the editor, which keeps the focus. */
  readonly column: 'active' | 'beside';
  /** What the page that the editor has kept was opened with; undefined closes it. */
  readonly restore: (kept: unknown) => Opening | undefined;
  readonly serve: (host: PageHost<S>, opening: Opening) => ServedPage<S, Opening>;
}

/** All pages of a kind. */
export interface PagePanel<Opening> extends vscode.Disposable {
  /** Opens a page, or brings the one of the same key to the front. */
  open(opening: Opening): void;
  /** Whether a person sees the page of a key now. */
  isSeen(key: string): boolean;
}

interface OpenPage<Opening> {
  readonly panel: vscode.WebviewPanel;
  readonly reopen: ((opening: Opening) => void) | undefined;
}

/** Hosts the pages of a kind: one a key, each restored after a restart, its channel open for as long as the page. */
export function createPagePanel<S extends Side, Opening>(
  extensionUri: vscode.Uri,
  kind: PageKind<S, Opening>,
): PagePanel<Opening> {
  const { viewType, name, title, keyOf } = kind;
  const preserveFocus = kind.column === 'beside';
  const pages = new Map<string, OpenPage<Opening>>();

  const adopt = (panel: vscode.WebviewPanel, opening: Opening) => {
    panel.iconPath = productIcon(extensionUri);
    const { served, close } = servePage(panel, kind, opening);
    const key = keyOf(opening);
    const page = { panel, reopen: served.reopen };
    pages.set(key, page);
    panel.onDidDispose(() => {
      close();
      if (pages.get(key) === page) pages.delete(key);
    });
    showPage(panel, extensionUri, { name, title });
  };

  const reveal = ({ panel }: OpenPage<Opening>) =>
    preserveFocus ? panel.reveal(undefined, preserveFocus) : panel.reveal();

  /**
   * After a reload a tab behind others is a panel only once it is looked at; where all pages of a kind are one, a new
   * panel takes its place.
   */
  const closeUnrestored = () => {
    if (!kind.isSingle) return;
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    const stale = tabs.filter(
      ({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(viewType),
    );
    if (stale.length > 0) void vscode.window.tabGroups.close(stale, true);
  };

  const serializer = vscode.window.registerWebviewPanelSerializer(viewType, {
    async deserializeWebviewPanel(panel, kept: unknown) {
      const opening = kind.restore(kept);
      // Someone may have opened the page before the editor restored it.
      if (opening === undefined || pages.has(keyOf(opening))) panel.dispose();
      else adopt(panel, opening);
    },
  });

  return {
    open(opening) {
      const page = pages.get(keyOf(opening));
      if (page) {
        reveal(page);
        page.reopen?.(opening);
        return;
      }
      closeUnrestored();
      const viewColumn = kind.column === 'beside' ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
      const panel = vscode.window.createWebviewPanel(
        viewType,
        title,
        { viewColumn, preserveFocus },
        pageOptions(extensionUri),
      );
      adopt(panel, opening);
    },
    isSeen: (key) => pages.get(key)?.panel.visible === true,
    dispose() {
      serializer.dispose();
      for (const { panel } of [...pages.values()]) panel.dispose();
    },
  };
}

/** Opens the channel to a panel's page and answers it. */
function servePage<S extends Side, Opening>(
  panel: vscode.WebviewPanel,
  { side, serve }: PageKind<S, Opening>,
  opening: Opening,
): { readonly served: ServedPage<S, Opening>; readonly close: () => void } {
  const host: PageHost<S> = {
    send: (name, event) => channel.send(name, event),
    isVisible: () => panel.visible,
    show({ title = panel.title, icon = panel.iconPath }) {
      panel.title = title;
      panel.iconPath = icon;
    },
  };
  const served = serve(host, opening);
  const channel: Channel<S, typeof silentSide> = openChannel({
    transport: panelTransport(panel.webview),
    local: side,
    handlers: served.handlers,
    remote: silentSide,
    listeners: {},
    onRefused: (what) => reportRefusal(panel.viewType, what),
  });
  const visibility = panel.onDidChangeViewState(() => (panel.visible ? served.seen?.() : served.hidden?.()));
  return {
    served,
    close() {
      visibility.dispose();
      served.dispose();
      channel.close(l10n.t`The page was closed.`);
    },
  };
}
