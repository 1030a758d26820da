import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { lines } from '../../../support/text/lines';
import { until } from '../../../support/running/until.mjs';
import { isWatched, openWith, paste, readFile, workspaceFolder } from '../window';

const ask = (command: string, ...words: readonly unknown[]) => vscode.commands.executeCommand(command, ...words);

describe('new templates', () => {
  it('begin from a kind of task, and never over a file that is there', async () => {
    await ask('promptTuner.newTemplate', { kind: 'pairs', name: 'alike' });
    await until(
      'the template',
      () => vscode.window.activeTextEditor?.document.uri.path.endsWith('/alike.prompt') === true,
    );
    const first = await readFile('alike.prompt');
    await ask('promptTuner.newTemplate', { kind: 'classification', name: 'alike' });
    await until(
      'the second template',
      () => vscode.window.activeTextEditor?.document.uri.path.endsWith('/alike-2.prompt') === true,
    );
    assert.equal(await readFile('alike.prompt'), first);
    assert.match(await readFile('data/alike-2.train.jsonl'), /^\{.+\}\n/);
  });

  it('are imported from OpenPrompt, Prompty, promptfoo and VS Code, the original left as it is', async () => {
    const sources: readonly (readonly [
      command: string,
      file: string,
      content: string,
      written: string,
      expected: RegExp,
    ])[] = [
      [
        'importOpenPrompt',
        'imports/topics.txt',
        '{"placeholder":"text_a"} {"soft"} topic {"mask"}.\n',
        'imports/topics.prompt',
        /\{\{text_a\}\} \{\{soft 1\}\} topic/,
      ],
      [
        'importPrompty',
        'imports/greet.prompty',
        '---\nname: greet\ninputs:\n  who:\n    type: string\n---\nsystem:\nBe kind.\n\nuser:\nGreet {{who}}\n',
        'imports/greet.prompt',
        /\{\{who\}\}/,
      ],
      [
        'importPromptfoo',
        'imports/promptfooconfig.yaml',
        lines(
          'prompts:',
          '  - "Say {{word}}"',
          'tests:',
          '  - vars: { word: hi }',
          '    assert: [{ type: equals, value: hi }]',
          '  - vars: { word: ho }',
          '    assert: [{ type: equals, value: ho }]',
          '',
        ),
        'imports/promptfooconfig.prompt',
        /Say \{\{word\}\}/,
      ],
      [
        'importPromptFile',
        'imports/explain.prompt.md',
        '---\ndescription: Explains a word\n---\nExplain ${input:word:the word} in one sentence.\n',
        'imports/explain.prompt',
        /Explain \{\{word\}\} in one sentence\./,
      ],
    ];
    for (const [command, file, content, written, expected] of sources) {
      const uri = vscode.Uri.file(join(workspaceFolder(), file));
      await vscode.workspace.fs.writeFile(uri, Buffer.from(content));
      await ask(`promptTuner.${command}`, uri);
      assert.match(await readFile(written), expected, command);
      assert.equal(await readFile(file), content);
    }
  });

  it('take a pasted OpenPrompt line over in our words, when that is chosen', async function () {
    if (!isWatched) this.skip();
    const preferences = vscode.workspace.getConfiguration('editor');
    await preferences.update('pasteAs.preferences', ['text.openPrompt'], vscode.ConfigurationTarget.Global);
    const document = await openWith(
      'triage/paste.prompt',
      '---\nmodel: builtin\noutput:\n  schema:\n    topic(enum): [a, b]\n---\n',
    );
    const editor = await vscode.window.showTextDocument(document);
    const end = document.positionAt(document.getText().length);
    editor.selection = new vscode.Selection(end, end);
    await ask('workbench.action.focusActiveEditorGroup');
    await paste('{"placeholder":"text_a"} is {"mask"}');
    await until('the converted line', () => document.getText().includes('{{text_a}} is {{topic}}'), {
      seen: () => document.getText(),
    });
    await preferences.update('pasteAs.preferences', undefined, vscode.ConfigurationTarget.Global);
  });
});
