import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../../../../src/failure';
import { createQuestions, type PageQuestions } from '../../../../src/views/comparison/questions';
import type { InspectorProcess } from '../../../../src/views/process/inspectorProcess';
import { inputAnswers } from '../../../support/comparison/inspected';
import { editor } from '../../../support/standIns/vscodeStub';

const [answer] = Object.values(inputAnswers);
const soFar = { more: 'So', pace: null, answer: null };

describe('the questions of a page', () => {
  const work = vi.fn<(name: string, request: unknown) => Promise<unknown>>();
  let questions: PageQuestions;
  const ask = (run = 'a') => questions.handlers.askInput({ run, input: { text: 'x' } });
  const asked = (name: string) => work.mock.calls.filter(([called]) => called === name).map(([, request]) => request);

  beforeEach(() => {
    editor.isTrusted = true;
    let number = 0;
    work.mockReset();
    work.mockImplementation((name) => Promise.resolve(name === 'askInput' ? { question: ++number } : soFar));
    questions = createQuestions({ work: work as unknown as InspectorProcess['work'] }, (run) => `/runs/${run}`);
  });

  it('go to the folder of the run, and are stopped and followed by their number', async () => {
    expect(await ask()).toEqual({ question: 1 });
    expect(asked('askInput')).toEqual([{ folder: '/runs/a', input: { text: 'x' } }]);
    expect(await questions.handlers.answerSoFar({ question: 1, from: 3 })).toEqual(soFar);
    await questions.handlers.stopAnswer({ question: 1 });
    expect(asked('stopAnswer')).toEqual([{ question: 1 }]);
  });

  it('are ended when nobody is there to read the answers', async () => {
    await ask('a');
    await ask('b');
    await questions.handlers.answerSoFar({ question: 1, from: 0 });
    questions.leave();
    expect(asked('stopAnswer')).toEqual([{ question: 1 }, { question: 2 }]);
    questions.leave();
    expect(asked('stopAnswer')).toHaveLength(2);
  });

  it('are ended, too, if whoever asked is gone before they have a number', async () => {
    const asking = ask();
    questions.leave();
    expect(asked('stopAnswer')).toEqual([]);
    await asking;
    expect(asked('stopAnswer')).toEqual([{ question: 1 }]);
  });

  it('start no process for an answer that has ended, or failed', async () => {
    await ask('a');
    await ask('b');
    work.mockResolvedValueOnce({ ...soFar, answer });
    await questions.handlers.answerSoFar({ question: 1, from: 0 });
    work.mockRejectedValueOnce(new Failure('trainer-ended', 'The trainer was ended by SIGKILL.'));
    await expect(questions.handlers.answerSoFar({ question: 2, from: 0 })).rejects.toMatchObject({
      code: 'trainer-ended',
    });
    questions.leave();
    expect(asked('stopAnswer')).toEqual([]);
  });

  it('are refused in Restricted Mode', () => {
    editor.isTrusted = false;
    expect(() => ask()).toThrow('The model is not asked in Restricted Mode.');
    expect(work).not.toHaveBeenCalled();
  });
});
