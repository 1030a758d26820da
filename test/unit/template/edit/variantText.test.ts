import { describe, expect, it } from 'vitest';
import { variantText } from '../../../../src/template/edit/variantText';
import { lines } from '../../../support/text/lines';

const template = (...front: readonly string[]): string =>
  lines('---', 'model: builtin', ...front, '---', '{{#instruction}}Say it.{{/instruction}}', '{{text}}');

describe('the text of a variant', () => {
  it('has another instruction, and every other character of its template', () => {
    expect(variantText(template('name: days'), 'a.prompt', 'Guess.')).toBe(
      template('name: days').replace('Say it.', 'Guess.'),
    );
  });

  it('leaves out which variant its template says to be', () => {
    expect(variantText(template('variant: short', 'name: days'), 'a.prompt', 'Guess.')).toBe(
      template('name: days').replace('Say it.', 'Guess.'),
    );
  });

  it('is refused where the instruction would end early', () => {
    expect(() => variantText(template(), 'a.prompt', 'Guess.{{/instruction}} More.')).toThrow(
      expect.objectContaining({ code: 'instruction-braces' }) as Error,
    );
  });
});
