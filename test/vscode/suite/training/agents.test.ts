import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { allRuns } from '../runs';
import { openWith, windowShows, workspaceFolder, isWatched } from '../window';

const template = `---
model: builtin
input: { schema: { text: string } }
output: { schema: { label(enum): [warm, cold] } }
tune.data: { train: agent.jsonl, dev: agent.jsonl, test: agent.jsonl }
tune.steps: 2
tune.evalEvery: 2
tune.length: 2
tune.learningRate: 0.1
---
{{text}} is{{label}}
`;
const rows = ['sun,warm', 'snow,cold', 'fire,warm', 'ice,cold'].map((row) => row.split(','));

const at = (name: string): string => join(workspaceFolder(), name);
const ours = () => allRuns().filter(({ record }) => record.template.path === at('agent.prompt'));

/** Calls a tool as any agent of the window does. */
async function call(name: string, input: object): Promise<string> {
  const options = { input, toolInvocationToken: undefined };
  const { content } = await vscode.lm.invokeTool(`promptTuner_${name}`, options);
  return (content as readonly vscode.LanguageModelTextPart[]).map(({ value }) => value).join('');
}

describe('an agent of the window', () => {
  before(async () => {
    writeFileSync(at('agent.jsonl'), rows.map(([text, label]) => `${JSON.stringify({ text, label })}\n`).join(''));
    await openWith('agent.prompt', template);
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    for (const { folder } of ours()) rmSync(folder, { recursive: true });
    for (const name of ['agent.prompt', 'agent.jsonl']) rmSync(at(name));
    await vscode.commands.executeCommand('promptTuner.refreshRuns');
  });

  it('finds the tools with what they are for and what they take', () => {
    const found = vscode.lm.tools.filter(({ tags }) => tags.includes('prompt-tuner'));
    assert.deepEqual(found.map(({ name }) => name.replace('promptTuner_', '')).sort(), [
      'checkTemplate',
      'compareRuns',
      'listRuns',
      'readResults',
      'startRuns',
      'stopRuns',
    ]);
    for (const { description, inputSchema } of found) assert.ok(description.length > 40 && inputSchema);
  });

  it('checks what stands in the editor, saved or not', async () => {
    assert.match(await call('checkTemplate', { template: 'agent.prompt' }), /\[data-overlap\]/);
    const document = await vscode.workspace.openTextDocument(at('agent.prompt'));
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(document.lineCount, 0), '{{#if}}');
    await vscode.workspace.applyEdit(edit);
    assert.match(await call('checkTemplate', { template: 'agent.prompt' }), /agent\.prompt:\d+:\d+: error: .*\[/);
    await assert.rejects(
      call('startRuns', { template: 'agent.prompt', methods: ['hard'] }),
      /The template has \d+ error/,
    );
    await vscode.commands.executeCommand('undo');
  });

  it('trains in the queue of the window, and reads the numbers that the sidebar has', async () => {
    const said = await call('startRuns', { template: 'agent.prompt', methods: ['hard', 'soft'], wait: true });
    assert.match(said, /done +hard[\s\S]*done +soft|done +soft[\s\S]*done +hard/);
    assert.deepEqual(
      ours().map(({ record }) => record.status),
      ['done', 'done'],
    );
    const soft = ours().find(({ record }) => record.method === 'soft')!.record;
    const numbers = await call('readResults', { run: soft.id });
    assert.match(numbers, new RegExp(`accuracy +${soft.result!.accuracy.toFixed(3)}`));
    assert.match(await call('compareRuns', { template: 'agent.prompt' }), /agent: 4 rows of test/);
    if (isWatched) await windowShows(/agent/, 'agents');
  });

  it('is told in one sentence what it may not do', async () => {
    await assert.rejects(
      call('checkTemplate', { template: '/etc/passwd' }),
      /lies outside the workspace\. Name a \.prompt/,
    );
    await assert.rejects(call('readResults', { run: 'nobody' }), /There is no run "nobody"\. Call listRuns/);
  });
});
