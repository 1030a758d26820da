import type { Channel } from '../channel/messageChannel';
import type { AskEditor } from '../endpoint/editorQuestion';
import type { editorSide, inspectorSide } from './trainerContract';

/** Asks the window at the other end of a channel; what is no longer wanted is let go there. */
export function editorModelsOf(channel: () => Channel<typeof inspectorSide, typeof editorSide>): AskEditor {
  let last = 0;
  return async (question, signal) => {
    const id = ++last;
    const letGo = (): void => channel().send('letGo', { id });
    signal?.throwIfAborted();
    signal?.addEventListener('abort', letGo, { once: true });
    try {
      return await channel().call('askEditor', { id, question });
    } finally {
      signal?.removeEventListener('abort', letGo);
    }
  };
}
