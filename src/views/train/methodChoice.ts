import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { methodTitles } from '../../words/methodTitles';
import { fewSeeds } from '../../scoring/statistics/verdict';
import { methods } from '../../template/settings/settings';
import type { Format, Method } from '../../template/settings/settings';

/** What each method does, in a line. */
export function methodDetail(method: Method): string {
  switch (method) {
    case 'hard':
      return l10n.t`The text as it is written, which the others are compared with`;
    case 'soft':
      return l10n.t`Virtual tokens among the words of the prompt`;
    case 'v1':
      return l10n.t`Virtual tokens that a small network writes while it trains`;
    case 'v2':
      return l10n.t`Keys and values in every layer, and a better instruction`;
  }
}

/** Asks for the methods to compare, hard and soft preselected; nothing when the person does not choose any. */
export async function pickMethods(): Promise<readonly Method[] | undefined> {
  const items = methods.map((method) => ({
    label: methodTitles[method],
    description: method,
    detail: methodDetail(method),
    method,
    picked: method === 'hard' || method === 'soft',
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: l10n.t`Compare`,
    placeHolder: l10n.t`Select the methods to compare`,
    canPickMany: true,
    matchOnDescription: true,
  });
  return chosen && chosen.length > 0 ? chosen.map(({ method }) => method) : undefined;
}

const formChoices = (): readonly (vscode.QuickPickItem & { readonly formats: readonly Format[] })[] => [
  { label: l10n.t`As the Template Says`, detail: l10n.t`The form of tune.format`, formats: [] },
  {
    label: l10n.t`Both Forms`,
    detail: l10n.t`Through the model's chat template and as one text, side by side: twice as many runs`,
    formats: ['chat', 'text'],
  },
];

/** Asks in which forms the model reads the prompt; nothing when the person does not say. */
export async function pickFormats(): Promise<readonly Format[] | undefined> {
  const options = { title: l10n.t`Compare`, placeHolder: l10n.t`Select how the model reads the prompt` };
  return (await vscode.window.showQuickPick(formChoices(), options))?.formats;
}

const seedChoices = () => [
  {
    label: l10n.t`1 Seed`,
    detail: l10n.t`Quick, and no verdict: another training may come out otherwise`,
    seeds: 1,
  },
  { label: l10n.t`${fewSeeds} Seeds`, detail: l10n.t`The fewest that a verdict needs`, seeds: fewSeeds },
  { label: l10n.t`5 Seeds`, detail: l10n.t`Shorter intervals, at the cost of five trainings a method`, seeds: 5 },
];

/** Asks how often each method is trained; nothing when the person does not say. */
export async function pickSeeds(): Promise<number | undefined> {
  const options = { title: l10n.t`Compare`, placeHolder: l10n.t`Select how many trainings each method gets` };
  return (await vscode.window.showQuickPick(seedChoices(), options))?.seeds;
}

/** The methods that another command gives along; menus give something else in that place. */
export const methodsGiven = (argument: unknown): readonly Method[] | undefined => wordsGiven(methods, argument);

/** The forms of the prompt that another command gives along. */
export const formatsGiven = (argument: unknown): readonly Format[] | undefined =>
  wordsGiven(['chat', 'text'] as const, argument);

function wordsGiven<Word>(words: readonly Word[], argument: unknown): readonly Word[] | undefined {
  if (!Array.isArray(argument) || argument.length === 0) return undefined;
  const known = words.filter((word) => argument.includes(word));
  return known.length === argument.length ? known : undefined;
}
