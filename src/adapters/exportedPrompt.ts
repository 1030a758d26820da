import type { ModelConfiguration } from '../model/configuration';
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
  /** Token ids; from `firstVirtualToken` on, virtual tokens that the caller places. */
  readonly ids: readonly number[];
  readonly firstVirtualToken: number;
  /** Of a free text task: the tokens that end an answer, and how many an answer has at most. */
  readonly answer?: { readonly end: readonly number[]; readonly most: number };
  /** Of a masked language model: its mask, how many stand in the prompt, and where they begin. */
  readonly mask?: { readonly id: number; readonly count: number; readonly at: number };
}

/** Tokens of an answer at most, so that a prompt that never ends does. */
const longestAnswer = 256;

interface Exporting extends Pick<LanguageModel, 'tokenizer'> {
  /** Virtual tokens that the export puts in front by itself; the others count from `firstVirtualToken` on. */
  readonly front: number;
  /** The id of row 0 in the export: the tokenizer's own, or where rows are put behind the embedding table its size. */
  readonly firstVirtualToken: number;
  readonly labels: Settings['labels'];
  /** End tokens and length of the model's context. */
  readonly configuration: Pick<ModelConfiguration, 'endTokens' | 'contextLength'>;
}

/** The template's prompt as an export takes it. */
export function examplePrompt(
  template: PromptTemplate,
  placement: Placement,
  { tokenizer, front, firstVirtualToken, labels, configuration }: Exporting,
): ExamplePrompt {
  const first = tokenizer.firstVirtualToken;
  const total = placement.slots.reduce((most, { offset, length }) => Math.max(most, offset + length), 0);
  const row = Object.fromEntries(
    template.variables.filter((name) => !(name in template.defaults)).map((name) => [name, `[${name}]`]),
  );
  const rendered = renderPrompt(template, row, tokenizer);
  const { masks } = softLayout(template, { method: 'hard', length: 0, labels }, tokenizer);
  const encoded = encodePrompt(rendered, { ...placement, firstVirtualToken: first, total, masks }, tokenizer);
  const ids = [...encoded.ids];
  let next = first + total;
  if (placement.instruction.length > 0)
    for (const [start, end] of encoded.instruction) for (let i = start; i < end; i++) ids[i] = next++;
  const passed = ids
    .filter((id) => id < first || id >= first + front)
    .map((id) => (id < first ? id : id - first + firstVirtualToken - front));
  if (tokenizer.mask !== undefined)
    return {
      ids: passed,
      firstVirtualToken,
      mask: { id: tokenizer.mask, count: masks ?? 1, at: passed.indexOf(tokenizer.mask) },
    };
  const text = rendered.segments.map((segment) => (segment.kind === 'text' ? segment.text : '')).join('');
  const { endTokens: end, contextLength } = configuration;
  const most = Math.max(1, Math.min(longestAnswer, contextLength - encoded.ids.length));
  const prompt = { ids: passed, firstVirtualToken, ...(Object.keys(labels).length === 0 && { answer: { end, most } }) };
  return passed.some((id) => id >= firstVirtualToken) ? prompt : { ...prompt, text };
}
