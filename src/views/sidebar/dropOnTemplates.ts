import { extname, posix } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { listed } from '../../words/listed';

const tables: ReadonlySet<string> = new Set(
  ['csv', 'tsv', 'tab', 'psv', 'jsonl', 'ndjson', 'json', 'xlsx', 'xls', 'ods'].map((extension) => `.${extension}`),
);
const uriList = 'text/uri-list';

/** The URIs of a list as RFC 2483 writes it. */
const urisIn = (list: string): readonly string[] =>
  list.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));

/** The tables among the files of a list of URIs. */
export const tablesIn = (list: string): readonly string[] =>
  urisIn(list).filter((uri) => tables.has(extname(uri).toLowerCase()));

const nameOf = (uri: string): string => posix.basename(vscode.Uri.parse(uri).path);

/** A table that is dropped onto the *Templates* view becomes a template. */
export const dropOnTemplates: vscode.TreeDragAndDropController<unknown> = {
  dragMimeTypes: [],
  dropMimeTypes: [uriList],
  async handleDrop(_, dropped) {
    const list = (await dropped.get(uriList)?.asString()) ?? '';
    const [table, ...others] = tablesIn(list);
    // The drop is over; what is asked or said now takes as long as a person does.
    if (table === undefined) void vscode.window.showWarningMessage(noTable(urisIn(list)));
    else {
      if (others.length > 0) void vscode.window.showInformationMessage(onlyOne(table, others));
      void vscode.commands.executeCommand('promptTuner.newFromData', vscode.Uri.parse(table));
    }
  },
};

const noTable = (uris: readonly string[]): string =>
  l10n.t`No template can be made of ${listed(uris.map((uri) => `"${nameOf(uri)}"`))}: drop a table, such as a CSV or \
JSONL file.`;

const onlyOne = (table: string, others: readonly string[]): string =>
  l10n.t`A template is made of one table: "${nameOf(table)}" is taken, \
${listed(others.map((uri) => `"${nameOf(uri)}"`))} left alone.`;
