import { beforeEach, describe, expect, it } from 'vitest';
import { createEditorModels } from '../../../../src/views/endpoints/editorModels';
import { editor, LanguageModelError, resetEditor } from '../../../support/standIns/vscodeStub';

const question = {
  model: 'copilot/gpt-4o',
  messages: [
    { role: 'user' as const, content: 'Is it warm?' },
    { role: 'assistant' as const, content: 'Yes.' },
  ],
  options: { temperature: 0 },
};

interface Token {
  readonly isCancellationRequested: boolean;
}

/** A model that answers in two pieces, and counts letters. */
const model = (send: (token: Token) => void = () => undefined) => ({
  vendor: 'copilot',
  family: 'gpt-4o',
  version: '2024-08',
  async sendRequest(_: unknown, options: unknown, token: Token) {
    editor.executed.push(['send', options]);
    await Promise.resolve(send(token));
    return {
      text: (async function* () {
        yield await Promise.resolve('war');
        yield 'm';
      })(),
    };
  },
  countTokens: (what: string | { content: string }) =>
    Promise.resolve((typeof what === 'string' ? what : what.content).length),
});

beforeEach(() => resetEditor(true));

describe('the language models of the window', () => {
  it('answer whole, with their tokens and with who answered, and are told why they are asked', async () => {
    const selectors: unknown[] = [];
    editor.models = (selector) => {
      selectors.push(selector);
      return [model()];
    };
    expect(await createEditorModels().ask({ id: 1, question })).toEqual({
      answer: { text: 'warm', model: 'copilot/gpt-4o 2024-08', promptTokens: 15, completionTokens: 4 },
    });
    await createEditorModels().ask({ id: 2, question: { ...question, model: 'gpt-4o' } });
    expect(selectors).toEqual([{ vendor: 'copilot', family: 'gpt-4o' }, { family: 'gpt-4o' }]);
    expect(editor.executed[0]).toEqual([
      'send',
      {
        justification: 'A prompt is measured on the rows of its data, or instructions are written by them.',
        modelOptions: { temperature: 0 },
      },
    ]);
  });

  it('say by their code why they do not answer', async () => {
    expect(await createEditorModels().ask({ id: 1, question })).toMatchObject({ refusal: { code: 'NotFound' } });
    editor.models = () => [
      model(() => {
        throw new LanguageModelError('not allowed', 'NoPermissions');
      }),
    ];
    expect(await createEditorModels().ask({ id: 1, question })).toEqual({
      refusal: { code: 'NoPermissions', message: 'not allowed' },
    });
    editor.models = () => [
      model(() => {
        throw new Error('out of order');
      }),
    ];
    expect(await createEditorModels().ask({ id: 1, question })).toEqual({
      refusal: { code: 'Unknown', message: 'out of order' },
    });
  });

  it('are told that an answer is no longer wanted', async () => {
    const models = createEditorModels();
    let wasCancelled = false;
    editor.models = () => [
      model((token) => {
        models.letGo({ id: 7 });
        wasCancelled = token.isCancellationRequested;
      }),
    ];
    await models.ask({ id: 7, question });
    expect(wasCancelled).toBe(true);
  });
});
