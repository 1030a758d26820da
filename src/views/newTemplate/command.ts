import type * as vscode from 'vscode';
import type { Command } from '../../editor/registerCommands';
import { reach } from '../welcome/milestones';
import { makeFromData } from './fromData';

/** Makes a template of a table, and opens it with its preview. */
export const newFromDataCommand = (openPreview: (template: vscode.Uri) => Promise<void>): Command => ({
  id: 'newFromData',
  needsTrust: false,
  run: async (selected: unknown) => {
    const template = await makeFromData(selected);
    if (!template) return;
    reach('madeFromData');
    await openPreview(template);
  },
});
