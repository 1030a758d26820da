import { readFileSync } from 'node:fs';
import type * as vscode from 'vscode';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { activate } from '../../src/extension';
import { editor, resetEditor, Uri } from '../support/standIns/vscodeStub';
import { patience } from '../support/running/patience';

/** Commands that start a training, another process or a download. */
const startWork = [
  'evaluateHard',
  'trainSoft',
  'trainV1',
  'trainV2',
  'train',
  'trainAgain',
  'continueRun',
  'compare',
  'addAnswers',
  'resume',
  'continueQueue',
  'predictRows',
  'exportRun',
  'serveRun',
  'shareRun',
  'importRun',
  'addModel',
  'showModel',
];

/** Commands that read, show, label, or end work; the report reads what runs have left. */
const harmless = [
  'trainForm',
  'pause',
  'stop',
  'moveUp',
  'moveDown',
  'pauseQueue',
  'openRun',
  'showLog',
  'showSlurmLog',
  'showText',
  'revealRun',
  'openTemplate',
  'openComparison',
  'compareStudy',
  'refreshRuns',
  'renameRun',
  'noteRun',
  'starRun',
  'unstarRun',
  'copySettings',
  'exportReport',
  'modelCard',
  'showServer',
  'stopServer',
  'deleteRun',
  'setHubToken',
  'setEndpointKey',
  'forgetEndpointKey',
  'forgetEndpointConsent',
  'refreshModels',
  'copyModelId',
  'revealModel',
  'importOpenPrompt',
  'importPrompty',
  'importPromptfoo',
  'importPromptFile',
  'importMessages',
  'newTemplate',
  'newFromData',
  'openDocumentation',
  'learnMore',
  'getStarted',
  'openExampleWorkspace',
  'openPreview',
  'useExamples',
];

/** Commands that only our own pages and code actions call, so that package.json does not name them. */
const internal = ['trainMoreSeeds', 'chooseDataFile', 'compareInstruction', 'applyInstruction'];

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly enablement?: string }[];
    readonly languageModelTools: readonly { readonly name: string }[];
  };
};

let subscriptions: vscode.Disposable[] = [];

function start(isTrusted: boolean): void {
  resetEditor(isTrusted);
  const memory = { get: (_: string, otherwise: unknown) => otherwise, update: () => Promise.resolve() };
  subscriptions = [];
  const extension = { packageJSON: manifest };
  const extensionUri = new Uri('/extension');
  activate({ extensionUri, extension, subscriptions, workspaceState: memory, secrets: {} } as never);
}

beforeEach(() => start(false));
afterEach(() => subscriptions.forEach((each) => void each.dispose()));

describe('the commands', () => {
  it('are those of package.json and some of our own, each known to start work or not', () => {
    const registered = [...editor.commands.keys()].map((name) => name.replace('promptTuner.', '')).sort();
    expect(registered).toEqual([...startWork, ...harmless, ...internal].sort());
    const contributed = manifest.contributes.commands.map(({ command }) => command.replace('promptTuner.', ''));
    expect([...contributed, ...internal].sort()).toEqual(registered);
  });

  it.each(startWork)('%s does nothing in Restricted Mode, and says so with a way to grant trust', async (name) => {
    editor.shown.length = 0;
    editor.executed.length = 0;
    await editor.commands.get(`promptTuner.${name}`)!('/w/triage.prompt', ['hard']);
    expect(editor.shown).toEqual([['showWarningMessage', 'Training is off in Restricted Mode.']]);
    expect(editor.executed).toEqual([]);
  });

  it.each(startWork)('%s is not offered in Restricted Mode', (name) => {
    const found = manifest.contributes.commands.find(({ command }) => command === `promptTuner.${name}`);
    expect(found?.enablement).toContain('isWorkspaceTrusted');
  });

  it.each(['openComparison', 'trainForm', 'newTemplate'])('%s works in Restricted Mode', async (name) => {
    editor.shown.length = 0;
    await editor.commands.get(`promptTuner.${name}`)!();
    expect(editor.shown.map(([kind]) => kind)).not.toEqual([]);
    expect(editor.shown.map(([kind]) => kind)).not.toContain('showWarningMessage');
  });

  it('are behind the guard only for as long as nobody trusts the workspace', async () => {
    editor.isTrusted = true;
    await editor.commands.get('promptTuner.compare')!('/w/triage.prompt');
    expect(editor.shown.map(([kind]) => kind)).toContain('showQuickPick');
  });
});

describe('the tools of agents', () => {
  const token = { isCancellationRequested: false, onCancellationRequested: () => undefined };

  it('are those of package.json', () => {
    const contributed = manifest.contributes.languageModelTools.map(({ name }) => name);
    expect([...editor.tools.keys()]).toEqual(contributed);
  });

  it.each(['startRuns', 'stopRuns'])('%s starts nothing in Restricted Mode, nor asks whether it may', async (name) => {
    const tool = editor.tools.get(`promptTuner_${name}`)!;
    const refusal =
      'Nothing is started in Restricted Mode. Ask the person to trust the workspace, then call this again. [untrusted]';
    await expect(tool.prepareInvocation({ input: {} }, token)).rejects.toThrow(refusal);
    await expect(tool.invoke({ input: {} }, token)).rejects.toThrow(refusal);
  });

  it('ask nothing before they read, and say what they want where they are given something else', async () => {
    const tool = editor.tools.get('promptTuner_listRuns')!;
    expect(await tool.prepareInvocation({ input: {} }, token)).toBeUndefined();
    expect((await tool.invoke({ input: {} }, token)).parts[0]!.value).toContain('There are no such runs.');
    await expect(tool.invoke({ input: { limit: 'all' } }, token)).rejects.toThrow(
      'The input "limit" is not a whole number from 1 to 200.',
    );
  });
});

/** A webview panel that plays its page: what the extension posts is kept, and calls can be made. */
function fakePanel(viewType: string) {
  const posted: Readonly<Record<string, unknown>>[] = [];
  let receive: (message: unknown) => void = () => undefined;
  const nothing = () => ({ dispose: () => undefined });
  const panel = {
    viewType,
    visible: true,
    onDidDispose: nothing,
    onDidChangeViewState: nothing,
    dispose: () => undefined,
    reveal: () => undefined,
    webview: {
      cspSource: '',
      asWebviewUri: (uri: unknown) => uri,
      postMessage: (message: Readonly<Record<string, unknown>>) => posted.push(message),
      onDidReceiveMessage: (listener: (message: unknown) => void) => {
        receive = listener;
        return nothing();
      },
    },
  };
  return {
    panel,
    async call(name: string, request: unknown) {
      receive({ mark: 'prompt-tuner', kind: 'call', id: 1, name, request });
      await vi.waitFor(() => expect(posted.some(({ id }) => id === 1)).toBe(true), patience);
      return posted.find(({ id }) => id === 1)!;
    },
  };
}

const values = { methods: ['soft'], set: {} };
const shownRow = { split: 'test', row: 0, subject: 'hard' };
const kept: Readonly<Record<string, unknown>> = {
  preview: { ...shownRow, template: 'file:///w/a.prompt', invisibles: false, boundaries: false },
  trainForm: { file: '/w/a.prompt', values, from: null },
  comparison: {},
  model: { reference: '/w/model' },
};

describe('the requests of pages', () => {
  it.each([
    ['trainForm', 'measure', values],
    ['trainForm', 'start', values],
    ['preview', 'predict', shownRow],
    ['comparison', 'inspectPrompt', { run: 'a' }],
    ['comparison', 'askInput', { run: 'a', input: { text: 'x' } }],
    ['model', 'measure', { reference: '/w/model' }],
  ])('%s, %s: refused in Restricted Mode', async (page, name, request) => {
    const { panel, call } = fakePanel(page);
    await editor.serializers.get(`promptTuner.${page}`)!.deserializeWebviewPanel(panel, kept[page]);
    expect(await call(name, request)).toMatchObject({
      kind: 'error',
      error: { code: 'untrusted', remedy: 'Trust the workspace first.' },
    });
  });

  it('open no model to show it, and the page says why', async () => {
    const { panel, call } = fakePanel('model');
    await editor.serializers.get('promptTuner.model')!.deserializeWebviewPanel(panel, kept.model);
    expect(await call('show', { reference: null })).toMatchObject({
      kind: 'result',
      result: { model: null, problem: 'Models are not opened in Restricted Mode.' },
    });
  });

  it('start work by the same commands as menus do', async () => {
    const { panel, call } = fakePanel('comparison');
    await editor.serializers.get('promptTuner.comparison')!.deserializeWebviewPanel(panel, kept.comparison);
    editor.executed.length = 0;
    await call('start', { command: 'compare' });
    expect(editor.executed).toEqual([['promptTuner.compare', undefined]]);
  });
});
