import { describe, expect, it } from 'vitest';
import { requireTemplate } from '../../../../src/template/read/template';
import { cleanInstruction, instructionProblem } from '../../../../src/tuning/propose/cleanInstruction';

describe('the instruction of what a model has written', () => {
  it.each([
    ['Name the kind of thing.', 'Name the kind of thing.'],
    ['"Name the kind of thing."', 'Name the kind of thing.'],
    ['“Name the kind.”', 'Name the kind.'],
    ['Instruction: Name the kind.', 'Name the kind.'],
    ['**Instruction:** "Name the kind."', 'Name the kind.'],
    ['The new instruction is: Name the kind.', 'Name the kind.'],
    ["Sure! Here's a better instruction:\n\nName the kind.", 'Name the kind.'],
    ['1. Name the kind.\n2. Say what it is.', 'Name the kind.'],
    ['- Name the kind.', 'Name the kind.'],
    ['Name the kind\nof thing.\n\nThis is clearer because it is short.', 'Name the kind of thing.'],
    ['<think>They want\n\na kind.</think>\n\nName the kind.', 'Name the kind.'],
    ['```text\nName the kind.\n```', 'Name the kind.'],
    ["Say whether it is 'good' or 'bad'.", "Say whether it is 'good' or 'bad'."],
    ["'Good' or 'bad'", "'Good' or 'bad'"],
    ['<think>never ends', ''],
    ['  \n', ''],
  ])('is what is left of %j', (answer, instruction) => {
    expect(cleanInstruction(answer)).toBe(instruction);
  });
});

describe('what cannot be an instruction', () => {
  const template = requireTemplate(
    '---\noutput: { schema: { kind(enum): [a, b] } }\n---\n{{#instruction}}Kind?{{/instruction}}\n{{text}}{{kind}}',
    'kinds.prompt',
  );

  it.each([
    ['Name the kind.', undefined],
    ['', 'it is empty'],
    ['…', 'it is empty'],
    ['word '.repeat(81).trim(), 'it has more than 80 words'],
    ['Write {{kind}} here.', 'it holds the answer slot'],
    ['Read {{text}}.', 'it holds a tag'],
  ])('is told in a few words: %j', (text, problem) => {
    expect(instructionProblem(text, template)).toBe(problem);
  });
});
