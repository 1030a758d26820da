import { extname } from 'node:path';
import * as vscode from 'vscode';

const tables: ReadonlySet<string> = new Set(
  ['csv', 'tsv', 'tab', 'psv', 'jsonl', 'ndjson', 'json', 'xlsx', 'xls', 'ods'].map((extension) => `.${extension}`),
);
const uriList = 'text/uri-list';

/** The first table among the files of a list of URIs, as RFC 2483 writes it; undefined where there is none. */
export function tableIn(list: string): string | undefined {
  return list
    .split(/\r?\n/)
    .filter((line) => line !== '' && !line.startsWith('#'))
    .find((line) => tables.has(extname(line).toLowerCase()));
}

/** A table that is dropped onto the *Templates* view becomes a template. */
export const dropOnTemplates: vscode.TreeDragAndDropController<unknown> = {
  dragMimeTypes: [],
  dropMimeTypes: [uriList],
  async handleDrop(_, dropped) {
    const table = tableIn((await dropped.get(uriList)?.asString()) ?? '');
    if (table === undefined) return;
    // The drop is over; what is asked now takes as long as a person does.
    void vscode.commands.executeCommand('promptTuner.newFromData', vscode.Uri.parse(table));
  },
};
