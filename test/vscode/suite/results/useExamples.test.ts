import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { inThemes, openWith, workspaceFolder } from '../window';

const template = `---
model: builtin
input: { schema: { text: string } }
output: { schema: { label(enum): [good, bad] } }
tune.data: { train: mood.jsonl, test: mood.jsonl }
tune.examples: 2
---
{{#instruction}}Say how the day was.{{/instruction}}

{{text}} The day was{{label}}
`;

const source = '{{section "examples"}}It rained. The day was bad\nThey laughed. The day was good\n';
const file = (): string => join(workspaceFolder(), 'shown.prompt');

const run = (examples: object) => ({
  folder: join(workspaceFolder(), 'run'),
  record: { id: 'run', template: { path: file(), text: template }, examples },
});

describe('the examples of a run', () => {
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    rmSync(file(), { force: true });
  });

  it('become text of the template by one edit, which is undone as one', async () => {
    const document = await openWith('shown.prompt', template);
    await vscode.commands.executeCommand('promptTuner.useExamples', run({ choose: 'random', rows: [], source }));
    assert.equal(
      document.getText(),
      template.replace('tune.examples: 2\n', '').replace('{{text}} The', `${source}{{text}} The`),
    );
    await inThemes('use-examples');
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), template);
  });

  it('are left alone where each row has its own', async () => {
    const document = await openWith('shown.prompt', template);
    await vscode.commands.executeCommand('promptTuner.useExamples', run({ choose: 'similar', rows: [] })).then(
      () => undefined,
      () => undefined,
    );
    assert.equal(document.getText(), template);
  });
});
