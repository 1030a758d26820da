import { basename } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { planFacts, type RequestPlan } from '../../endpoint/plan/requestPlan';
import { counted } from '../../words/formatNumbers';

/**
 * Where a window remembers what a person has agreed to: an address and a data file each, and what for where the rows
 * are sent with their answers.
 */
const memoryKey = 'promptTuner.endpointConsent';

const consentOf = ({ purpose, address, file }: RequestPlan): string =>
  [address, file, ...(purpose ? [purpose] : [])].join(' ');

/**
 * Asks whether the rows of a plan may be sent, unless a person has agreed for good to this file and this address.
 * @returns whether they may
 */
export async function askConsent(plan: RequestPlan, memory: vscode.Memento): Promise<boolean> {
  const agreed = memory.get<readonly string[]>(memoryKey, []);
  if (agreed.includes(consentOf(plan))) return true;
  const host = URL.canParse(plan.address) ? new URL(plan.address).host : plan.address;
  const [once, always] = [l10n.t`Send`, l10n.t`Send, and Do Not Ask Again for This File`];
  const answer = await vscode.window.showWarningMessage(
    plan.purpose === 'propose'
      ? l10n.t`Send some of the ${counted(plan.rows, 'row')} of ${basename(plan.file)} to ${host}?`
      : l10n.t`Send ${counted(plan.rows, 'row')} of ${basename(plan.file)} to ${host}?`,
    { modal: true, detail: planFacts(plan).join('\n') },
    once,
    always,
  );
  if (answer === undefined)
    void vscode.window.showInformationMessage(l10n.t`Nothing was sent to ${host}, and nothing has begun.`);
  if (answer === always) await memory.update(memoryKey, [...agreed, consentOf(plan)]);
  return answer === once || answer === always;
}

/** Where a window remembers nothing any more of what was agreed to for good. */
export const forgetConsent = (memory: vscode.Memento): Thenable<void> => memory.update(memoryKey, undefined);
