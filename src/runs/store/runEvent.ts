import type { SearchEvent } from '../../tuning/search/searchInstruction';
import type { TrainEvent } from '../../tuning/train';
import type { Method } from '../../template/settings/settings';
import type { RunProgress } from '../record/record';

/** What a run tells whoever started it; the folder says the same more durably. */
export type RunEvent =
  | {
      readonly kind: 'run';
      readonly run: string;
      readonly folder: string;
      readonly method: Method;
      readonly file: string;
    }
  | { readonly kind: 'progress'; readonly run: string; readonly progress: RunProgress }
  | { readonly kind: 'train'; readonly run: string; readonly event: Exclude<TrainEvent, { kind: 'checkpoint' }> }
  | { readonly kind: 'search'; readonly run: string; readonly event: SearchEvent }
  /** What a person should know who would otherwise trust the result. */
  | { readonly kind: 'warning'; readonly run: string; readonly line: string }
  | { readonly kind: 'log'; readonly run: string; readonly line: string };

export interface RunOptions {
  /** Ends the work at the next step; a training keeps its checkpoint. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
}
