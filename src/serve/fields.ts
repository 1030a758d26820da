import { isFlag, isNumber, isObject, isText } from '../channel/guards';
import { badField } from './apiError';

/** The fields of a request. Those that are not asked for are ignored, as other servers do. */
export type Fields = Readonly<Record<string, unknown>>;

const given = (fields: Fields, name: string): unknown =>
  Object.hasOwn(fields, name) && fields[name] !== null ? fields[name] : undefined;

export interface Range {
  readonly least: number;
  readonly most: number;
  readonly whole?: boolean;
}

/** A number within a range; undefined where it is left out. @throws ApiError */
export function numberField(fields: Fields, name: string, { least, most, whole = false }: Range): number | undefined {
  const value = given(fields, name);
  if (value === undefined) return undefined;
  if (isNumber(value) && value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
  throw badField(name, `"${name}" must be a ${whole ? 'whole ' : ''}number from ${least} to ${most}.`);
}

/** @throws ApiError */
export function flagField(fields: Fields, name: string): boolean {
  const value = given(fields, name);
  if (value === undefined) return false;
  if (isFlag(value)) return value;
  throw badField(name, `"${name}" must be true or false.`);
}

/** One text or several. @throws ApiError */
export function textsField(fields: Fields, name: string, most: number): readonly string[] {
  const value = given(fields, name);
  const texts = value === undefined ? [] : Array.isArray(value) ? value : [value];
  if (texts.every(isText) && texts.length <= most && !texts.includes('')) return texts as readonly string[];
  throw badField(name, `"${name}" must be a text, or a list of up to ${most} of them.`);
}

/** @throws ApiError where a field asks for what would change the answer and is not done here */
export function requireNeutral(fields: Fields, neutral: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(neutral)) {
    const asked = given(fields, name);
    const isEmpty = (Array.isArray(asked) || isObject(asked)) && Object.keys(asked).length === 0;
    if (asked === undefined || asked === value || isEmpty) continue;
    throw badField(name, `"${name}" is not supported here; leave it out.`);
  }
}
