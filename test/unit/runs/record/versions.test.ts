import { describe, expect, it } from 'vitest';
import { isOfOlderEdition, numbersEdition } from '../../../../src/runs/record/versions';
import type { Settings } from '../../../../src/template/settings/settings';
import { record } from '../../../support/runs/records';

const older = (
  numbers: number | undefined,
  labels: Readonly<Record<string, readonly string[]>>,
  body = '{{text}}{{label}}',
): boolean => {
  const { versions, settings, template, method } = record('run');
  return isOfOlderEdition({
    method,
    versions: { ...versions, numbers },
    settings: { ...settings, labels },
    template: { ...template, text: body },
  });
};

describe('the numbers of a run', () => {
  it('may be others now where the budget of answers knew the expected one, which labels have no part in', () => {
    expect(older(2, {})).toBe(true);
    expect(older(2, { good: [' good'] })).toBe(false);
    expect(older(numbersEdition, {})).toBe(false);
  });

  it('may be others now where texts had the tokens that they have by themselves', () => {
    expect(older(undefined, {})).toBe(true);
    expect(older(1, { good: [' good'] })).toBe(true);
  });

  it('may be others now where answers in a script without spaces stood behind one', () => {
    expect(older(3, { 好评: [' 好评'] })).toBe(true);
    expect(older(3, { 好评: ['好评'] })).toBe(false);
    expect(older(3, { good: [' good'] })).toBe(false);
    expect(older(3, {}, '摘要：{{summary}}')).toBe(true);
    expect(older(3, {}, 'In short: {{summary}}')).toBe(false);
    expect(older(numbersEdition, { 好评: [' 好评'] }, '评论：{{label}}')).toBe(false);
  });

  it('may be others now where the learning rate was found by trials of gradient steps', () => {
    const { versions, settings, template } = record('run');
    const found = (method: Settings['method'], more: Partial<Settings>, numbers = 4): boolean =>
      isOfOlderEdition({
        method,
        versions: { ...versions, numbers },
        settings: { ...settings, labels: { good: [' good'] }, ...more },
        template,
      });
    expect(found('soft', { learningRate: 'auto' })).toBe(true);
    expect(found('soft', { learningRate: 0.1 })).toBe(false);
    expect(found('soft', { learningRate: 'auto', blackBox: true })).toBe(false);
    expect(found('hard', { learningRate: 'auto' })).toBe(false);
    expect(found('soft', { learningRate: 'auto' }, numbersEdition)).toBe(false);
  });
});
