import * as l10n from '@vscode/l10n';
import { wholeAnswer } from '../answer/answerObject';
import type { TemplateContext } from '../read/templateContext';
import { isMapping } from '../syntax/schema';
import type { TolerantParse } from '../syntax/tolerantParse';
import { openBlocksAt, wordsOfTag } from '../syntax/tagAt';

/** A name that can be written at a position in the body. */
export interface OfferedName {
  readonly name: string;
  readonly origin: 'input' | 'default' | 'output' | 'column' | 'item' | 'parameter';
  readonly type?: string;
  readonly description?: string;
  /** The list whose items have the field. */
  readonly list?: string;
}

/** All fields of an answer that is a JSON object. */
const whole = () => ({
  name: wholeAnswer,
  type: 'object',
  description: l10n.t`all fields of output.schema as one JSON object`,
});

const isJson = ({ output }: TolerantParse['value']): boolean => isMapping(output) && output.format === 'json';

/** Names of the row: inputs, defaults, the answer, and columns when no schema says what there is. */
export function rowNames(
  { input, defaults, outputs: fields, value }: TolerantParse,
  { columns = [] }: TemplateContext,
): readonly OfferedName[] {
  const outputs = isJson(value) && fields.length > 0 ? [whole(), ...(fields.length === 1 ? fields : [])] : fields;
  const names = [
    ...(input?.fields ?? []).map(({ name, type, description }): OfferedName => ({
      name,
      origin: 'input',
      type,
      description,
    })),
    ...Object.keys(defaults).map((name): OfferedName => ({
      name,
      origin: 'default',
      type: Array.isArray(defaults[name]) ? 'array' : undefined,
    })),
    ...outputs.map(({ name, type, description }): OfferedName => ({ name, origin: 'output', type, description })),
    ...columns.map((name): OfferedName => ({ name, origin: 'column' })),
  ];
  const seen = new Set<string>();
  return names.filter(({ name }) => !seen.has(name) && seen.add(name));
}

/** The list of the innermost `{{#each list}}` around an offset, and whether there is such a block at all. */
export function listAround(
  parsed: TolerantParse,
  offset: number,
): { readonly inside: boolean; readonly list?: string } {
  const each = openBlocksAt(parsed.tags, offset)
    .filter((tag) => tag.name === 'each' || tag.name === 'with')
    .at(-1);
  if (!each) return { inside: false };
  const [, subject] = wordsOfTag(parsed.text, each);
  return { inside: true, list: subject?.text };
}

/** Fields that the items of a list of `input.default` have. */
export function itemNames({ defaults }: TolerantParse, list: string): readonly OfferedName[] {
  const items = Object.hasOwn(defaults, list) ? defaults[list] : undefined;
  const all = Array.isArray(items) ? items.filter(isMapping) : isMapping(items) ? [items] : [];
  const names = new Set(all.flatMap((item) => Object.keys(item)));
  return [...names].map((name) => ({ name, origin: 'item', list }));
}

/** Block parameters (`as |item index|`) in force at an offset. */
export function parametersAround(parsed: TolerantParse, offset: number): readonly string[] {
  return openBlocksAt(parsed.tags, offset).flatMap((tag) => {
    const names = /\bas\s*\|([^|]*)\|/.exec(parsed.text.slice(...tag.span))?.[1];
    return names?.split(/\s+/).filter(Boolean) ?? [];
  });
}

/** Up to three different values that the rows have under a name, each as one line of text. */
export function samplesOf(name: string, { sampleRows = [] }: TemplateContext): readonly string[] {
  const values = sampleRows
    .filter((row) => Object.hasOwn(row, name))
    .map((row) => {
      const value = row[name];
      const text = (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).replace(/\s+/g, ' ');
      return text.length > longestSample ? `${[...text].slice(0, longestSample).join('')}…` : text;
    });
  return [...new Set(values)].slice(0, 3);
}

const longestSample = 80;
