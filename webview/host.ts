import { openChannel, silentSide, type Channel, type Listeners, type Side } from '../src/channel/messageChannel';

interface EditorHost {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): EditorHost;

/** The extension, seen from a page. */
export interface Host<Remote extends Side> {
  readonly channel: Channel<typeof silentSide, Remote>;
  /** What the person chose, kept while the page is hidden and over a restart. */
  readonly choices: Pick<EditorHost, 'getState' | 'setState'>;
}

/** Opens the channel to the extension; the editor allows that once a page. */
export function connectToHost<Remote extends Side>(
  remote: Remote,
  listeners: Listeners<Remote['events']>,
): Host<Remote> {
  const editor = acquireVsCodeApi();
  const channel = openChannel({
    transport: {
      post: (message) => editor.postMessage(message),
      onMessage: (listener) => {
        const receive = (event: MessageEvent) => listener(event.data);
        window.addEventListener('message', receive);
        return () => window.removeEventListener('message', receive);
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
