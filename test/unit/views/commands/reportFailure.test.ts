import type * as vscode from 'vscode';
import { beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../../../src/failure';
import { reportFailure } from '../../../../src/views/commands/reportFailure';
import { editor, resetEditor } from '../../../support/standIns/vscodeStub';

const log = { error: () => undefined, show: () => undefined } as unknown as vscode.LogOutputChannel;

describe('the message on a failure', () => {
  beforeEach(() => resetEditor(true));

  it('leads to the paragraph on its code', async () => {
    editor.answer = (_, given) => given.at(-1);
    reportFailure(log, new Failure('disk-full', 'The disk is full.', {}, 'Free some space.'));
    await Promise.resolve();
    await Promise.resolve();
    expect(editor.shown).toEqual([['showErrorMessage', 'The disk is full. Free some space.']]);
    expect(editor.executed).toEqual([['promptTuner.openDocumentation', 'disk-full']]);
  });
});
