import { Failure } from '../../../../src/failure';
import { chatMl, task, withChat, withTokens, wordEncoder, type Case } from './checkCase';
import { lines } from '../../../support/text/lines';

/** A tokenizer without a token for what it does not know. */
const withoutSnow = {
  ...wordEncoder,
  encode(text: string) {
    if (text.includes('☃')) throw new Failure('tokenizer-unknown', 'There is no token for "☃".');
    return wordEncoder.encode(text);
  },
};

/** Cases of findings in the answer: its slot, the labels and their words. */
export const answerCases: readonly Case[] = [
  {
    code: 'answer-slot-missing',
    bad: task('{{text}}', '«»')
      .replace('label(enum, kind)', '«label(enum, kind)»')
      .replace('«»', 'tune.data: { train: t }\n'),
    clean: task('{{text}}{{label}}', 'tune.data: { train: t }\n'),
    fixed: task('{{text}}{{label}}', 'tune.data: { train: t }\n'),
  },
  {
    code: 'answer-slot-missing',
    bad: '---\n«tune.data»: { train: t }\n---\n{{text}}',
    clean: '---\nmodel: x\n---\n{{text}}',
    how: 'no output field',
  },
  {
    code: 'answer-slot-not-last',
    bad: task('{{text}} is{{label}}« really»', 'tune.data: { train: t }\n'),
    clean: task('{{text}} is{{label}}\n\n', 'tune.data: { train: t }\n'),
    fixed: task('{{text}} is really{{label}}', 'tune.data: { train: t }\n'),
  },
  {
    code: 'answer-slot-not-last',
    bad: task('{{text}} is{{label}}«{{#if text}}.{{/if}}»'),
    clean: task('{{text}} is{{label}}{{! end }}'),
    severity: 'warning',
    how: 'without rows to train on',
  },
  {
    code: 'answer-slot-space',
    bad: task('{{text}}:« »{{label}}'),
    clean: task('{{text}}:{{label}}'),
    fixed: task('{{text}}:{{label}}'),
    severity: 'warning',
    how: 'two spaces',
  },
  {
    code: 'answer-slot-space',
    bad: task('{{text}}:«{{label}}»', 'tune.labels: { person: who, place: where }\n'),
    clean: task('{{text}}: {{label}}', 'tune.labels: { person: who, place: where }\n'),
    severity: 'warning',
    how: 'no space',
  },
  {
    code: 'answer-leak',
    bad: task('{{«label»}} {{text}}:{{label}}'),
    clean: task('{{#each xs}}{{label}}{{/each}} {{text}}:{{label}}'),
    severity: 'warning',
  },
  {
    code: 'trailing-space',
    bad: '---\noutput: { schema: { answer: string } }\n---\n{{q}}:« »{{answer}}',
    clean: '---\noutput: { schema: { answer: string } }\n---\n{{q}}:{{answer}}',
    severity: 'warning',
  },
  {
    code: 'trailing-space',
    bad: task('{{text}}:« »{{label}}', 'tune.labels: { person: who, place: [where, "at"] }\n'),
    clean: task('{{text}}:{{label}}', 'tune.labels: { person: who, place: [where, "at"] }\n'),
    fixed: task('{{text}}:{{label}}', 'tune.labels: { person: " who", place: [" where", " at"] }\n'),
    severity: 'information',
    how: 'before label words without one',
  },
  {
    code: 'label-unknown',
    bad: task('{{text}}{{label}}', 'tune.labels: { «persn»: who }\n'),
    clean: task('{{text}}{{label}}', 'tune.labels: { person: who }\n'),
    fixed: task('{{text}}{{label}}', 'tune.labels: { person: who }\n'),
  },
  {
    code: 'label-unknown',
    bad: task('{{text}}{{label}}').replace('[person, place]', '«[person, place]»'),
    clean: task('{{text}}{{label}}').replace('place]', 'place, thing]'),
    fixed: task('{{text}}{{label}}').replace('place]', 'place, thing]'),
    around: { dataLabels: { person: 3, place: 3, thing: 2 } },
    how: 'in the data',
  },
  {
    code: 'label-unknown',
    bad: task('{{text}}{{label}}').replace('[person, place]', '\n      «- person\n      - place»'),
    clean: task('{{text}}{{label}}')
      .replace('[person, place]', '\n      - person\n      - a thing: or two')
      .replace('a thing: or two', '"a thing: or two"'),
    fixed: task('{{text}}{{label}}').replace(
      '[person, place]',
      '\n      - person\n      - place\n      - "a thing: or two"',
    ),
    around: { dataLabels: { person: 3, 'a thing: or two': 2 } },
    how: 'in the data, for a list in lines',
  },
  {
    code: 'label-missing',
    bad: task('{{text}}{{label}}', 'tune.labels: { person: «[]» }\n'),
    clean: task('{{text}}{{label}}', 'tune.labels: { person: [" a"] }\n'),
    fixed: task('{{text}}{{label}}', 'tune.labels: { person: " person" }\n'),
  },
  {
    code: 'label-missing',
    bad: task('{{text}}{{label}}', 'tune.labels:\n  «person»:\n  place: there\n'),
    clean: task('{{text}}{{label}}', 'tune.labels:\n  place: there\n'),
    fixed: task('{{text}}{{label}}', 'tune.labels:\n  person: " person"\n  place: there\n'),
    how: 'nothing written',
  },
  {
    code: 'label-missing',
    bad: task('{{text}}{{label}}', 'tune.labels: { person: «" ☃"» }\n'),
    clean: task('{{text}}{{label}}', 'tune.labels: { person: " a" }\n'),
    around: { encoder: withoutSnow },
    how: 'no word that the model can write',
  },
  {
    code: 'label-duplicate-word',
    bad: task('{{text}}{{label}}', 'tune.labels: { person: [" a", " b"], place: «" b"» }\n'),
    clean: task('{{text}}{{label}}', 'tune.labels: { person: [" a", " b"], place: " c" }\n'),
  },
  {
    code: 'label-duplicate-word',
    bad: '---\noutput: { schema: { "label(enum)": [good, bad, «Good»] } }\n---\n{{text}}{{label}}',
    clean: '---\noutput: { schema: { "label(enum)": [good, bad, goods] } }\n---\n{{text}}{{label}}',
    severity: 'warning',
    how: 'in upper case',
  },
  {
    code: 'label-duplicate-word',
    bad: '---\noutput: { schema: { "label(enum)": [very good, bad, «"very  good "»] } }\n---\n{{text}}{{label}}',
    clean: '---\noutput: { schema: { "label(enum)": [very good, bad, verygood] } }\n---\n{{text}}{{label}}',
    severity: 'warning',
    how: 'with other spaces',
  },
  {
    code: 'label-duplicate-word',
    bad: task('{{text}}{{label}}', 'tune.labels: { person: «" place"» }\n'),
    clean: task('{{text}}{{label}}', 'tune.labels: { person: " Place" }\n'),
    how: 'with a default word',
  },
  {
    code: 'label-missing',
    bad: task('{{text}}{{label}}', 'tune.labels: { person: «[]» }\n'),
    clean: task('{{text}}{{label}}', 'tune.labels: { person: who }\n'),
    fixed: task('{{text}}{{label}}', 'tune.labels: { person: "person" }\n'),
    around: { encoder: withChat(chatMl()) },
    how: 'where the answer opens the turn of the model',
  },
  {
    code: 'label-duplicate-word',
    bad: task('{{text}}{{label}}', 'tune.labels: { person: «place» }\n'),
    clean: task('{{text}}{{label}}', 'tune.labels: { person: Place }\n'),
    around: { encoder: withChat(chatMl()) },
    how: 'with a default word of a chat',
  },
  {
    code: 'label-duplicate-word',
    bad: task('{{text}}{{label}}', 'tune.format: chat\ntune.labels: { person: same, place: «same» }\n'),
    clean: task('{{text}}{{label}}', 'tune.format: chat\ntune.labels: { person: " place" }\n'),
    how: 'in a chat whose model is not known',
  },
  {
    code: 'label-multi-token',
    bad: task('{{text}}{{label}}', 'tune.labels: { person: «" a b"» }\n'),
    clean: task('{{text}}{{label}}'),
    around: { encoder: wordEncoder },
    severity: 'information',
  },
  {
    code: 'label-multi-token',
    bad: task('{{text}}{{label}}', 'tune.labels: { person: [" x", «" a b"»] }\n'),
    clean: task('{{text}}{{label}}', 'tune.labels: { person: [" x", " a"] }\n'),
    fixed: task('{{text}}{{label}}', 'tune.labels: { person: [" x", " person"] }\n'),
    around: { encoder: wordEncoder },
    severity: 'information',
    how: 'in a list of words',
  },
  {
    code: 'label-multi-token',
    bad: task('{{text}}{{label}}').replace('[person, place]', '[person, «big-place»]'),
    clean: task('{{text}}{{label}}'),
    fixed: task('{{text}}{{label}}', 'tune.labels: { big-place: " big" }\n').replace('place]', 'big-place]'),
    around: { encoder: wordEncoder },
    severity: 'information',
    how: 'where no word is written',
  },
  {
    code: 'label-same-first-token',
    bad: task('{{text}}{{label}}', 'tune.labels: { person: " a b", place: «" a c"» }\n'),
    clean: task('{{text}}{{label}}', 'tune.labels: { person: " a b", place: " c" }\n'),
    around: { encoder: wordEncoder },
    severity: 'warning',
  },
  {
    code: 'answer-seam',
    bad: task('{{text}} so«{{label}}»', 'tune.labels: { person: "mebody", place: " where" }\n'),
    clean: task('{{text}} so{{label}}', 'tune.labels: { person: " somebody", place: " where" }\n'),
    around: { encoder: wordEncoder },
    severity: 'information',
  },
  {
    code: 'special-token-twice',
    bad: task('«<s>»{{text}}{{label}}'),
    clean: task('{{text}} <s>{{label}}'),
    fixed: task('{{text}}{{label}}'),
    around: { encoder: withTokens([1]) },
    severity: 'warning',
  },
  {
    code: 'special-token-twice',
    bad: task('\n «<s>»{{text}}{{label}}'),
    clean: task('Say <s>{{text}}{{label}}'),
    around: { encoder: withTokens([1]) },
    severity: 'warning',
    how: 'behind white space',
  },
  {
    code: 'special-token-twice',
    bad: task('«<g>»<s>{{text}}{{label}}'),
    clean: task('Say <g><s>{{text}}{{label}}'),
    around: { encoder: withTokens([2, 1]) },
    severity: 'warning',
    how: 'of several tokens',
  },
  {
    code: 'special-token-twice',
    bad: task('{{text}}{{label}} «</s>»'),
    clean: task('{{text}} </s> and {{label}}.'),
    around: { encoder: { ...withTokens([1], [3]), mask: 7 } },
    severity: 'warning',
    how: 'at the end, for a masked model',
  },
  {
    code: 'masked-model',
    bad: lines(
      '---',
      'input: { schema: { text: string } }',
      'output: { schema: { «reply»: string } }',
      'tune.data: { train: t }',
      '---',
      '{{text}} {{reply}} .',
    ),
    clean: task('{{text}} {{label}} .', 'tune.data: { train: t }\n'),
    around: { encoder: { ...wordEncoder, mask: 7 } },
    how: 'free text',
  },
  {
    code: 'masked-model',
    bad: task('{{text}} {{label}} .', 'tune.data: { train: t }\ntune.instruction: «text»\n'),
    clean: task('{{text}} {{label}} .', 'tune.data: { train: t }\ntune.instruction: both\n'),
    fixed: task('{{text}} {{label}} .', 'tune.data: { train: t }\ntune.instruction: embeddings\n'),
    around: { encoder: { ...wordEncoder, mask: 7 } },
    how: 'a rewritten instruction',
  },
];
