import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listRuns } from '../../../src/runs/store/scanRuns';
import type { EditorAnswer, EditorQuestion } from '../../../src/endpoint/editorQuestion';
import { dayTemplate, hostedFolder, labelOfRequest } from '../../support/runs/hostedRun';

const template = (more = '') => dayTemplate(more).replace(/model: openai:\S+/, 'model: vscode:copilot/little');

/** An editor whose model knows the labels; what it is asked is kept. */
function editor(answer?: (question: EditorQuestion, number: number) => EditorAnswer) {
  const asked: EditorQuestion[] = [];
  const askEditor = (question: EditorQuestion): Promise<EditorAnswer> => {
    asked.push(question);
    const known: EditorAnswer = {
      answer: {
        text: labelOfRequest({ ...question }),
        model: 'copilot/little 1',
        promptTokens: 7,
        completionTokens: 2,
      },
    };
    return Promise.resolve(answer?.(question, asked.length) ?? known);
  };
  return { asked, askEditor };
}

const refuse = (code: string): EditorAnswer => ({ refusal: { code, message: 'no' } });
const quick = { retries: 0, concurrency: 1 };

describe('a hard prompt on a language model of VS Code', () => {
  it('is answered in words, with the tokens that the model counts, and says who answered', async () => {
    const { asked, askEditor } = editor();
    const { measure } = await hostedFolder(template().replace('Day:', '{{role "system"}}Be brief.{{role "user"}}Day:'));
    const { result } = await measure(quick, { askEditor });
    expect(result).toMatchObject({
      n: 4,
      accuracy: 1,
      hosted: {
        endpoint: 'vscode',
        address: 'VS Code',
        answeredBy: ['copilot/little 1'],
        failed: 0,
        decided: { text: 4 },
        tokens: { prompt: 28, completion: 8 },
      },
    });
    expect(asked).toHaveLength(4);
    expect(asked[0]).toMatchObject({ model: 'copilot/little', options: { temperature: 0 } });
    expect(asked[0]!.messages.map(({ role }) => role)).toEqual(['user', 'user']);
  });

  it('ends with one sentence where consent is withdrawn in the middle, and goes on with what is missing', async () => {
    const withdrawn = editor((_, number) => (number > 2 ? refuse('NoPermissions') : undefined!));
    const { measure, folder } = await hostedFolder(template());
    await expect(measure(quick, { askEditor: withdrawn.askEditor })).rejects.toMatchObject({
      code: 'endpoint-consent',
      message: 'VS Code does not let Prompt Tuner ask the language model "copilot/little".',
    });
    expect((await listRuns(join(folder, 'runs')))[0]).toMatchObject({
      status: 'failed',
      error: { code: 'endpoint-consent' },
    });
    const again = editor();
    const { result } = await measure(quick, { askEditor: again.askEditor });
    expect([again.asked.length, result.n]).toEqual([2, 4]);
  });

  it.each([
    ['NotFound', 'endpoint-refused', 'VS Code has no language model "copilot/little".'],
    ['Blocked', 'endpoint-key', 'lets no more be asked'],
    ['Unknown', 'endpoint-down', 'gave no answer: no'],
  ])('says in one sentence why there is no answer: %s', async (code, failure, sentence) => {
    const { asked, askEditor } = editor(() => refuse(code));
    const { measure } = await hostedFolder(template());
    await expect(measure(quick, { askEditor })).rejects.toMatchObject({
      code: failure,
      message: expect.stringContaining(sentence) as string,
    });
    expect(asked).toHaveLength(1);
  });

  it('hands a cancellation on, and is no longer waited for', async () => {
    const stopping = new AbortController();
    let isLetGo = false;
    const askEditor = (_: EditorQuestion, signal?: AbortSignal) =>
      new Promise<EditorAnswer>((fulfil) => {
        signal?.addEventListener('abort', () => {
          isLetGo = true;
          fulfil(refuse('Canceled'));
        });
        stopping.abort();
      });
    const { measure } = await hostedFolder(template());
    await expect(measure(quick, { askEditor }, stopping.signal)).rejects.toThrow();
    expect(isLetGo).toBe(true);
  });

  it('is refused outside the window, and as one text', async () => {
    const { measure } = await hostedFolder(template());
    await expect(measure({})).rejects.toThrow('The language models of VS Code can be asked from its window alone.');
    const text = await hostedFolder(template('tune.format: text\n'));
    await expect(text.measure({}, { askEditor: editor().askEditor })).rejects.toThrow(
      'tune.format: text has no meaning',
    );
  });
});
