import type { ChatTokenizer } from '../../chat/chatTokenizer';
import type { ChatTemplateFiles } from '../../chat/findChatTemplate';

/** The part of a tokenizer that prompts need. */
export interface TokenEncoder extends Partial<ChatTokenizer> {
  /** Token ids of a text; `addSpecialTokens` adds those that begin a sequence (BOS) and, in a masked model, end one. */
  encode(text: string, addSpecialTokens: boolean): readonly number[];
  /** The token as the vocabulary writes it. */
  token?(id: number): string | undefined;
  /** The token that a masked language model fills in; absent for causal models. */
  readonly mask?: number;
  /** Ids below this are tokens of the model; ids from here on are virtual tokens. */
  readonly firstVirtualToken: number;
  /** Chat templates of the model; absent where it has none. */
  readonly chatTemplates?: ChatTemplateFiles;
}
