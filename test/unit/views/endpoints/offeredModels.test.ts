import { beforeEach, describe, expect, it } from 'vitest';
import { addressProblem, nameProblem } from '../../../../src/views/endpoints/addEndpoint';
import { createOfferedModels, offeredEndpoints } from '../../../../src/views/endpoints/offeredModels';
import { elsewhereChoices } from '../../../../src/views/models/addModel';
import { startEndpoint } from '../../../support/standIns/endpointServer';
import { editor, resetEditor } from '../../../support/standIns/vscodeStub';

const secrets = (keys: Readonly<Record<string, string>> = {}) =>
  ({ get: (name: string) => Promise.resolve(keys[name]) }) as never;

beforeEach(() => {
  resetEditor(true);
});

describe('the models elsewhere that a window offers', () => {
  it('are those that endpoints list and those of VS Code; where one has none it is said why', async () => {
    const server = await startEndpoint(({ headers }) =>
      headers.authorization === 'Bearer right' ? { body: { data: [{ id: 'qwen3:8b' }] } } : { status: 401, body: {} },
    );
    editor.configuration = {
      endpoints: {
        mine: { baseURL: server.address },
        shut: { baseURL: server.address },
        gone: { baseURL: 'http://127.0.0.1:1/v1' },
      },
    };
    editor.models = () => [{ vendor: 'copilot', family: 'gpt-4o' }];
    const offered = await offeredEndpoints(secrets({ 'promptTuner.endpointKey.mine': 'right' }));
    expect(offered).toMatchObject([
      { endpoint: 'openai', models: [], needsKey: true },
      { endpoint: 'mine', models: ['mine:qwen3:8b'] },
      { endpoint: 'shut', models: [], needsKey: true, problem: expect.stringMatching(/asks for a key/) as unknown },
      { endpoint: 'gone', models: [], problem: expect.stringMatching(/cannot be reached/) as unknown },
      { endpoint: 'vscode', models: ['vscode:copilot/gpt-4o'] },
    ]);
    const choices = elsewhereChoices(offered);
    expect(choices.flatMap(({ reference }) => reference ?? [])).toEqual(['mine:qwen3:8b', 'vscode:copilot/gpt-4o']);
    expect(choices.flatMap(({ endpoint }) => endpoint ?? [])).toEqual([{ keyOf: 'openai' }, { keyOf: 'shut' }, 'new']);
  });

  it('are asked for once by who types a name, and not again for each letter', async () => {
    const server = await startEndpoint(() => ({ body: { data: [{ id: 'little' }] } }));
    editor.configuration = { endpoints: { mine: { baseURL: server.address } } };
    const offered = createOfferedModels(secrets());
    expect(server.seen).toEqual([]);
    const [first] = await Promise.all([offered(), offered()]);
    expect(first).toEqual([{ name: 'mine:little', details: `runs elsewhere: ${server.address}` }]);
    expect(server.seen).toHaveLength(1);
  });

  it.each([
    ['http://localhost:8080/v1', undefined],
    ['localhost:8080', /address of the web/],
    ['', /address of the web/],
    ['https://me:secret@host/v1', /Leave user name and password out/],
  ])('take the address %s or say what is wrong with it', (text, problem) => {
    if (problem) expect(addressProblem(text)).toMatch(problem);
    else expect(addressProblem(text)).toBeUndefined();
  });

  it.each([
    ['my-server', true],
    ['ollama', false],
    ['vscode', false],
    ['My Server', false],
    ['', false],
  ])('take the name "%s" or say what a name is made of: %s', (text, isFit) => {
    expect(nameProblem(text) === undefined).toBe(isFit);
  });
});
