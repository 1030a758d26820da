import { describe, expect, it } from 'vitest';
import { acceptedAnswers } from '../../../../src/template/render/chat/rowMessages';

const accepted = (answer: unknown, isList?: true) =>
  acceptedAnswers({ answer }, { name: 'answer', ...(isList && { isList }) });

describe('the answers that a row accepts', () => {
  it('are one text, or those of a list', () => {
    expect(accepted('rain')).toEqual(['rain']);
    expect(accepted(['rain', 'some rain'])).toEqual(['rain', 'some rain']);
    expect(accepted(['rain', 'some rain'], true)).toEqual([String(['rain', 'some rain'])]);
  });

  it('are the texts of what was marked in a passage, without where they begin', () => {
    expect(accepted({ text: ['rain', 'some rain'], answer_start: [3, 0] })).toEqual(['rain', 'some rain']);
    expect(accepted({ answer_start: [], text: [] })).toEqual(['']);
  });

  it('are every other record as it is written', () => {
    for (const record of [
      { text: ['rain'], answer_start: [3], is_impossible: false },
      { text: ['rain'], answer_start: [] },
      { text: [1], answer_start: [3] },
      { text: 'rain', answer_start: 3 },
    ])
      expect(accepted(record)).toEqual([JSON.stringify(record)]);
  });
});
