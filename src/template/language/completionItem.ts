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

/** One completion at a position in a template. */
export interface CompletionItem {
  readonly label: string;
  /** What replaces the text in `range`. */
  readonly insert: string;
  /** Whether `insert` contains the tab stops `${1:…}` and `$0` of a snippet. */
  readonly snippet?: true;
  readonly kind: CompletionKind;
  /** A few words beside the label. */
  readonly detail?: string;
  /** Markdown. */
  readonly documentation?: string;
  readonly range: Range;
}

/** A completion without its range. */
export type Proposal = Omit<CompletionItem, 'range' | 'insert'> & { readonly insert?: string };

/** Completions for a span; of two with one label the first is kept. */
export function itemsAt(lines: LineTable, span: Span, proposals: readonly Proposal[]): readonly CompletionItem[] {
  const range = rangeOf(lines, span);
  const labels = new Set<string>();
  return proposals
    .filter(({ label }) => !labels.has(label) && labels.add(label))
    .map((proposal) => ({ insert: proposal.label, ...proposal, range }));
}
