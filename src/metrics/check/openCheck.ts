import * as l10n from '@vscode/l10n';
import { realpathSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { writeJson } from '../../data/exactNumber';
import { requireCheckFile } from '../../fileAccess';
import { plainNumber } from '../../words/formatNumbers';
import { meanOfCounts, scoreOf, type JudgeMetric, type RowScore } from '../metric';
import type { SettingOf } from '../metricSetting';
import { loadFailure, rowError } from './checkFailure';
import { startCheckProcess, urlOf, type CheckProcess, type CheckReply } from './checkProcess';

/** A function of the user's, in a process of its own. */
export interface Check {
  readonly metric: JudgeMetric;
  judge(answer: string, row: Readonly<Record<string, unknown>>): Promise<RowScore>;
  close(): void;
}

/** Seconds for one answer where the setting names none. */
const usualSeconds = 5;

/** Seconds in which a process is started and the module of a check loaded, on a machine that does other things. */
const loadSeconds = 30;

/** Answers, one after the other, whose time ran out until a check is given up. */
const mostLate = 3;

/**
 * Opens the check of a setting: loads its file, so that one that is broken is known before anything is measured.
 * @param folder of the template
 * @throws Failure `check-missing`, `outside-workspace`, `untrusted` or `check-broken`
 */
export async function openCheck(setting: SettingOf<'javascript'>, folder: string): Promise<Check> {
  const { name, scale = 'share', better = 'higher', timeLimit = usualSeconds } = setting;
  const written = isAbsolute(setting.file) ? setting.file : join(folder, setting.file);
  requireCheckFile(written, folder);
  // As traces name it.
  const file = realpathSync(written);
  let running = await loadedProcess(file);
  let late = 0;

  const ask = async (answer: string, row: Readonly<Record<string, unknown>>): Promise<CheckReply> => {
    if (!running.isAlive) running = await loadedProcess(file);
    return running.ask({ answer, row: writeJson(row) }, timeLimit);
  };

  return {
    metric: { name, title: name, scale, better, binary: false, needsReference: false, value: meanOfCounts },
    async judge(answer, row) {
      if (late >= mostLate)
        return {
          error: l10n.t`${setting.file} took longer than ${timeLimit} s for ${mostLate} answers in turn, and is not \
asked again.`,
        };
      const reply = await ask(answer, row);
      late = 'late' in reply ? late + 1 : 0;
      if (!('score' in reply)) return { error: rowError(setting.file, file, reply, timeLimit) };
      const { score, reason } = reply;
      if (scale === 'share' && (score < 0 || score > 1))
        return {
          error: l10n.t`${setting.file} returned ${plainNumber(score)}, and scores are from 0 to 1; for others write \
javascript: ${`{ file: ${setting.file}, scale: count }`}.`,
        };
      return scoreOf(score, reason);
    },
    close: () => running.kill(),
  };
}

async function loadedProcess(file: string): Promise<CheckProcess> {
  const started = startCheckProcess(file);
  const reply = await started.ask({ load: urlOf(file) }, loadSeconds);
  if ('loaded' in reply) return started;
  started.kill();
  throw await loadFailure(file, reply);
}
