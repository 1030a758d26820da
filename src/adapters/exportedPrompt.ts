import type { LanguageModel } from '../model/openModel';
import type { Settings } from '../template/settings/settings';
import { renderPrompt } from '../template/render/render';
import type { PromptTemplate } from '../template/read/template';
import { encodePrompt, softLayout } from '../template/render/tokens';
import type { Placement } from './placement';

/** A prompt of the template with a placeholder for each variable, as whoever uses an export passes it. */
export interface ExamplePrompt {
  /** The text, where text is all there is to pass. */
  readonly text?: string;
  /** Token ids; from the vocabulary size on, virtual tokens that the caller places. */
  readonly ids: readonly number[];
  /** Of a masked language model: its mask, how many stand in the prompt, and where they begin. */
  readonly mask?: { readonly id: number; readonly count: number; readonly at: number };
}

interface Exporting extends Pick<LanguageModel, 'tokenizer'> {
  /** Virtual tokens that the export puts in front by itself; the others count from the vocabulary size on. */
  readonly front: number;
  readonly labels: Settings['labels'];
}

/** The template's prompt as an export takes it. */
export function examplePrompt(
  template: PromptTemplate,
  placement: Placement,
  { tokenizer, front, labels }: Exporting,
): ExamplePrompt {
  const { vocabularySize } = tokenizer;
  const total = placement.slots.reduce((most, { offset, length }) => Math.max(most, offset + length), 0);
  const row = Object.fromEntries(
    template.variables.filter((name) => !(name in template.defaults)).map((name) => [name, `[${name}]`]),
  );
  const rendered = renderPrompt(template, row, tokenizer);
  const { masks } = softLayout(template, { method: 'hard', length: 0, labels }, tokenizer);
  const encoded = encodePrompt(rendered, { ...placement, vocabularySize, total, masks }, tokenizer);
  const ids = [...encoded.ids];
  let next = vocabularySize + total;
  if (placement.instruction.length > 0)
    for (const [start, end] of encoded.instruction) for (let i = start; i < end; i++) ids[i] = next++;
  const passed = ids
    .filter((id) => id < vocabularySize || id >= vocabularySize + front)
    .map((id) => (id < vocabularySize ? id : id - front));
  if (tokenizer.mask !== undefined)
    return { ids: passed, mask: { id: tokenizer.mask, count: masks ?? 1, at: passed.indexOf(tokenizer.mask) } };
  const text = rendered.segments.map((segment) => (segment.kind === 'text' ? segment.text : '')).join('');
  return passed.some((id) => id >= vocabularySize) ? { ids: passed } : { ids: passed, text };
}
