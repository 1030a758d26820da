import * as l10n from '@vscode/l10n';
import { version } from '../../../package.json';
import type { RunRecord } from './record';
import { beginsUnspaced, holdsUnspaced } from '../../template/text/unspaced';
import { trains } from './words/recordWords';
import { isFreeText } from './runStage';

export const promptTunerVersion: string = version;

/**
 * How numbers are computed, counted up whenever a change moves them; the changelog says what moves. Runs without it are
 * of 1: texts had the tokens that they have by themselves, not those that they have in their place. In 2 an answer of
 * free text ended at the length of the expected one and 8 tokens more. In 3 answers in scripts that part no words by
 * spaces stood behind a space all the same. In 4 the trials of `learningRate: auto` were of their own schedule, and the
 * lowest loss alone chose.
 */
export const numbersEdition = 5;

/** Whether the numbers of a run may be others now, although nothing that it was made from has changed. */
export function isOfOlderEdition(
  run: Pick<RunRecord, 'versions' | 'settings' | 'result' | 'template' | 'method'>,
): boolean {
  const { numbers = 1 } = run.versions;
  return (
    numbers < (isFreeText(run) ? 3 : 2) || (numbers < 4 && answersUnspaced(run)) || (numbers < 5 && triesRates(run))
  );
}

/** The first step size of black-box tuning is tried otherwise, as it ever was. */
const triesRates = ({ method, settings }: Pick<RunRecord, 'method' | 'settings'>): boolean =>
  trains(method) && settings.learningRate === 'auto' && !settings.blackBox;

/** Of free text nobody has kept in which script it was; it is that of its template. */
function answersUnspaced(run: Pick<RunRecord, 'settings' | 'result' | 'template'>): boolean {
  if (isFreeText(run)) return holdsUnspaced(run.template.text);
  const entries = Object.entries(run.settings.labels ?? {});
  return entries.some(([label, words]) => words[0] === ` ${label}` && beginsUnspaced(label));
}

/** The versions that a run's numbers depend on. */
export async function readVersions(): Promise<RunRecord['versions']> {
  // Loaded late: listing runs must not load the native runtime.
  const { loadRuntime } = await import('../../onnx/runtime/loadRuntime');
  const { chooseProvider } = await import('../../onnx/runtime/provider');
  const { env } = await loadRuntime();
  const { wanted, used, why } = await chooseProvider();
  return {
    promptTuner: version,
    numbers: numbersEdition,
    node: process.version,
    onnxruntime: env.versions.node ?? env.versions.common,
    provider: used,
    ...(why !== undefined && { providerNote: l10n.t`${wanted} cannot be used: ${why}` }),
  };
}
