import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';
import { templateFamily } from '../../template/read/templateName';
import { reach } from '../welcome/milestones';
import { createPagePanel } from '../page/createPagePanel';
import { choiceIn, comparisonSide, firstChoice, type ComparisonChoice } from './contract';
import { serveComparison, type PageSources } from './page';

export interface ComparisonPanel extends vscode.Disposable {
  /** Opens the panel, or brings it to the front, on the family of a template. */
  open(template?: string): void;
}

/** The comparison panel: one a window, restored after a restart. */
export function createComparisonPanel(extensionUri: vscode.Uri, sources: PageSources): ComparisonPanel {
  const panel = createPagePanel<typeof comparisonSide, ComparisonChoice>(extensionUri, {
    viewType: 'promptTuner.comparison',
    name: 'comparison',
    title: l10n.t`Comparison`,
    side: comparisonSide,
    isSingle: true,
    keyOf: () => '',
    column: 'active',
    restore: choiceIn,
    serve: (host, choice) => serveComparison(host, sources, choice),
  });
  return {
    open(template) {
      panel.open(template === undefined ? firstChoice : { ...firstChoice, family: templateFamily(template) });
      reach('compared');
    },
    dispose: () => panel.dispose(),
  };
}
