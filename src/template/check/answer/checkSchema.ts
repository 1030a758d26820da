import * as l10n from '@vscode/l10n';
import { enumerated } from '../../../words/listed';
import type { Analysis } from '../../read/analysis';
import { picoTypes } from '../../settings/decoding/dotpromptKeys';
import { entriesAt, type Entry } from '../../syntax/frontMatter';
import { isJsonSchema, isMapping, picoDecoration } from '../../syntax/schema';
import { replacement, type Draft, type Fix } from '../../text/finding';
import { yamlText } from '../../text/yamlText';

/** Names that other languages have for a type of Picoschema. */
const otherNames: Readonly<Record<string, string>> = {
  bool: 'boolean',
  date: 'string',
  datetime: 'string',
  double: 'number',
  float: 'number',
  int: 'integer',
  long: 'integer',
  str: 'string',
  text: 'string',
  url: 'string',
  uuid: 'string',
};

/** Types that Picoschema has in parentheses behind the name. */
const inParentheses = ['array', 'object', 'enum'];

/** `schema-type`: types that Picoschema has not; a capitalised name may be a schema that a program registers. */
export function schemaTypeDrafts(analysis: Analysis): readonly Draft[] {
  return ['input', 'output'].flatMap((part) => {
    const value = analysis.frontMatter.value[part];
    const schema = isMapping(value) ? value.schema : undefined;
    return isMapping(schema) && !isJsonSchema(schema) ? fieldDrafts(analysis, [part, 'schema'], schema) : [];
  });
}

function fieldDrafts(
  analysis: Analysis,
  path: readonly string[],
  schema: Readonly<Record<string, unknown>>,
): readonly Draft[] {
  return entriesAt(analysis.frontMatter, path).flatMap((entry): readonly Draft[] => {
    const value = schema[entry.key];
    const { name, type, description } = picoDecoration(entry.key);
    if (type === 'enum' || entry.key === '(*)') return [];
    if (type !== undefined && !inParentheses.includes(type))
      return [wrongParentheses(entry, { name, type, description, value })];
    if (isMapping(value)) return isJsonSchema(value) ? [] : fieldDrafts(analysis, [...path, entry.key], value);
    return typeof value === 'string' && entry.valueSpan !== entry.keySpan ? valueDrafts(analysis, entry, value) : [];
  });
}

interface WrittenField {
  readonly name: string;
  readonly type: string;
  readonly description?: string;
  readonly value: unknown;
}

function wrongParentheses(entry: Entry, { name, type, description, value }: WrittenField): Draft {
  const scalar = typeof value === 'string' && picoTypes.includes(value.split(',')[0]!.trim()) ? value : undefined;
  const written = picoTypes.includes(type) ? type : (scalar ?? otherNames[type.toLowerCase()] ?? 'string');
  const plain = description === undefined || written.includes(',') ? written : `${written}, ${description}`;
  const fixes: readonly Fix[] =
    typeof value === 'string' && entry.valueSpan !== entry.keySpan
      ? [
          {
            title: l10n.t`Write ${name}: ${plain}`,
            edits: [
              { start: entry.keySpan[0], end: entry.keySpan[1], text: yamlText(name) },
              { start: entry.valueSpan[0], end: entry.valueSpan[1], text: yamlValue(plain) },
            ],
          },
        ]
      : [];
  return {
    code: 'schema-type',
    severity: 'warning',
    span: entry.keySpan,
    message: l10n.t`Picoschema has array, object and enum in parentheses, not "${type}"; other tools refuse the file.`,
    fixes,
  };
}

function valueDrafts({ text }: Analysis, entry: Entry, value: string): readonly Draft[] {
  const comma = value.indexOf(',');
  const type = (comma < 0 ? value : value.slice(0, comma)).trim();
  const rest = comma < 0 ? '' : value.slice(comma);
  // A capitalised name may be that of a schema that a program registers.
  if (picoTypes.includes(type) || /^\p{Lu}/u.test(type) || type === '') return [];
  const list = /^(.*?)\s*\[\]$/.exec(type)?.[1] ?? /^(?:array|list)<(.*)>$/i.exec(type)?.[1];
  const collection = list !== undefined || type === 'array' || type === 'list' || type === 'object';
  const of = list === undefined ? 'any' : picoTypes.includes(list) ? list : (otherNames[list.toLowerCase()] ?? 'any');
  const scalar = otherNames[type.toLowerCase()];
  const decorated = text.slice(...entry.keySpan).includes('(');
  const fixes: readonly Fix[] =
    collection && !decorated
      ? [
          {
            title: l10n.t`Write ${entry.key}(${type === 'object' ? 'object' : 'array'}${rest}): ${of}`,
            edits: [
              {
                start: entry.keySpan[0],
                end: entry.keySpan[1],
                text: yamlKey(`${entry.key}(${type === 'object' ? 'object' : 'array'}${rest})`),
              },
              { start: entry.valueSpan[0], end: entry.valueSpan[1], text: type === 'object' ? '{ (*): any }' : of },
            ],
          },
        ]
      : [replacement(l10n.t`Use ${scalar ?? 'string'}`, entry.valueSpan, yamlValue(`${scalar ?? 'string'}${rest}`))];
  return [
    {
      code: 'schema-type',
      severity: 'warning',
      span: entry.valueSpan,
      message: l10n.t`Picoschema has no type "${type}"; other tools refuse the file. Its types are \
${enumerated(picoTypes)}, and (array), (object) and (enum) behind a name.`,
      fixes,
    },
  ];
}

/** A value may hold commas, which end it inside braces. */
const yamlValue = (text: string): string => (/[,:#{}[\]]/.test(text) ? JSON.stringify(text) : yamlText(text));

const yamlKey = (text: string): string => (/[,:#{}[\]]/.test(text) ? JSON.stringify(text) : text);
