import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { until } from '../../../support/running/until.mjs';
import { allRuns, runsFolder, type Run } from '../runs';
import { accept, inThemes, isWatched, key, openWith, press, windowShows, workspaceFolder } from '../window';

const template = `---
model: builtin
input: { schema: { text: string } }
output: { schema: { label(enum): [good, bad] } }
tune.data: { test: mood.jsonl }
---
{{text}} The day was{{label}}
`;

const at = (name: string): string => join(workspaceFolder(), name);
const ours = (): readonly Run[] => allRuns().filter(({ record }) => record.template.path === at('mood.prompt'));
const call = (command: string, ...given: readonly unknown[]): Thenable<unknown> =>
  vscode.commands.executeCommand(`promptTuner.${command}`, ...given);
const zip = (): string => at('shared.zip');

/** A port that is free now. */
async function takePort(): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const setPort = (port: number | undefined): Thenable<void> =>
  vscode.workspace.getConfiguration('promptTuner').update('servePort', port, vscode.ConfigurationTarget.Global);

/** A document without a file is closed without a question once it is empty. */
async function closeUntitled(): Promise<void> {
  const editor = vscode.window.activeTextEditor!;
  const { document } = editor;
  const all = new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length));
  await editor.edit((edit) => edit.delete(all));
  await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
}

describe('runs that are used', () => {
  before(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const { record } of allRuns()) rmSync(join(runsFolder(), record.id), { recursive: true });
    writeFileSync(at('mood.jsonl'), `${JSON.stringify({ text: 'It rained.', label: 'bad' })}\n`);
    const { uri } = await openWith('mood.prompt', template);
    await call('evaluateHard', uri);
    await call('refreshRuns');
  });
  after(async () => {
    await call('stopServer');
    await setPort(undefined);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const { folder } of ours()) rmSync(folder, { recursive: true });
    for (const name of ['mood.prompt', 'mood.jsonl', 'shared.zip']) rmSync(at(name), { force: true });
    await call('refreshRuns');
  });

  it('have a card, which opens as a document', async () => {
    await call('modelCard', ours()[0]);
    const document = vscode.window.activeTextEditor!.document;
    assert.equal(document.languageId, 'markdown');
    assert.match(document.getText(), /^---\n[\s\S]*\nmodel-index:[\s\S]*\n---\n# mood\n/);
    if (isWatched) await inThemes('model-card');
    await closeUntitled();
  });

  it('say at an export which formats fit them', async function () {
    if (!isWatched) this.skip();
    // What a training is offered; a text alone has its text.
    const [{ folder, record }] = ours() as [Run];
    const exporting = call('exportRun', { folder, record: { ...record, method: 'soft' } });
    await windowShows(/Export[\s\S]*PEFT Adapter[\s\S]*Needs/, 'export-formats');
    await inThemes('export-formats');
    await key('Escape');
    await exporting;
  });

  it('are shared after a question about their rows, and open again where they are imported', async function () {
    const [run] = ours();
    if (isWatched) {
      const asking = call('shareRun', run);
      await windowShows(/Share Run[\s\S]*Without Rows[\s\S]*With the Rows That Were Answered/, 'share-question');
      await inThemes('share-question');
      await key('Escape');
      await asking;
    }
    await call('shareRun', run, { to: zip(), withPredictions: true });
    assert.ok(existsSync(zip()));
    const before = readFileSync(join(run!.folder, 'predictions.jsonl'), 'utf8');
    rmSync(run!.folder, { recursive: true });
    await call('refreshRuns');
    await call('importRun', vscode.Uri.file(zip()));
    assert.equal(ours()[0]!.record.id, run!.record.id);
    assert.deepEqual(ours()[0]!.record.result?.accuracy, run!.record.result?.accuracy);
    assert.equal(readFileSync(join(run!.folder, 'predictions.jsonl'), 'utf8'), before);
    if (!isWatched) this.skip();
    await windowShows(new RegExp(`Imported ${run!.record.id}\\.`), 'imported');
    await inThemes('imported-run');
    // A second time it is here already.
    await call('importRun', vscode.Uri.file(zip()));
    await windowShows(/The run .* is here already\./, 'imported-twice');
    await vscode.commands.executeCommand('notifications.clearAll');
  });

  it('are served at the port of the setting, or another where it is in use, until they are stopped', async function () {
    if (!isWatched) this.skip();
    const taken = await takePort();
    const { port } = taken.address() as AddressInfo;
    await setPort(port);
    const serving = call('serveRun', ours()[0]);
    await windowShows(new RegExp(`Port ${port} cannot be used`), 'port-in-use');
    await inThemes('port-in-use');
    await press('button', 'Use a Free Port');
    await serving;
    taken.close();
    const shown = await windowShows(/Serving 1 run at http:\/\/127\.0\.0\.1:\d+\/v1/, 'serving');
    await inThemes('serving');
    const [address] = /http:\/\/127\.0\.0\.1:\d+\/v1/.exec(shown)!;
    const reply = await fetch(`${address}/classify`, {
      method: 'POST',
      body: JSON.stringify({ input: 'The sun shone.' }),
    });
    const { data } = (await reply.json()) as { data: readonly { label: string }[] };
    assert.match(data[0]!.label, /^(good|bad)$/);

    const choosing = call('showServer');
    await windowShows(/Copy Address[\s\S]*Show How to Ask[\s\S]*Show Log[\s\S]*Stop/, 'server-actions');
    await inThemes('server-actions');
    await accept(/Copy Address/);
    await choosing;
    assert.equal(await vscode.env.clipboard.readText(), address);
    await press('button', 'Show How to Ask');
    await until('the document', () => vscode.window.activeTextEditor?.document.languageId === 'markdown');
    assert.match(vscode.window.activeTextEditor!.document.getText(), new RegExp(`curl ${address}/classify`));
    await inThemes('how-to-ask');
    await closeUntitled();

    await call('stopServer');
    await until('the server to be gone', () =>
      fetch(`${address}/models`).then(
        () => false,
        () => true,
      ),
    );
    await call('showServer');
    await windowShows(/No run is served in this window\./, 'no-server');
  });
});
