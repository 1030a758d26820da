import type { LanguageModel } from '../model/openModel';
import { renderPrompt } from '../template/render';
import type { PromptTemplate } from '../template/template';
import { encodePrompt } from '../template/tokens';
import type { Placement } from './placement';

/** A prompt of the template with a placeholder for each variable, as whoever uses an export passes it. */
export interface ExamplePrompt {
  /** The text, where text is all there is to pass. */
  readonly text?: string;
  /** Token ids; from the vocabulary size on, virtual tokens that the caller places. */
  readonly ids: readonly number[];
}

/** @param front virtual tokens that the export puts in front by itself; the others count from the vocabulary size on */
export function examplePrompt(template: PromptTemplate, placement: Placement, { tokenizer, front }: Pick<LanguageModel, 'tokenizer'> & { readonly front: number }): ExamplePrompt {
  const { vocabularySize } = tokenizer;
  const total = placement.slots.reduce((most, { offset, length }) => Math.max(most, offset + length), 0);
  const row = Object.fromEntries(template.variables.filter((name) => !(name in template.defaults)).map((name) => [name, `[${name}]`]));
  const rendered = renderPrompt(template, row, tokenizer);
  const encoded = encodePrompt(rendered, { ...placement, vocabularySize, total }, tokenizer);
  const ids = [...encoded.ids];
  let next = vocabularySize + total;
  if (placement.instruction.length > 0) for (const [start, end] of encoded.instruction) for (let i = start; i < end; i++) ids[i] = next++;
  const passed = ids.filter((id) => id < vocabularySize || id >= vocabularySize + front).map((id) => (id < vocabularySize ? id : id - front));
  const text = rendered.segments.map((segment) => (segment.kind === 'text' ? segment.text : '')).join('');
  return passed.some((id) => id >= vocabularySize) ? { ids: passed } : { ids: passed, text };
}
