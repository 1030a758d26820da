import type { AcceptedEdit } from './front/frontText';
import type { SearchState } from './searchState';

/** What a search tells while it works. */
export type SearchEvent =
  | {
      readonly kind: 'candidate-round';
      readonly iteration: number;
      readonly candidates: number;
      readonly bestGain: number;
    }
  | {
      readonly kind: 'accepted';
      readonly edit: AcceptedEdit;
      readonly text: string;
      readonly devLoss: number;
      readonly devAccuracy?: number;
    }
  | { readonly kind: 'progress'; readonly done: number; readonly budget: number }
  /** What the search can go on from. */
  | { readonly kind: 'checkpoint'; readonly state: SearchState };
