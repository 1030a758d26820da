import { isNumber, isText, object, type Infer } from '../../../channel/guards';
import { changeBetween } from './mergeEdits';

/** An edit that helped a text on a few rows, with so much of what stands around it that it fits into others. */
export const isCarriedEdit = object({
  before: isText,
  after: isText,
  /** What proposed it. */
  origin: isText,
  /** Mean loss saved on the rows of a round, nats. */
  gain: isNumber,
});
export type CarriedEdit = Infer<typeof isCarriedEdit>;

/** Characters on each side by which the place of an edit is found again. */
const around = 8;

/** What leads from one text to another, to be made in others. */
export function carryEdit(
  before: string,
  after: string,
  { origin, gain }: Pick<CarriedEdit, 'origin' | 'gain'>,
): CarriedEdit {
  const { from, to, text } = changeBetween(before, after);
  const [lead, behind] = [before.slice(Math.max(0, from - around), from), before.slice(to, to + around)];
  return { before: lead + before.slice(from, to) + behind, after: lead + text + behind, origin, gain };
}

/** A text with the edit; undefined where its place is not found, or found twice. */
export function makeEdit(source: string, { before, after }: CarriedEdit): string | undefined {
  const at = source.indexOf(before);
  return before === '' || at < 0 || source.includes(before, at + 1)
    ? undefined
    : source.slice(0, at) + after + source.slice(at + before.length);
}

/** Edits that are kept. */
const kept = 24;

/**
 * What is kept after a round: edits that helped in it, and those from before that it has not shown to be of no use.
 * @param measured what each text of the round gained, by its source
 */
export function keepEdits(
  edits: readonly CarriedEdit[],
  source: string,
  measured: ReadonlyMap<string, Pick<CarriedEdit, 'origin' | 'gain'>>,
): readonly CarriedEdit[] {
  const fresh = [...measured].flatMap(([text, known]) => (known.gain > 0 ? [carryEdit(source, text, known)] : []));
  const old = edits.filter((edit) => !measured.has(makeEdit(source, edit) ?? ''));
  const all = new Map([...old, ...fresh].map((edit) => [`${edit.before}\n${edit.after}`, edit]));
  return [...all.values()].sort((a, b) => b.gain - a.gain).slice(0, kept);
}
