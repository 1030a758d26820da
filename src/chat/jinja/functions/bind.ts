import { JinjaError } from '../values/budget';
import type { Arguments, Value } from '../values/values';

/**
 * Arguments by the names of the parameters that take them.
 * @throws JinjaError "TypeError" for one too many, or one of an unknown name
 */
export function bind<Name extends string>(
  callee: string,
  parameters: readonly Name[],
  { given, named }: Arguments,
): Readonly<Partial<Record<Name, Value>>> {
  if (given.length > parameters.length)
    throw new JinjaError(
      'TypeError',
      `${callee}() takes ${parameters.length} arguments but ${given.length} were given`,
    );
  const bound: Partial<Record<Name, Value>> = {};
  given.forEach((value, index) => (bound[parameters[index]!] = value));
  for (const [name, value] of named) {
    const parameter = parameters.find((known) => known === name);
    if (parameter === undefined)
      throw new JinjaError('TypeError', `${callee}() got an unexpected keyword argument '${name}'`);
    bound[parameter] = value;
  }
  return bound;
}
