import { describe, expect, it } from 'vitest';
import { checkTemplate } from '../../../../src/template/check/check';
import { readTemplate } from '../../../../src/template/read/template';
import type { TemplateContext } from '../../../../src/template/read/templateContext';
import { chatMl, task, withChat, withTokens } from './checkCase';

const unread: TemplateContext = { noTokens: 'The model "org/far" is not on this machine.' };
const text: TemplateContext = { encoder: withTokens([]) };
const chat: TemplateContext = { encoder: withChat(chatMl()) };

const found = (body: string, keys: string, around: TemplateContext) =>
  checkTemplate(task(body, `model: org/far\n${keys}`), 'a.prompt', around)
    .filter(({ code }) => code.startsWith('label-') || code === 'answer-slot-space')
    .map(({ severity, message, fixes }) => ({ severity, message, fixes: fixes.map(({ title }) => title) }));

/** Where " place" is written for one label, it is in a text the other's own word, which in a chat has no space. */
const likeOwn = 'tune.labels: { person: " place" }\n';

describe('the place of label words under a model that could not be read', () => {
  it('is judged as in a text and as in a chat: what only the former shares is a warning that says so', () => {
    const shared = 'The word " place" stands for both "person" and "place".';
    expect(found('{{text}}{{label}}', likeOwn, text)).toContainEqual({ severity: 'error', message: shared, fixes: [] });
    expect(found('{{text}}{{label}}', likeOwn, chat).map(({ message }) => message)).not.toContain(shared);
    expect(found('{{text}}{{label}}', likeOwn, unread)).toEqual([
      {
        severity: 'warning',
        message: 'If the model has no chat template, the word " place" stands for both "person" and "place".',
        fixes: [],
      },
    ]);
  });

  it('does not keep a template from being read, which the embedded model reads as one text', () => {
    const read = (model: string) => readTemplate(task('{{text}}{{label}}', `model: ${model}\n${likeOwn}`), 'a.prompt');
    expect(read('org/far').template).toBeDefined();
    expect(read('builtin').template).toBeUndefined();
  });

  it.each(['text', 'chat'] as const)('is known where tune.format is %s', (format) => {
    const messages = found('{{text}}{{label}}', `${likeOwn}tune.format: ${format}\n`, unread).map(
      ({ message }) => message,
    );
    expect(messages).toEqual(format === 'text' ? [expect.stringMatching(/^The word/)] : []);
  });

  it('does not soften what holds in both', () => {
    const both = 'tune.labels: { person: " who", place: " who" }\n';
    expect(found('{{text}}{{label}}', both, unread)).toMatchObject([
      { severity: 'error', message: expect.stringMatching(/^The word " who"/) },
    ]);
  });

  it('offers the word of either for a label without one', () => {
    const [empty] = found('{{text}}{{label}}', 'tune.labels: { person: [] }\n', unread);
    expect(empty).toMatchObject({ severity: 'error', fixes: ['Use " person"', 'Use "person"'] });
  });

  it('says of a missing space that it matters in a text', () => {
    const words = 'tune.labels: { person: who, place: where }\n';
    expect(found('{{text}}:{{label}}', words, unread)).toMatchObject([
      {
        severity: 'warning',
        message: 'If the model has no chat template, no space separates the prompt from the label words.',
      },
    ]);
    expect(found('{{text}}:{{label}}', words, text)).toMatchObject([{ message: expect.stringMatching(/^No space/) }]);
    expect(found('{{text}}:{{label}}', words, chat).map(({ message }) => message)).not.toContainEqual(
      expect.stringMatching(/space separates/),
    );
  });
});
