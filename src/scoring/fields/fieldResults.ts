import { isNumber, isText, nullable, object, type Infer } from '../../channel/guards';
import { mean } from '../statistics/mean';
import type { FieldScore } from './fieldScores';

/** What a field of JSON answers came to: of several seeds means, as of any metric. */
export const isFieldResults = object({
  /** Its path, `buyer.city`; empty for an answer that is no object. */
  field: isText,
  /** Answers that should have it, that have it, and that have it right, over all seeds. */
  expected: isNumber,
  predicted: isNumber,
  equal: isNumber,
  /** Null where no answer has the field. */
  precision: nullable(isNumber),
  /** Null where no answer should have it. */
  recall: nullable(isNumber),
  f1: isNumber,
});
export type FieldResults = Infer<typeof isFieldResults>;

/** @param seeds the table of fields of each seed, one or more, over the same rows */
export function fieldResults(seeds: readonly (readonly FieldScore[])[]): readonly FieldResults[] {
  const names = [...new Set(seeds.flatMap((fields) => fields.map(({ field }) => field)))];
  const results = names.map((name): FieldResults => {
    const ofSeeds = seeds.map(
      (fields) =>
        fields.find(({ field }) => field === name) ?? { ...none, field: name, precision: 0, recall: 0, f1: 0 },
    );
    const sum = (key: keyof typeof none): number => ofSeeds.reduce((total, each) => total + each[key], 0);
    const answered = ofSeeds.filter(({ predicted }) => predicted > 0);
    const asked = ofSeeds.filter(({ expected }) => expected > 0);
    return {
      field: pathOf(name),
      expected: sum('expected'),
      predicted: sum('predicted'),
      equal: sum('equal'),
      precision: answered.length === 0 ? null : mean(answered.map(({ precision }) => precision)),
      recall: asked.length === 0 ? null : mean(asked.map(({ recall }) => recall)),
      f1: mean(ofSeeds.map(({ f1 }) => f1)),
    };
  });
  return [...results.filter(({ expected }) => expected > 0), ...results.filter(({ expected }) => expected === 0)];
}

const none = { expected: 0, predicted: 0, equal: 0 };

/**
 * A JSON pointer as a path: `/buyer/city` → `buyer.city`. A key that would read as several, or as none, is quoted.
 */
export function pathOf(pointer: string): string {
  const keys = pointer.split('/').slice(1);
  return keys
    .map((escaped) => escaped.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((key) => (key === '' || /[."]/.test(key) ? JSON.stringify(key) : key))
    .join('.');
}
