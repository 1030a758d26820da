import type { Endpoints } from '../../endpoint/endpoint';
import type { SearchEvent } from '../../tuning/search/searchEvent';
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
  | { readonly kind: 'search'; readonly run: string; readonly event: Exclude<SearchEvent, { kind: 'checkpoint' }> }
  /** What a person should know who would otherwise trust the result. */
  | { readonly kind: 'warning'; readonly run: string; readonly line: string }
  | { readonly kind: 'log'; readonly run: string; readonly line: string };

/** The task of a cluster that works on a run. */
export interface ClusterTask {
  /** As Slurm's commands take it: `123_4`. */
  readonly job: string;
  /** How often it had been started before. */
  readonly restarts: number;
  /** Threads that it computes with. */
  readonly threads: number;
  /** SHA-256 of the model that the study was planned for; absent where that is not known. */
  readonly model?: string;
}

export interface RunOptions {
  /** Ends the work at the next step; a training keeps its checkpoint. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
  /** Endpoints of models that run elsewhere; without them none can be asked. */
  readonly endpoints?: Endpoints;
  /** Absent where the run is worked on here. Many tasks share the drive, so each says less often how far it is. */
  readonly task?: ClusterTask;
}
