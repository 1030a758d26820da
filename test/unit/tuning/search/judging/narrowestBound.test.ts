import { describe, expect, it } from 'vitest';
import { narrowestBound, type PathStep } from '../../../../../src/tuning/search/judging/narrowestBound';
import { readWords } from '../../../../../src/tuning/search/text/words';

const original = 'Say the desk: money, a fault or the post.';
const names = ['money', 'fault', 'post'];
const setting = {
  written: new Set(['say', 'the', 'desk', 'money', 'a', 'fault', 'or', 'post']),
  read: (source: string) => readWords(source, () => true),
  namesIn: (source: string) => names.filter((name) => source.includes(name)).join(),
  start: { source: original } as never,
  task: { settings: { blackBox: false } },
};
const found: PathStep = { bound: 1.5, before: 0.3, origin: 'list', gain: { gain: 0.2, standardError: 0.02 } };
const quoted = { source: 'Say the desk: "money", "fault" or "post".', readability: -0.5 };
const boundOf = (text = quoted, step: Partial<PathStep> = {}): number =>
  narrowestBound(text, setting, { ...found, ...step });

describe('the narrowest bound that holds for a text', () => {
  it('is that of the text before, where the edit and what came of it keep to its rules', () => {
    expect(boundOf()).toBe(0.3);
    expect(boundOf(quoted, { bound: Infinity })).toBe(0.3);
    expect(boundOf(quoted, { before: 0 })).toBe(0.3);
    expect(boundOf(quoted, { bound: Infinity, before: 1.5 })).toBe(1.5);
  });

  it('is that of the path for edits that a narrower bound would look at word by word', () => {
    for (const origin of ['replace', 'insert', 'token', 'merged', 'ask.prompt'])
      expect(boundOf(quoted, { origin })).toBe(1.5);
  });

  it('is that of the path where the text reads worse, loses words or names, or says a thing twice', () => {
    expect(boundOf({ ...quoted, readability: 0.4 })).toBe(1.5);
    expect(boundOf({ ...quoted, source: 'Desk: "money", "fault", "post".' })).toBe(0.3);
    expect(boundOf({ ...quoted, source: '"money" – "fault" – "post"' })).toBe(1.5);
    expect(boundOf({ ...quoted, source: 'Say the desk: "money" or "fault".' })).toBe(1.5);
    expect(boundOf({ ...quoted, source: 'Say the desk: money, money, a fault or the post.' })).toBe(1.5);
  });

  it('is that of the path where the gain is too small to change what a person wrote', () => {
    expect(boundOf(quoted, { gain: { gain: 0.009, standardError: 0 } })).toBe(1.5);
    expect(boundOf(quoted, { gain: { gain: 0.03, standardError: 0.02 } })).toBe(1.5);
  });
});
