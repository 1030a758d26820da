import type { PromptTemplate } from '../../read/template';
import { tokensApart } from '../../text/tokensInPlace';
import type { PromptEncoder } from '../promptEncoder';
import { renderPrompt } from '../render';

const textsBefore = new WeakMap<PromptTemplate, ReadonlyMap<number, string>>();

/**
 * The tokens of the words that a slot's virtual tokens start from, in their place: behind the template's own text
 * before the first `{{soft}}` of the slot.
 * @param slot index among the template's slots
 * @returns none for a slot without words
 */
export function initTokens(template: PromptTemplate, slot: number, encoder: PromptEncoder): readonly number[] {
  const words = template.slots[slot]?.init;
  if (words === undefined) return [];
  return tokensApart(textsOf(template, encoder).get(slot) ?? '', words, (text) => encoder.encode(text, false));
}

function textsOf(template: PromptTemplate, encoder: PromptEncoder): ReadonlyMap<number, string> {
  if (encoder.chat) return textsBeforeSlots(template, encoder);
  const before = textsBefore.get(template) ?? textsBeforeSlots(template);
  textsBefore.set(template, before);
  return before;
}

/** The text from the last virtual token to each slot, in the prompt of no row; a slot that shows only in rows lacks. */
function textsBeforeSlots(template: PromptTemplate, encoder?: PromptEncoder): ReadonlyMap<number, string> {
  const before = new Map<number, string>();
  let text = '';
  for (const segment of segmentsWithoutRow(template, encoder)) {
    if (segment.kind === 'text') text += segment.text;
    else {
      if (segment.kind === 'soft' && !before.has(segment.slot)) before.set(segment.slot, text);
      text = '';
    }
  }
  return before;
}

function segmentsWithoutRow(
  template: PromptTemplate,
  encoder: PromptEncoder | undefined,
): ReturnType<typeof renderPrompt>['segments'] {
  try {
    return renderPrompt(template, {}, encoder).segments;
  } catch {
    // A tag that fails without a row leaves no text to stand behind.
    return [];
  }
}
