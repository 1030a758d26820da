import { describe, expect, it } from 'vitest';
import { expandGrid, readSettingText } from '../../../../src/template/settings/settingGrid';
import { settingKey } from '../../../../src/template/settings/settingKeys';

const read = (name: string, text: string) => readSettingText(settingKey(name)!, text);

describe('a grid of settings', () => {
  it('is one cell without lists', () => {
    expect(expandGrid({ 'tune.steps': '10', 'tune.learningRate': 'auto' })).toEqual({
      varied: [],
      cells: [{ 'tune.steps': '10', 'tune.learningRate': 'auto' }],
    });
  });

  it('has a cell for each combination, the last list varying fastest', () => {
    const { varied, cells } = expandGrid({
      'tune.learningRate': '[0.01, 0.1]',
      'tune.steps': '7',
      'tune.optimizer': 'adamw, sgd',
    });
    expect(varied).toEqual(['learningRate', 'optimizer']);
    expect(cells.map((cell) => `${cell['tune.learningRate']} ${cell['tune.optimizer']} ${cell['tune.steps']}`)).toEqual(
      ['0.01 adamw 7', '0.01 sgd 7', '0.1 adamw 7', '0.1 sgd 7'],
    );
  });

  it('counts a value that is listed twice once', () => {
    expect(expandGrid({ 'tune.seed': '[1, 1, 2]' }).cells).toHaveLength(2);
  });

  it('names the element that may not stand there', () => {
    expect(() => expandGrid({ 'tune.learningRate': '[0.1, -1]' })).toThrow(
      'tune.learningRate must be auto or a number above 0, not -1.',
    );
    expect(read('steps', '[]')).toEqual({ problem: 'The list of tune.steps is empty.' });
    expect(read('steps', '[1')).toEqual({ problem: 'What is written for tune.steps is not YAML.' });
  });

  it('takes lists of label words and the paths of data as they are', () => {
    const set = { 'tune.labels': '{ bug: [" fault", " error"] }', 'tune.data.train': 'a, b.csv' };
    expect(expandGrid(set)).toEqual({ varied: [], cells: [{ ...set, 'tune.labels': '{"bug":[" fault"," error"]}' }] });
  });

  it('varies initialisations, words included', () => {
    expect(read('init', '[text, { text: "two, three" }]')).toEqual({ values: ['text', '{"text":"two, three"}'] });
  });

  it('refuses more trainings than anyone means', () => {
    const ten = `[${Array.from({ length: 15 }, (_, i) => i + 1).join()}]`;
    expect(() => expandGrid({ 'tune.steps': ten, 'tune.length': ten })).toThrow('The lists make 225 trainings.');
  });
});
