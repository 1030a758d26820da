import { describe, expect, it } from 'vitest';
import { markings } from '../../../../../src/tuning/search/text/listMarking';
import { readMarkedList, readOptionList, writeOptionList } from '../../../../../src/tuning/search/text/optionList';

const listIn = (source: string, names: readonly string[], end?: number) => readOptionList(source, names, end);

describe('the answers that an instruction lists', () => {
  it('are found with an article that stands once in front of them', () => {
    const source = 'Say what it asks for: a person, place or time.';
    const list = listIn(source, ['person', 'place', 'time', 'reason'])!;
    expect(source.slice(list.from, list.to)).toBe('a person, place or time');
    expect(list).toMatchObject({ shared: 'a ', gaps: [', ', ' or '] });
    expect(list.options.map(({ article, name }) => article + name)).toEqual(['person', 'place', 'time']);
  });

  it('are found with articles of their own', () => {
    const { shared, options } = listIn('About money, a fault, the account or the post.', [
      'money',
      'fault',
      'account',
      'post',
    ])!;
    expect(shared).toBe('');
    expect(options.map(({ article, name }) => article + name)).toEqual(['money', 'a fault', 'the account', 'the post']);
  });

  it('are found in other languages, with and without spaces', () => {
    expect(listIn('Worum geht es: die Post, das Geld oder ein Fehler?', ['Post', 'Geld', 'Fehler'])).toMatchObject({
      options: [{ article: 'die ' }, { article: 'das ' }, { article: 'ein ' }],
      gaps: [', ', ' oder '],
    });
    const chinese = '请选择：人物、地点或时间。';
    const list = listIn(chinese, ['人物', '地点', '时间'])!;
    expect(chinese.slice(list.from, list.to)).toBe('人物、地点或时间');
    expect(list.gaps).toEqual(['、', '或']);
  });

  it('are the longest of several lists, and not words that only lie apart', () => {
    const source = 'Good or bad? Say good, bad or fair.';
    const list = listIn(source, ['good', 'bad', 'fair'])!;
    expect(source.slice(list.from, list.to)).toBe('good, bad or fair');
    expect(listIn('A good day is never a bad one.', ['good', 'bad'])).toBeUndefined();
    expect(listIn('Say if it is good.', ['good', 'bad'])).toBeUndefined();
    expect(listIn('Goods or badges.', ['good', 'bad'])).toBeUndefined();
  });

  it('end where the format begins', () => {
    expect(listIn('Say it.\ngood or bad: ', ['good', 'bad'], 7)).toBeUndefined();
  });

  it('are written as they were read, with an article that fits the first', () => {
    const source = 'a person, entity or time';
    const list = listIn(source, ['person', 'entity', 'time'])!;
    expect(writeOptionList(list)).toBe(source);
    const [person, entity, time] = list.options;
    expect(writeOptionList({ ...list, options: [entity!, person!, time!] })).toBe('an entity, person or time');
  });

  it('are read again however each is marked, and written as they were read', () => {
    const names = ['money', 'fault', 'account'];
    const list = listIn('About money, fault or account.', names)!;
    for (const marking of markings) {
      const source = `About ${writeOptionList({ ...list, marking })}.`;
      const again = readMarkedList(source, names, source.length)!;
      expect([again.options, again.gaps, again.marking ?? 'plain']).toEqual([list.options, list.gaps, marking]);
      expect(writeOptionList(again)).toBe(source.slice(again.from, again.to));
    }
    expect(readMarkedList('About 1. money, 2. fault or 3. account.', names, 99)).toMatchObject({ from: 6, to: 38 });
  });

  it('are no list where one is numbered out of turn, or marked and the next is not', () => {
    const names = ['money', 'fault', 'account'];
    const listOf = (source: string) => readMarkedList(source, names, source.length);
    expect(listOf('About 2. money, 1. fault.')).toBeUndefined();
    expect(listOf('About "money", fault or account.')?.options.map(({ name }) => name)).toEqual(['fault', 'account']);
    expect(listIn('About 1. money, 2. fault.', names)).toBeUndefined();
  });
});
