import { extname } from 'node:path';
import { parse } from 'yaml';
import { Failure } from '../../failure';
import { splitPromptFile } from '../syntax/dotprompt';
import { isMapping } from '../syntax/schema';
import { freeAnswerName } from './answerName';
import { fileName, type Imported } from './imported';
import { readImportedYaml } from './importYaml';
import { convertJinja } from './jinja';
import { writeTemplate } from './writeTemplate';

const picoTypes: ReadonlySet<string> = new Set(['string', 'number', 'integer', 'boolean']);
const carriedKeys = new Set(['name', 'description', 'model', 'inputs', 'outputs', 'sample', 'template']);

type ReadFile = (path: string) => string | undefined;

/**
 * Turns a `.prompty` file into a `.prompt` file: inputs, outputs, description, role lines, placeholders, loops and
 * conditions of Jinja.
 * @param options.readFile text of a file that a value names; undefined when it cannot be read
 * @throws Failure `import-format` when the file has no front matter or its YAML is broken, with the line
 */
export function importPrompty(
  text: string,
  options: { readonly name: string; readonly readFile?: ReadFile },
): Imported {
  const { frontMatter, body } = splitPromptFile(text);
  if (!frontMatter)
    throw new Failure(
      'import-format',
      'The file has no front matter, so it is not Prompty.',
      { line: 1 },
      'A .prompty file begins with a line "---".',
    );
  const linesBefore = text.slice(0, frontMatter.start).split('\n').length - 1;
  const notCarried: string[] = [];
  const value = resolveReferences(readMapping(frontMatter.text, linesBefore), options.readFile, notCarried);
  for (const key of Object.keys(value))
    if (!carriedKeys.has(key)) notCarried.push(`"${key}", which has no counterpart.`);
  listModel(value.model, notCarried);
  const inputs = fieldsOf(value.inputs);
  const defaults = {
    ...sampleOf(value.sample, options.readFile),
    ...Object.fromEntries(
      inputs.flatMap(({ name, byDefault }) => (byDefault === undefined ? [] : [[name, byDefault]])),
    ),
  };
  const converted = convertJinja(markRoles(body.text), { notCarried, filters: 'text', textTags: roleTags });
  const taken = new Set([...inputs.map(({ name }) => name), ...Object.keys(defaults), ...converted.used]);
  const { output, answer, hasSlot } = chooseOutput(fieldsOf(value.outputs), { taken, inputs, converted, notCarried });
  const frontMatterOut = {
    model: 'builtin',
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
  const written = hasSlot ? converted.body : `${converted.body.trimEnd()}\n{{${answer}}}`;
  return {
    files: [{ path: `${fileName(options.name)}.prompt`, text: writeTemplate(frontMatterOut, written) }],
    notCarried: [...new Set(notCarried)],
  };
}

/** @throws Failure `import-format` with the line and the reason */
function readMapping(yaml: string, linesBefore: number): Readonly<Record<string, unknown>> {
  const value = readImportedYaml(yaml, 'The front matter', linesBefore);
  if (isMapping(value)) return value;
  const line = linesBefore + 1;
  throw new Failure(
    'import-format',
    'The front matter is no mapping of keys to values.',
    { line },
    'Fix the file first.',
  );
}

/** `${file:…}` becomes what the file holds; `${env:…}` is listed, for what it holds belongs into no file. */
function resolveReferences(
  value: Readonly<Record<string, unknown>>,
  readFile: ReadFile | undefined,
  notCarried: string[],
): Readonly<Record<string, unknown>> {
  const resolved = (each: unknown): unknown => {
    if (Array.isArray(each)) return each.map(resolved);
    if (isMapping(each))
      return Object.fromEntries(
        Object.entries(each).flatMap(([key, inner]) => {
          const now = resolved(inner);
          return now === undefined && inner !== undefined ? [] : [[key, now]];
        }),
      );
    const reference = typeof each === 'string' ? /^\$\{(file|env):([^}:]+)(?::([^}]*))?\}$/.exec(each.trim()) : null;
    if (!reference) return each;
    const [whole, kind, name, otherwise] = reference as unknown as readonly [string, string, string, string?];
    if (kind === 'file') {
      const text = readFile?.(name.trim());
      if (text !== undefined) return valueOfFile(name, text);
      notCarried.push(`${whole}: the file cannot be read.`);
      return undefined;
    }
    notCarried.push(
      `${whole}, a variable of the environment${otherwise ? `; "${otherwise}" is written instead` : ''}.`,
    );
    return otherwise;
  };
  return resolved(value) as Readonly<Record<string, unknown>>;
}

/** What a file holds: JSON and YAML as their value, any other as its text. */
function valueOfFile(name: string, text: string): unknown {
  try {
    if (['.json', '.yaml', '.yml'].includes(extname(name.trim())))
      return parse(text, { logLevel: 'silent' }) as unknown;
  } catch {
    // What cannot be parsed is text.
  }
  return text;
}

/** A sample is a mapping of values, or the name of a file that holds one. */
function sampleOf(sample: unknown, readFile: ReadFile | undefined): Readonly<Record<string, unknown>> {
  if (isMapping(sample)) return sample;
  const text = typeof sample === 'string' ? readFile?.(sample) : undefined;
  const value = text === undefined ? undefined : valueOfFile(sample as string, text);
  return isMapping(value) ? value : {};
}

/** Prompty names models of services, by an id or by settings; here a model is on this machine. */
function listModel(model: unknown, notCarried: string[]): void {
  const id = typeof model === 'string' ? model : isMapping(model) ? model.id : undefined;
  if (typeof id === 'string')
    notCarried.push(`The model "${id}", which a service hosts; the template has \`model: builtin\`.`);
  for (const key of Object.keys(isMapping(model) ? model : {}))
    if (key !== 'id') notCarried.push(`"model.${key}", which is for a service and not for a local model.`);
}

interface PromptyField {
  readonly name: string;
  readonly type: string;
  readonly byDefault?: unknown;
}

interface Surroundings {
  readonly taken: ReadonlySet<string>;
  readonly inputs: readonly PromptyField[];
  readonly converted: { readonly body: string; readonly used: ReadonlySet<string> };
  readonly notCarried: string[];
}

/** The outputs that are no inputs, and which of them the model answers at the end of the body. */
function chooseOutput(
  written: readonly PromptyField[],
  { taken, inputs, converted, notCarried }: Surroundings,
): { readonly output: Readonly<Record<string, string>>; readonly answer: string; readonly hasSlot: boolean } {
  const isInput = (name: string) => inputs.some((input) => input.name === name);
  const last = /\{\{~?\s*([\p{L}\p{N}_]+)\s*~?\}\}\s*$/u.exec(converted.body)?.[1];
  const slot = written.find(({ name }) => name === last && !isInput(name));
  if (slot) {
    const others = written.filter(({ name }) => name !== slot.name && !taken.has(name));
    return {
      output: Object.fromEntries([slot, ...others].map(({ name, type }) => [name, type])),
      answer: slot.name,
      hasSlot: true,
    };
  }
  for (const { name } of written)
    if (taken.has(name)) notCarried.push(`The output "${name}", which is an input too: a name means one of both.`);
  const free = written.filter(({ name }) => !taken.has(name));
  const names = free.length > 0 ? free.map(({ name }) => name) : ['answer', 'reply', 'response', 'result'];
  const answer = freeAnswerName(names, taken);
  const types = Object.fromEntries(free.map(({ name, type }) => [name, type]));
  return { output: { [answer]: 'string', ...types }, answer, hasSlot: false };
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
      const description = typeof property.description === 'string' ? `, ${property.description}` : '';
      return {
        name,
        type: `${picoTypes.has(kind) ? kind : 'any'}${description}`,
        byDefault: property.default ?? property.sample,
      };
    });
}

const roles: Readonly<Record<string, string>> = { assistant: 'model', developer: 'system', function: 'tool' };

/** Lines that begin a message, by the pattern of Prompty's own parser, with the roles of all its versions. */
const roleLine = new RegExp(
  String.raw`^[ \t]*#?[ \t]*(?:(system|user|assistant|developer|tool|function)(?:\[[^\]\n]*\])?[ \t]*:` +
    String.raw`|!\[(thread)\][^\r\n]*)[ \t]*(?=\r?$)`,
  'gim',
);

/** Stands for a role's line until the text is cut at its tags: only a whole line is one. */
const roleMark = /\uE000(\w+)\uE001/g;

function markRoles(body: string): string {
  return body.replace(roleLine, (_, role: string | undefined) => `\uE000${role?.toLowerCase() ?? 'thread'}\uE001`);
}

const roleTags = {
  pattern: roleMark,
  tag: ([, role]: RegExpMatchArray): string =>
    role === 'thread' ? '{{history}}' : `{{role "${roles[role!] ?? role}"}}`,
};
