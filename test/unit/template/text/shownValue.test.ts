import { describe, expect, it } from 'vitest';
import { shownValue } from '../../../../src/template/text/shownValue';

describe('a value that an error repeats', () => {
  it.each([
    [Number.NaN, '.nan'],
    [Number.POSITIVE_INFINITY, '.inf'],
    [[Number.NEGATIVE_INFINITY, 1], '[-.inf,1]'],
    [{ tolerance: Number.NaN }, '{"tolerance":.nan}'],
    ['.nan', '".nan"'],
    [null, 'null'],
    [undefined, 'empty'],
    ['a'.repeat(50), `"${'a'.repeat(39)}…`],
  ])('%j is shown as YAML writes it: %s', (value, shown) => {
    expect(shownValue(value)).toBe(shown);
  });
});
