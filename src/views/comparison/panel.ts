import * as vscode from 'vscode';
import { templateFamily } from '../../template/read/templateName';
import { isChoice, type ComparisonChoice } from './contract';
import { servePage, type ComparisonPage, type PageSources } from './page';
import { pageOptions, productIcon, showPage } from '../page/pagePanel';

const viewType = 'promptTuner.comparison';

export interface ComparisonPanel extends vscode.Disposable {
  /** Opens the panel, or brings it to the front, on the family of a template. */
  open(template?: string): void;
}

/** The comparison panel: one a window, restored after a restart. */
export function createComparisonPanel(extensionUri: vscode.Uri, sources: PageSources): ComparisonPanel {
  const options = pageOptions(extensionUri);
  let shown: { readonly panel: vscode.WebviewPanel; readonly page: ComparisonPage } | undefined;

  const adopt = (panel: vscode.WebviewPanel, choice: ComparisonChoice) => {
    panel.iconPath = productIcon(extensionUri);
    const page = servePage(panel, sources, choice);
    shown = { panel, page };
    panel.onDidDispose(() => {
      page.dispose();
      if (shown?.panel === panel) shown = undefined;
    });
    showPage(panel, extensionUri, { name: 'comparison', title: 'Comparison' });
  };

  const serializer = vscode.window.registerWebviewPanelSerializer(viewType, {
    async deserializeWebviewPanel(panel, state: unknown) {
      adopt(
        panel,
        isChoice(state)
          ? { family: state.family, older: state.older, baseline: state.baseline }
          : { family: null, older: false, baseline: null },
      );
    },
  });

  return {
    open(template) {
      const family = template === undefined ? null : templateFamily(template);
      if (shown) {
        shown.panel.reveal();
        if (family !== null) shown.page.choose(family);
        return;
      }
      const panel = vscode.window.createWebviewPanel(viewType, 'Comparison', vscode.ViewColumn.Active, options);
      adopt(panel, { family, older: false, baseline: null });
    },
    dispose() {
      serializer.dispose();
      shown?.panel.dispose();
    },
  };
}
