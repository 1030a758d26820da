import { basename } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { planFacts, type RequestPlan } from '../../endpoint/requestPlan';
import { counted } from '../../formatNumbers';

/** Where a window remembers what a person has agreed to: an address and a data file each. */
const memoryKey = 'promptTuner.endpointConsent';

const consentOf = ({ address, file }: RequestPlan): string => `${address} ${file}`;

/**
 * Asks whether the rows of a plan may be sent, unless a person has agreed for good to this file and this address.
 * @returns whether they may
 */
export async function askConsent(plan: RequestPlan, memory: vscode.Memento): Promise<boolean> {
  const agreed = memory.get<readonly string[]>(memoryKey, []);
  if (agreed.includes(consentOf(plan))) return true;
  const [once, always] = [l10n.t`Send`, l10n.t`Send, and Do Not Ask Again for This File`];
  const answer = await vscode.window.showWarningMessage(
    l10n.t`Send ${counted(plan.rows, 'row')} of ${basename(plan.file)} to \
${URL.canParse(plan.address) ? new URL(plan.address).host : plan.address}?`,
    { modal: true, detail: planFacts(plan).join('\n') },
    once,
    always,
  );
  if (answer === always) await memory.update(memoryKey, [...agreed, consentOf(plan)]);
  return answer === once || answer === always;
}

/** Takes back everything that was agreed to for good. */
export async function forgetConsent(memory: vscode.Memento): Promise<void> {
  await memory.update(memoryKey, undefined);
  void vscode.window.showInformationMessage(l10n.t`You will be asked again before rows are sent to an endpoint.`);
}
