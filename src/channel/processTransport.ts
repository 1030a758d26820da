import type { Transport } from './messageChannel';

/** The two halves of a forked process as each sees the other: a ChildProcess, or `process` itself. */
export interface MessagePeer {
  readonly connected?: boolean;
  send?(message: unknown, done: (error: Error | null) => void): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  off(event: 'message', listener: (message: unknown) => void): unknown;
}

/** Process IPC as a transport. A peer that is gone receives nothing; who waits for it learns so from its exit. */
export function processTransport(peer: MessagePeer): Transport {
  return {
    post(message) {
      if (peer.connected) peer.send?.(message, () => undefined);
    },
    onMessage(listener) {
      peer.on('message', listener);
      return () => {
        peer.off('message', listener);
      };
    },
  };
}
