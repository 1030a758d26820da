import { describe, expect, it } from 'vitest';
import type { Tokenizer } from '../../../../../src/model/tokenizer/tokenizer';
import { labelStretches, labelWordsOf, wordVocabulary } from '../../../../../src/tuning/search/proposals/vocabulary';
import { isEnglish } from '../../../../../src/tuning/search/proposals/english';
import { paraphrasesOf } from '../../../../../src/tuning/search/proposals/paraphrases';
import { resolveSettings } from '../../../../../src/template/read/resolveSettings';
import { readTemplate } from '../../../../../src/template/read/template';

const tokens = [
  '<s>',
  'Ġsay',
  'say',
  'ĠSay',
  'Say',
  'Ġgood',
  'Ġa',
  'Ġb',
  '.',
  'Ċ',
  'ĠAND',
  'Ġto2',
  'Ġmot',
  'Ġда',
  'ing',
];
const tokenizer: Tokenizer = {
  encode: () => [],
  encoderWithout: () => () => [],
  added: [],
  pieces: () => ({ bytes: [], notFirst: new Set(), spaced: false }),
  decode: ([id]) => tokens[id!]!.replace('Ġ', ' ').replace('Ċ', '\n'),
  token: (id) => tokens[id],
  vocabularySize: tokens.length + 1,
  firstVirtualToken: tokens.length + 1,
};

describe('the words an edit may write', () => {
  const vocabulary = wordVocabulary(tokenizer, 'Tell me a word', (word) => word === 'good');

  it("are whole lower-case words of the seed's script, without those refused and single letters it lacks", () => {
    expect([...vocabulary.inner.values()]).toEqual(['say', 'a', 'mot']);
    expect([...vocabulary.opening.values()]).toEqual(['Say', 'Say']);
  });

  it('may be of several tokens', () => {
    expect(['saying', 'good', 'b', 'да', 'x1'].map(vocabulary.accepts)).toEqual([true, false, false, false, false]);
  });

  it('are told from what goes on with a word', () => {
    expect(tokens.flatMap((token, id) => (vocabulary.continues(id) ? [token] : []))).toEqual(['say', 'Say', 'ing']);
  });
});

describe('the words of a script without spaces', () => {
  it('are tokens that begin with no space, single letters among them', () => {
    const chinese = ['<s>', '请', '天气', 'ing', 'Ġsay', '，', '好的'];
    const { inner, opening, accepts } = wordVocabulary(
      {
        ...tokenizer,
        decode: ([id]) => chinese[id!]!.replace('Ġ', ' '),
        token: (id) => chinese[id],
        vocabularySize: 7,
      },
      '请说明天气',
      (word) => word === '好的',
    );
    expect([...inner.values()]).toEqual(['请', '天气']);
    expect([...opening.values()]).toEqual(['请', '天气']);
    expect(['请', '好的', 'say'].map(accepts)).toEqual([true, false, false]);
  });
});

describe('label words', () => {
  it('in a script without spaces are found inside of other words, and where they stand in a text', () => {
    const text = '---\noutput:\n  schema:\n    label(enum): [正面, 负面]\n---\n{{text}}{{label}}';
    const { template } = readTemplate(text, 'a.prompt');
    const task = { labels: template!.output!.labels, settings: resolveSettings(template!, 'hard', {}) };
    expect(['正面', '正面的', '面'].filter(labelWordsOf(task))).toEqual(['正面', '正面的']);
    expect(labelStretches(task, '是正面还是负面？')).toEqual(
      expect.arrayContaining([
        [1, 3],
        [5, 7],
      ]),
    );
  });

  it('are the labels, their words and their plurals', () => {
    const text =
      '---\noutput:\n  schema:\n    label(enum): [very good, box]\n' +
      'tune.labels: { very good: " fine", box: " chest" }\n---\n{{text}}{{label}}';
    const { template } = readTemplate(text, 'a.prompt');
    const isLabelWord = labelWordsOf({
      labels: template!.output!.labels,
      settings: resolveSettings(template!, 'hard', {}),
    });
    expect(['good', 'Very', 'fine', 'chests', 'boxes', 'box', 'kind', 'goodness'].filter(isLabelWord)).toEqual([
      'good',
      'Very',
      'fine',
      'chests',
      'boxes',
      'box',
    ]);
  });
});

describe('what is known of English', () => {
  it('is used on English only', () => {
    expect(isEnglish('Say what the question asks for.')).toBe(true);
    expect(isEnglish('Sage, wonach die Frage fragt.')).toBe(false);
  });

  it('gives for a phrase the others of its group, and nothing for one it does not know', () => {
    expect(paraphrasesOf('what kind of')).toContain('what sort of');
    expect(paraphrasesOf('what kind of')).not.toContain('what kind of');
    expect(paraphrasesOf('blue')).toEqual([]);
  });
});
