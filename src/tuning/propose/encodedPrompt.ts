import type { Decoding } from '../../decoding/decoding';
import type { LanguageModel } from '../../model/openModel';
import type { Task } from '../../objective/task';
import type { PromptTemplate } from '../../template/read/template';
import { promptEncoder, type PromptEncoder } from '../../template/render/promptEncoder';
import { renderPrompt } from '../../template/render/render';
import { encodePrompt, softLayout } from '../../template/render/tokens';
import type { ProposeRow } from './proposeRow';

/** A prompt that asks for an instruction, as the model reads it. */
export interface EncodedPrompt {
  readonly ids: readonly number[];
  readonly encoder: PromptEncoder;
}

/**
 * Encodes a prompt through the model's chat template; its lists lose their last entries until it fits into the context
 * with its answer.
 * @returns undefined where it does not fit with one entry in each
 */
export function encodeProposal(
  template: PromptTemplate,
  row: ProposeRow,
  { task, model, decoding }: { readonly task: Task; readonly model: LanguageModel; readonly decoding: Decoding },
): EncodedPrompt | undefined {
  const encoder = promptEncoder(model.tokenizer, { format: 'chat', chat: task.settings.chat, examplesAs: 'text' });
  const layout = softLayout(template, { method: 'hard', length: 1 }, encoder);
  for (let shown: ProposeRow | undefined = row; shown; shown = shorter(shown)) {
    const { ids } = encodePrompt(renderPrompt(template, shown, encoder), layout, encoder);
    if (ids.length + decoding.most <= model.configuration.contextLength) return { ids, encoder };
  }
  return undefined;
}

/** The longest list without its last entry; undefined where each has one. */
function shorter(row: ProposeRow): ProposeRow | undefined {
  const lists = Object.entries(row).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]));
  const [longest] = lists.sort(([, a], [, b]) => b.length - a.length);
  return longest && longest[1].length > 1 ? { ...row, [longest[0]]: longest[1].slice(0, -1) } : undefined;
}
