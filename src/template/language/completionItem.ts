import { rangeOf } from '../text/position';
import type { LineTable, Range, Span } from '../text/position';

export type CompletionKind =
  | 'setting'
  | 'value'
  | 'model'
  | 'file'
  | 'column'
  | 'variable'
  | 'helper'
  | 'block'
  | 'partial'
  | 'label'
  | 'attribute';

/** One proposal at a place of a template. */
export interface CompletionItem {
  readonly label: string;
  /** What replaces the text in `range`. */
  readonly insert: string;
  /** Whether `insert` holds the places `${1:…}` and `$0` of a snippet. */
  readonly snippet?: true;
  readonly kind: CompletionKind;
  /** A few words beside the label. */
  readonly detail?: string;
  /** Markdown. */
  readonly documentation?: string;
  readonly range: Range;
}

/** A proposal before its place is known. */
export type Proposal = Omit<CompletionItem, 'range' | 'insert'> & { readonly insert?: string };

/** Puts proposals at a place; of two with one label the first stays. */
export function itemsAt(lines: LineTable, span: Span, proposals: readonly Proposal[]): readonly CompletionItem[] {
  const range = rangeOf(lines, span);
  const labels = new Set<string>();
  return proposals
    .filter(({ label }) => !labels.has(label) && labels.add(label))
    .map((proposal) => ({ insert: proposal.label, ...proposal, range }));
}
