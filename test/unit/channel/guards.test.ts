import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  anyOf,
  instanceOf,
  isFlag,
  isNothing,
  isNumber,
  isText,
  listOf,
  nullable,
  object,
  oneOf,
  optional,
  tableOf,
  tuple,
  type Guard,
  type Infer,
} from '../../../src/channel/guards';

const isRun = object({
  id: isText,
  status: oneOf('running', 'done'),
  loss: nullable(isNumber),
  name: optional(isText),
  seeds: optional(listOf(isNumber)),
});

interface Run {
  readonly id: string;
  readonly status: 'running' | 'done';
  readonly loss: number | null;
  readonly name?: string;
  readonly seeds?: readonly number[];
}

const typeOf = <G>(guard: G) => {
  void guard;
  return expectTypeOf<Infer<G>>();
};

describe('the type of a guard', () => {
  it('has the fields that may be missing as such, and all others as required', () => {
    expectTypeOf<Infer<typeof isRun>>().toEqualTypeOf<Run>();
    expectTypeOf<{ id: string; status: 'done'; loss: null }>().toExtend<Infer<typeof isRun>>();
    expectTypeOf<{ status: 'done'; loss: null }>().not.toExtend<Infer<typeof isRun>>();
    expectTypeOf<Infer<typeof isRun>>().not.toExtend<{ name: string }>();
  });

  it('is that of each kind of guard', () => {
    typeOf(tuple(isNumber, nullable(isNumber), isText)).toEqualTypeOf<readonly [number, number | null, string]>();
    typeOf(tableOf(listOf(isFlag))).toEqualTypeOf<Readonly<Record<string, readonly boolean[]>>>();
    typeOf(anyOf(isText, object({ n: isNumber }))).toEqualTypeOf<string | { readonly n: number }>();
    typeOf(instanceOf<Float32Array>(Float32Array)).toEqualTypeOf<Float32Array>();
    expectTypeOf(isNothing).toEqualTypeOf<Guard<ReturnType<() => void>>>();
    typeOf('no guard').toBeNever();
  });

  it('goes through nested objects', () => {
    typeOf(object({ runs: listOf(isRun), best: optional(nullable(isRun)) })).toEqualTypeOf<{
      readonly runs: readonly Run[];
      readonly best?: Run | null;
    }>();
  });

  it('is no wider than what a guard of a field says', () => {
    expectTypeOf(object({ n: isText })).not.toExtend<Guard<{ readonly n: number }>>();
    expectTypeOf(object({ n: isNumber })).toExtend<Guard<{ readonly n: number }>>();
  });
});

describe('a guard', () => {
  const run = { id: 'a', status: 'done', loss: 1 };

  it('takes an object with or without its optional fields, and with others', () => {
    for (const value of [run, { ...run, name: 'first' }, { ...run, name: undefined }, { ...run, more: 1 }])
      expect(isRun(value)).toBe(true);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a list', [run]],
    ['a missing field', { id: 'a', loss: 1 }],
    ['a word that is not one of them', { ...run, status: 'lost' }],
    ['an optional field of another type', { ...run, name: 1 }],
    ['null where only its absence is allowed', { ...run, name: null }],
  ])('refuses %s', (_, value) => expect(isRun(value)).toBe(false));

  it('takes a tuple of its length and types alone', () => {
    const isPoint = tuple(isNumber, nullable(isNumber));
    expect(
      [
        [1, 2],
        [1, null],
      ].every(isPoint),
    ).toBe(true);
    expect([[1], [1, 2, 3], [null, 1], '12', { 0: 1, 1: 2, length: 2 }].some(isPoint)).toBe(false);
  });

  it('takes what one of several guards takes', () => {
    const isEither = anyOf(isText, isNumber);
    expect(['a', 1].every(isEither)).toBe(true);
    expect(isEither(true)).toBe(false);
  });

  it('takes an instance of its class alone', () => {
    expect(instanceOf(Uint32Array)(new Uint32Array(1))).toBe(true);
    expect(instanceOf(Uint32Array)(new Float32Array(1))).toBe(false);
  });
});
