import * as l10n from '@vscode/l10n';
import { isMapping } from '../../syntax/schema';

/** An input or an output. */
export interface PromptyField {
  readonly name: string;
  /** Its name as Picoschema writes it, with what stands in parentheses. */
  readonly key: string;
  /** A type and a description, or the values of an enum. */
  readonly type: string | readonly string[];
  readonly byDefault?: unknown;
  /** Whether it is a conversation. */
  readonly isThread?: boolean;
}

const picoTypes: Readonly<Record<string, string>> = {
  ...{ string: 'string', text: 'string', str: 'string' },
  ...{ number: 'number', float: 'number', integer: 'integer', int: 'integer', boolean: 'boolean', bool: 'boolean' },
};

/** Kinds of inputs that are no text; what a row has for them goes into the text as it is. */
const noText = new Set(['image', 'file', 'audio', 'video']);

const carried = new Set(['name', 'type', 'kind', 'description', 'default', 'sample', 'enum', 'enumValues', 'required']);

/**
 * The inputs or the outputs: version 1 maps names to properties or to samples, version 2 lists properties with a name,
 * and either may stand under `properties`.
 * @param notCarried gets a sentence for each that is left out, and for each property without a counterpart
 */
export function fieldsOf(value: unknown, what: 'inputs' | 'outputs', notCarried: string[]): readonly PromptyField[] {
  const schema = isMapping(value) && isSchema(value) ? value : undefined;
  for (const key of Object.keys(schema ?? {}))
    if (key !== 'properties' && key !== 'type') notCarried.push(l10n.t`"${what}.${key}", which has no counterpart.`);
  const listed = schema ? schema.properties : value;
  const entries = Array.isArray(listed)
    ? listed.filter(isMapping).map((item) => [String(item.name ?? ''), item] as const)
    : isMapping(listed)
      ? Object.entries(listed)
      : [];
  return entries.flatMap(([name, property]) => {
    if (/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name)) return [fieldOf(name, property, { what, notCarried })];
    notCarried.push(l10n.t`"${name}" of ${what}, whose name is not a plain one.`);
    return [];
  });
}

/** Whether a mapping is a schema around its properties, and not one of names to properties. */
const isSchema = ({ properties, type }: Readonly<Record<string, unknown>>): boolean =>
  (Array.isArray(properties) && properties.every(isMapping)) ||
  (isMapping(properties) && (type === 'object' || Object.values(properties).every(isMapping)));

function fieldOf(
  name: string,
  property: unknown,
  { what, notCarried }: { readonly what: string; readonly notCarried: string[] },
): PromptyField {
  if (!isMapping(property)) {
    const type = typeof property;
    return {
      name,
      key: name,
      type: type === 'number' || type === 'boolean' ? type : type === 'object' && property !== null ? 'any' : 'string',
      byDefault: property ?? undefined,
    };
  }
  for (const key of Object.keys(property))
    if (!carried.has(key)) notCarried.push(l10n.t`"${what}.${name}.${key}", which has no counterpart.`);
  const kind = String(property.type ?? property.kind ?? 'string');
  if (noText.has(kind))
    notCarried.push(l10n.t`The kind "${kind}" of "${name}": what a row has for it is written as text.`);
  const described = typeof property.description === 'string' ? `, ${property.description}` : '';
  const values = property.enumValues ?? property.enum;
  const isEnum = Array.isArray(values) && values.length > 0 && values.every((each) => typeof each === 'string');
  if (values !== undefined && !isEnum) notCarried.push(l10n.t`The values of "${name}", which are no list of texts.`);
  return {
    name,
    key: `${name}${property.required === false ? '?' : ''}${isEnum ? `(enum${described})` : ''}`,
    type: isEnum ? values : `${picoTypes[kind] ?? 'any'}${described}`,
    byDefault: property.default ?? property.sample,
    isThread: kind === 'thread',
  };
}
