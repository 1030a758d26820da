import * as l10n from '@vscode/l10n';
import { decidedText } from '../../../endpoint/asking/decidedText';
import type { HostedFacts } from '../../../endpoint/plan/hostedFacts';
import { count, counted, money } from '../../../words/formatNumbers';
import { clauses, enumerated } from '../../../words/listed';

/** Where a model that runs elsewhere was asked and how, by name: for a terminal, a run's page and a report. */
export function hostedFacts(hosted: HostedFacts): readonly (readonly [name: string, value: string])[] {
  const { address, model, answeredBy, fingerprints, asked, requests, cached, tokens, price, rows, failed } = hosted;
  const others = answeredBy.filter((name) => name !== model);
  const decided = decidedText(hosted);
  return [
    [
      l10n.t`Endpoint`,
      clauses([
        l10n.t`${model} at ${address}`,
        ...(others.length > 0 ? [l10n.t`answered by ${enumerated(others)}`] : []),
        ...(fingerprints.length > 0 ? [l10n.t`fingerprint ${enumerated(fingerprints)}`] : []),
        l10n.t`asked ${asked.slice(0, 16).replace('T', ' ')} UTC`,
      ]),
    ],
    [
      l10n.t`Requests`,
      clauses([
        l10n.t`${counted(requests, 'row')} asked about`,
        ...(cached > 0 ? [l10n.t`${count(cached)} answered before`] : []),
        ...(failed > 0 ? [l10n.t`${count(failed)} of ${count(rows)} without an answer`] : []),
        Number.isFinite(tokens.prompt)
          ? l10n.t`${count(tokens.prompt)} tokens in, ${count(tokens.completion)} out`
          : l10n.t`tokens not counted there`,
        price === undefined ? l10n.t`price unknown` : money(price),
      ]),
    ],
    ...(decided ? [[l10n.t`Labels`, l10n.t`decided ${decided}`] as const] : []),
  ];
}
