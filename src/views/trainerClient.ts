import type { RunRecord } from '../runs/record';
import type { CompareRequest, NewRunRequest } from '../runs/queue';

/** The windows' side of the trainers: puts work into the queue on disk and sees to it that a trainer lives while there is any. */
export interface TrainerClient {
  /** Queues a training, or for `hard` a measurement, and starts a trainer if none lives. @returns the run's folder. @throws Failure when the template is wrong */
  train(request: NewRunRequest): Promise<string>;
  /** Queues the runs of a comparison. @returns their folders */
  compare(request: CompareRequest): Promise<readonly string[]>;
  /** Queues a run again that was stopped, failed or lost; it goes on from its checkpoint. */
  resume(folder: string): Promise<void>;
  /** Ends a run wherever it is worked on, or takes it out of the queue. */
  stop(folder: string): Promise<void>;
  /** Starts a trainer for a runs folder where runs wait and none lives; called by itself after each of the above. */
  ensure(runsFolder: string): Promise<void>;
  /** Waits until a run is no longer queued or running. @returns its record then */
  ended(folder: string): Promise<RunRecord>;
  dispose(): void;
}
