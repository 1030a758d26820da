import * as l10n from '@vscode/l10n';
import { basename } from 'node:path';
import { Failure } from '../failure';
import type { NewRunRequest } from '../runs/queue/queue';
import { askedElsewhere } from '../runs/work/askedElsewhere';

/**
 * Refuses runs that ask a model elsewhere: a task of Slurm has no key, and nobody whom it could ask for consent.
 * @throws Failure "endpoint-consent" for one that does
 */
export async function requireNoneElsewhere(
  requests: readonly Pick<NewRunRequest, 'file' | 'method' | 'set'>[],
): Promise<void> {
  const asked = await askedElsewhere(requests);
  if (!asked) return;
  const { model, prompt } = asked;
  if (prompt === undefined)
    throw new Failure(
      'endpoint-consent',
      l10n.t`"${model}" runs elsewhere: Slurm would only wait for it, and nobody can be asked there whether the rows \
may be sent.`,
      { file: requests[0]!.file },
      l10n.t`Measure it by the command Evaluate Hard Prompt, or by prompt-tuner evaluate.`,
    );
  throw new Failure(
    'endpoint-consent',
    l10n.t`${basename(prompt)} in tune.propose asks "${model}", which runs elsewhere, and nobody can be asked on Slurm \
whether rows may be sent there.`,
    { file: prompt },
    l10n.t`Train it on this machine, which asks first, or leave that prompt out of tune.propose.`,
  );
}
