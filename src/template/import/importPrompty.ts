import { parseDocument } from 'yaml';
import { Failure } from '../../failure';
import { splitPromptFile } from '../syntax/dotprompt';
import { fileName } from './imported';
import type { Imported } from './imported';
import { isMapping } from '../syntax/schema';
import { parseBody } from '../syntax/body';
import { writeTemplate } from './writeTemplate';

const picoTypes: ReadonlySet<string> = new Set(['string', 'number', 'integer', 'boolean', 'array', 'object']);
const carriedKeys = new Set(['name', 'description', 'model', 'inputs', 'outputs', 'sample']);

/**
 * Turns a `.prompty` file into a `.prompt` file: inputs, outputs, description, role lines, placeholders and simple
 * loops and conditions of Jinja.
 * @throws Failure `import-format` when the file has no front matter or its YAML is broken
 */
export function importPrompty(text: string, options: { readonly name: string }): Imported {
  const { frontMatter, body } = splitPromptFile(text);
  if (!frontMatter)
    throw new Failure(
      'import-format',
      'The file has no front matter, so it is not Prompty.',
      { line: 1 },
      'A .prompty file begins with a line "---".',
    );
  const document = parseDocument(frontMatter.text, { prettyErrors: false, logLevel: 'silent' });
  const value: unknown = document.errors.length > 0 ? undefined : document.toJS();
  if (!isMapping(value))
    throw new Failure('import-format', 'The front matter is not valid YAML.', { line: 1 }, 'Fix the file first.');
  const notCarried = Object.keys(value)
    .filter((key) => !carriedKeys.has(key))
    .map((key) => `"${key}", which has no counterpart.`);
  const inputs = fieldsOf(value.inputs);
  const outputs = fieldsOf(value.outputs);
  const model = isMapping(value.model) ? value.model : {};
  const modelId = typeof value.model === 'string' ? value.model : typeof model.id === 'string' ? model.id : undefined;
  for (const key of Object.keys(model))
    if (key !== 'id') notCarried.push(`"model.${key}", which is for a service and not for a local model.`);
  const defaults = {
    ...(isMapping(value.sample) ? value.sample : {}),
    ...Object.fromEntries(
      inputs.flatMap(({ name, byDefault }) => (byDefault === undefined ? [] : [[name, byDefault]])),
    ),
  };
  const output =
    outputs.length > 0 ? Object.fromEntries(outputs.map(({ name, type }) => [name, type])) : { answer: 'string' };
  const [answer] = Object.keys(output);
  const converted = convertJinja(convertRoles(body.text), notCarried);
  const frontMatterOut = {
    model: modelId ?? 'builtin',
    name: typeof value.name === 'string' ? value.name : undefined,
    description: typeof value.description === 'string' ? value.description : undefined,
    input:
      inputs.length > 0 || Object.keys(defaults).length > 0
        ? {
            schema: inputs.length > 0 ? Object.fromEntries(inputs.map(({ name, type }) => [name, type])) : undefined,
            default: Object.keys(defaults).length > 0 ? defaults : undefined,
          }
        : undefined,
    output: { schema: output },
  };
  const hasSlot = new RegExp(`\\{\\{\\s*${answer!.replace(/[^\w]/g, '\\$&')}\\s*\\}\\}\\s*$`).test(converted);
  return {
    files: [
      {
        path: `${fileName(options.name)}.prompt`,
        text: writeTemplate(frontMatterOut, hasSlot ? converted : `${converted.trimEnd()}\n{{${answer}}}`),
      },
    ],
    notCarried,
  };
}

interface PromptyField {
  readonly name: string;
  readonly type: string;
  readonly byDefault?: unknown;
}

/** Version 1 maps names to properties or to samples; version 2 lists properties with a name. */
function fieldsOf(value: unknown): readonly PromptyField[] {
  const entries = Array.isArray(value)
    ? value.filter(isMapping).map((item) => [String(item.name ?? ''), item] as const)
    : isMapping(value)
      ? Object.entries(value)
      : [];
  return entries
    .filter(([name]) => /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name))
    .map(([name, property]) => {
      if (!isMapping(property))
        return {
          name,
          type: typeof property === 'number' ? 'number' : typeof property === 'boolean' ? 'boolean' : 'string',
          byDefault: property ?? undefined,
        };
      const kind = String(property.type ?? property.kind ?? 'string');
      const type =
        picoTypes.has(kind) && kind !== 'array' && kind !== 'object' ? kind : kind === 'string' ? 'string' : 'any';
      const description = typeof property.description === 'string' ? `, ${property.description}` : '';
      return { name, type: `${type}${description}`, byDefault: property.default ?? property.sample };
    });
}

const roles: Readonly<Record<string, string>> = {
  system: 'system',
  user: 'user',
  assistant: 'model',
  developer: 'system',
  tool: 'tool',
};

function convertRoles(body: string): string {
  return body.replace(
    /^[ \t]*(system|user|assistant|developer|tool)(?:\[[^\]]*\])?:[ \t]*\r?$/gm,
    (_, role: string) => `{{role "${roles[role]}"}}`,
  );
}

/** Loops and conditions over plain names become blocks; any other Jinja stays as text, escaped for Handlebars. */
function convertJinja(body: string, notCarried: string[]): string {
  const loops: string[] = [];
  const lost = (tag: string) => {
    notCarried.push(`${tag.replace(/\s+/g, ' ')}, which stays as text.`);
    return tag.startsWith('{{') ? `\\${tag}` : tag;
  };
  const converted = body.replace(
    /\{%-?\s*([\s\S]*?)\s*-?%\}|\{#[\s\S]*?#\}|\{\{-?\s*([\s\S]*?)\s*-?\}\}/g,
    (tag: string, statement?: string, expression?: string) => {
      if (statement !== undefined) return convertStatement(statement, loops) ?? lost(tag);
      if (expression === undefined) return `{{!${tag.slice(2, -2).replaceAll('}', ')')}}}`;
      if (/^role "\w+"$/.test(expression)) return tag;
      const name = inLoop(expression, loops);
      return name !== undefined ? `{{${name}}}` : lost(tag);
    },
  );
  if (!('problem' in parseBody(converted))) return converted;
  notCarried.push('The tags of the body: together they are not valid Handlebars; correct the body by hand.');
  return converted;
}

function convertStatement(statement: string, loops: string[]): string | undefined {
  const loop = /^for\s+(\w+)\s+in\s+([\w.]+)$/.exec(statement);
  if (loop) {
    const list = inLoop(loop[2]!, loops);
    loops.push(loop[1]!);
    return `{{#each ${list ?? loop[2]}}}`;
  }
  const condition = /^if\s+([\w.]+)$/.exec(statement);
  if (condition) return `{{#if ${inLoop(condition[1]!, loops) ?? condition[1]}}}`;
  if (statement === 'else') return '{{else}}';
  if (statement === 'endif') return '{{/if}}';
  if (statement !== 'endfor' || loops.length === 0) return undefined;
  loops.pop();
  return '{{/each}}';
}

/** A dotted name as Handlebars reads it inside the loops that are open; undefined when it is more than a name. */
function inLoop(expression: string, loops: readonly string[]): string | undefined {
  if (!/^[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*$/u.test(expression)) return undefined;
  const [first, ...rest] = expression.split('.');
  const depth = loops.lastIndexOf(first!);
  const up = '../'.repeat(depth < 0 ? loops.length : loops.length - 1 - depth);
  if (depth < 0) return up + expression;
  return rest.length === 0 ? (up === '' ? 'this' : up.slice(0, -1)) : up + rest.join('.');
}
