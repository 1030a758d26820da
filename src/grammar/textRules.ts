import { largest, smallest } from '../lists';
import type { Maker } from './maker';
import { plainCharacter } from './jsonRules';
import { numbersOf, type FlatPart } from './schemaParts';

/**
 * Characters of a text of bounded length for which a rule each is made, of a whole schema: what a token may write is
 * then known beforehand. Longer ones are counted, which takes longer wherever a mask is needed.
 */
const mostCounted = 128;

/** The body of a rule for texts; undefined where there are none. */
export function textRule(flat: readonly FlatPart[], maker: Maker): string | undefined {
  const least = largest(numbersOf(flat, 'minLength'), 0);
  const most = smallest(numbersOf(flat, 'maxLength'), Infinity);
  if (least > most) return undefined;
  for (const { schema, pointer } of flat)
    for (const keyword of ['pattern', 'format', 'contentEncoding', 'contentSchema'])
      if (schema[keyword] !== undefined) maker.miss(keyword, pointer);
  return ofLength(maker, least, most);
}

function ofLength({ json }: Maker, least: number, most: number): string {
  const { rules, character, escape, behind } = json;
  if (least === 0 && most === Infinity) return json.string;
  const counted = most === Infinity ? least : most;
  if (counted > mostCounted)
    return rules.add(`"\\"" ${character}{${least},${most === Infinity ? '' : most}} "\\"" ${behind}`);
  let next = most === Infinity ? json.ending : rules.add(`"\\"" ${behind}`);
  for (let length = counted - 1; length >= 0; length--) {
    const ends = length >= least ? '"\\"" | ' : '';
    next = rules.add(`(${ends}${plainCharacter} ${next} | "\\\\" ${escape} ${next}) ${behind}`);
  }
  return rules.add(`"\\"" ${next}`);
}
