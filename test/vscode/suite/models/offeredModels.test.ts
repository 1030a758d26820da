import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { rmSync } from 'node:fs';
import * as vscode from 'vscode';
import { inThemes, isWatched, key, openWith, type, windowShows } from '../window';

const text = '---\nmodel: \noutput: { schema: { label(enum): [warm, cold] } }\n---\n{{text}}{{label}}\n';

/** An endpoint that offers two models, and answers nothing else. */
async function startEndpoint(): Promise<Server> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ data: [{ id: 'qwen3:8b' }, { id: 'llama3.2' }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

describe('models that run elsewhere', () => {
  let server: Server | undefined;
  const configuration = () => vscode.workspace.getConfiguration('promptTuner');
  before(async () => {
    server = await startEndpoint();
    const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    await configuration().update('endpoints', { 'my-server': { baseURL } }, vscode.ConfigurationTarget.Global);
  });
  after(async () => {
    await configuration().update('endpoints', undefined, vscode.ConfigurationTarget.Global);
    server?.closeAllConnections();
    server?.close();
  });

  it('are completed behind model:', async () => {
    const document = await openWith('offered.prompt', text);
    const at = new vscode.Position(1, 'model: '.length);
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      at,
    );
    const labels = items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    assert(labels.includes('my-server:qwen3:8b'), labels.join(', '));
    assert(labels.includes('my-server:llama3.2'));
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    rmSync(document.uri.fsPath, { force: true });
  });

  it('are offered by Add Model under where they are', async function () {
    if (!isWatched) this.skip();
    const adding = vscode.commands.executeCommand('promptTuner.addModel');
    await windowShows(/Add Model/, 'add-model');
    await type('my-server');
    await windowShows(/my-server:qwen3:8b[\s\S]*An endpoint by its address/, 'add-model-elsewhere');
    await inThemes('add-model-elsewhere');
    await key('Escape');
    await adding;
  });
});
