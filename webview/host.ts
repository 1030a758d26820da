// The channel and the contract are code of both ends; apart from them, a page shares only types with src/.
// eslint-disable-next-line no-restricted-imports -- see above
import { openChannel, silentSide, type Channel, type Listeners, type Side } from '../src/channel/messageChannel';

interface EditorHost {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): EditorHost;

/** The extension, seen from a page. */
export interface Host<Calls> {
  readonly channel: Channel<Calls, object>;
  /** What the person chose, kept while the page is hidden and over a restart. */
  readonly choices: Pick<EditorHost, 'getState' | 'setState'>;
}

/** Opens the channel to the extension; the editor allows that once a page. */
export function connectToHost<Calls, Events>(remote: Side<Calls, Events>, listeners: Listeners<Events>): Host<Calls> {
  const editor = acquireVsCodeApi();
  const channel = openChannel<object, object, Calls, Events>({
    transport: {
      post: (message) => editor.postMessage(message),
      onMessage: (listener) => {
        const hear = (event: MessageEvent) => listener(event.data);
        window.addEventListener('message', hear);
        return () => window.removeEventListener('message', hear);
      },
    },
    local: silentSide,
    handlers: {},
    remote,
    listeners,
    onRefused: (what) => console.warn(what),
  });
  return { channel, choices: editor };
}
