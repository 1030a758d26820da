import * as vscode from 'vscode';

/** One of several choices in a row. */
export interface PickStep<T extends vscode.QuickPickItem> {
  readonly title: string;
  /** Which step of how many, from 1. */
  readonly step: number;
  readonly totalSteps: number;
  readonly placeholder: string;
  readonly items: readonly T[];
  readonly many?: boolean;
  readonly selected?: readonly T[];
  readonly active?: T;
}

/** The outcome of a step: what was chosen, back, or undefined when it was dismissed. */
export type StepResult<T> = { readonly chosen: readonly T[] } | 'back' | undefined;

/** Shows one of several choices in a row, with a back button on all but the first. */
export function pickStep<T extends vscode.QuickPickItem>({
  items,
  many = false,
  selected,
  active,
  placeholder,
  ...options
}: PickStep<T>): Promise<StepResult<T>> {
  const pick = vscode.window.createQuickPick<T>();
  Object.assign(pick, {
    ...options,
    items,
    placeholder,
    canSelectMany: many,
    ignoreFocusOut: true,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (selected) pick.selectedItems = selected;
  if (active) pick.activeItems = [active];
  if (options.step > 1) pick.buttons = [vscode.QuickInputButtons.Back];
  return new Promise((resolve) => {
    const end = (result: StepResult<T>) => {
      resolve(result);
      pick.dispose();
    };
    pick.onDidTriggerButton(() => end('back'));
    pick.onDidAccept(() => {
      const chosen = many ? pick.selectedItems : pick.activeItems;
      if (chosen.length > 0) end({ chosen: [...chosen] });
    });
    pick.onDidHide(() => end(undefined));
    pick.show();
  });
}
