import * as l10n from '@vscode/l10n';
import { Failure } from '../../../failure';
import type { LanguageModel } from '../../../model/openModel';
import type { RunOptions } from '../../store/runEvent';

/**
 * Says whether a task of a cluster has opened the model that its study was planned for: nodes may see another file by
 * the same path.
 * @throws Failure "slurm-program"
 */
export function requireModelOfStudy({ task }: RunOptions, { sha256, file }: LanguageModel): void {
  if (task?.model === undefined || task.model === sha256) return;
  throw new Failure(
    'slurm-program',
    l10n.t`The model on this node (${short(sha256)}) is not the one that the study was planned with \
(${short(task.model)}).`,
    { file },
    l10n.t`Put the same files on every node, then resume the run.`,
  );
}

const short = (sha256: string): string => sha256.slice(0, 12);
