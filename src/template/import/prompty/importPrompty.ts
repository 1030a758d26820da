import * as l10n from '@vscode/l10n';
import { Failure } from '../../../failure';
import { splitPromptFile } from '../../syntax/dotprompt';
import { isMapping } from '../../syntax/schema';
import { freeAnswerName } from '../answerName';
import { fileName, type Imported } from '../imported';
import { readImportedYaml } from '../importYaml';
import { convertJinja, type ConvertedBody } from '../jinja/jinja';
import { convertMustache } from './mustache';
import { asMessages } from './promptyBody';
import { fieldsOf, type PromptyField } from './promptyFields';
import { resolveReferences, sampleOf, type ReadFile } from './promptyReferences';
import { markRoles, roleTags } from './promptyRoles';
import { writeTemplate } from '../writeTemplate';

type Mapping = Readonly<Record<string, unknown>>;

const carriedKeys = new Set([
  ...['name', 'description', 'model', 'inputs', 'outputs', 'inputSchema', 'outputSchema', 'sample', 'template'],
]);

/**
 * Turns a `.prompty` file into a `.prompt` file: inputs, outputs, description, role lines, placeholders, loops and
 * conditions of Jinja, sections of Mustache.
 * @param options.readFile text of a file that a value names; undefined when it cannot be read
 * @throws Failure `import-format` when the file has no front matter or its YAML is broken, with the line
 */
export function importPrompty(
  text: string,
  options: { readonly name: string; readonly readFile?: ReadFile },
): Imported {
  const notCarried: string[] = [];
  const file = splitPrompty(text);
  const value = resolveReferences(file.frontMatter, options.readFile, notCarried);
  for (const key of Object.keys(value))
    if (!carriedKeys.has(key)) notCarried.push(l10n.t`"${key}", which has no counterpart.`);
  listModel(value.model, notCarried);
  const fields = fieldsOf(value.inputs ?? value.inputSchema, 'inputs', notCarried);
  const samples = {
    ...sampleOf(value.sample, options.readFile, notCarried),
    ...Object.fromEntries(
      fields.flatMap(({ name, byDefault }) => (byDefault === undefined ? [] : [[name, byDefault]])),
    ),
  };
  const threads = fields.filter(({ isThread }) => isThread === true).map(({ name }) => name);
  const isText = isCompletion(value.model);
  const converted = convertBody(file.body, { template: value.template, samples, threads, isText, notCarried });
  const shown = converted.threads.filter((name) => !converted.used.has(name));
  for (const name of converted.threads) notCarried.push(historyNote(name, samples[name]));
  const inputs = fields.filter(({ name }) => !shown.includes(name));
  const defaults = Object.fromEntries(Object.entries(samples).filter(([name]) => !shown.includes(name)));
  const taken = new Set([...inputs.map(({ name }) => name), ...Object.keys(defaults), ...converted.used]);
  const outputs = fieldsOf(value.outputs ?? value.outputSchema, 'outputs', notCarried);
  const { output, answer, hasSlot } = chooseOutput(outputs, { taken, inputs, converted, notCarried });
  const { body, settings } = asMessages(converted.body, { answer, hasSlot, notCarried });
  const frontMatter = {
    model: 'builtin',
    name: typeof value.name === 'string' ? value.name : undefined,
    description: typeof value.description === 'string' ? value.description : undefined,
    input: inputOf(inputs, defaults, { ...converted, answer }),
    output: { schema: output },
    ...settings,
    ...(isText && { 'tune.format': 'text' }),
  };
  return {
    files: [{ path: `${fileName(options.name)}.prompt`, text: writeTemplate(frontMatter, body) }],
    notCarried: [...new Set(notCarried)],
  };
}

/** @throws Failure `import-format` with the line and the reason */
function splitPrompty(text: string): { readonly frontMatter: Mapping; readonly body: string } {
  const empty = /^---[ \t]*\r?\n---[ \t]*(?:\r?\n|$)/.exec(text)?.[0];
  if (empty !== undefined) return { frontMatter: {}, body: text.slice(empty.length).trim() };
  const { frontMatter, body } = splitPromptFile(text);
  if (!frontMatter)
    throw new Failure(
      'import-format',
      l10n.t`The file has no front matter, so it is not Prompty.`,
      { line: 1 },
      l10n.t`A .prompty file begins with a line "---".`,
    );
  const linesBefore = text.slice(0, frontMatter.start).split('\n').length - 1;
  const value = readImportedYaml(frontMatter.text, l10n.t`The front matter`, linesBefore) ?? {};
  // Spaces at the end are part of the last message.
  const whole = text.slice(body.start).replaceAll('\r\n', '\n').replace(/\n+$/, '');
  if (isMapping(value)) return { frontMatter: value, body: whole };
  throw new Failure(
    'import-format',
    l10n.t`The front matter is no mapping of keys to values.`,
    { line: linesBefore + 1 },
    l10n.t`Fix the file first.`,
  );
}

/** Prompty names models of services, by an id or by settings; here a model is on this machine. */
function listModel(model: unknown, notCarried: string[]): void {
  const id = typeof model === 'string' ? model : isMapping(model) ? model.id : undefined;
  if (typeof id === 'string')
    notCarried.push(l10n.t`The model "${id}", which a service hosts; the template has \`model: builtin\`.`);
  for (const key of Object.keys(isMapping(model) ? model : {}))
    if (key !== 'id') notCarried.push(l10n.t`"model.${key}", which is for a service and not for a local model.`);
}

/** Whether a service completes the body as one text, so that Prompty looks for no messages in it. */
const isCompletion = (model: unknown): boolean =>
  isMapping(model) && (model.api === 'completion' || model.apiType === 'completion');

function historyNote(name: string, sample: unknown): string {
  const without = Array.isArray(sample) && sample.length > 0 ? l10n.t`; those of the sample are left out` : '';
  return l10n.t`"${name}", a conversation: {{history}} shows the messages that a row has in its column \
"messages"${without}.`;
}

interface BodyReading {
  readonly template: unknown;
  readonly samples: Mapping;
  /** Inputs that are conversations. */
  readonly threads: readonly string[];
  /** Whether no line begins a message. */
  readonly isText: boolean;
  readonly notCarried: string[];
}

/** The body, which Prompty reads as Jinja unless its template says Mustache. */
function convertBody(
  body: string,
  { template, samples, threads, isText, notCarried }: BodyReading,
): ConvertedBody & { readonly threads: readonly string[] } {
  const settings = isMapping(template) ? template : { format: template };
  const format = settings.format ?? settings.type;
  const language = String((isMapping(format) ? format.kind : format) ?? 'jinja2');
  const isMustache = language === 'mustache';
  if (!isMustache && !/^jinja2?$/.test(language))
    notCarried.push(l10n.t`The template language "${language}": the body is read as Jinja.`);
  for (const key of Object.keys(settings))
    if (!['format', 'type', 'parser'].includes(key))
      notCarried.push(l10n.t`"template.${key}", which has no counterpart.`);
  const marked = isText ? { body, threads: [] } : markRoles(body, { threads, notCarried });
  const converted = isMustache
    ? convertMustache(marked.body, { notCarried, textTags: roleTags })
    : convertJinja(marked.body, { notCarried, language: 'jinja', values: samples, textTags: roleTags });
  return { ...converted, threads: marked.threads };
}

/** Inputs and defaults; where inputs are named, also what the body reads besides, which Prompty allows. */
function inputOf(
  inputs: readonly PromptyField[],
  defaults: Mapping,
  { used, collections, answer }: ConvertedBody & { readonly answer: string },
): Mapping | undefined {
  const hasDefaults = Object.keys(defaults).length > 0;
  if (inputs.length === 0 && !hasDefaults) return undefined;
  const others = [...used].filter((name) => name !== answer && !inputs.some((input) => input.name === name));
  const schema = {
    ...Object.fromEntries(inputs.map(({ key, type }) => [key, type])),
    ...Object.fromEntries(others.map((name) => [name, collections.has(name) ? 'any' : 'string'])),
  };
  return { schema: inputs.length > 0 ? schema : undefined, default: hasDefaults ? defaults : undefined };
}

interface Surroundings {
  readonly taken: ReadonlySet<string>;
  readonly inputs: readonly PromptyField[];
  readonly converted: ConvertedBody;
  readonly notCarried: string[];
}

interface ChosenOutput {
  readonly output: Readonly<Record<string, PromptyField['type']>>;
  readonly answer: string;
  /** Whether the body ends with the answer already. */
  readonly hasSlot: boolean;
}

/** The outputs that are no inputs, and which of them the model answers at the end of the body. */
function chooseOutput(
  written: readonly PromptyField[],
  { taken, inputs, converted, notCarried }: Surroundings,
): ChosenOutput {
  const isInput = (name: string) => inputs.some((input) => input.name === name);
  const last = /\{\{~?\s*([\p{L}\p{N}_]+)\s*~?\}\}\s*$/u.exec(converted.body)?.[1];
  const slot = written.find(({ name }) => name === last && !isInput(name));
  for (const { name } of written)
    if (taken.has(name) && name !== slot?.name)
      notCarried.push(l10n.t`The output "${name}", which is an input too: a name means one of both.`);
  const free = written.filter(({ name }) => !taken.has(name));
  const typesOf = (fields: readonly PromptyField[]) => Object.fromEntries(fields.map(({ key, type }) => [key, type]));
  if (slot) return { output: typesOf([slot, ...free]), answer: slot.name, hasSlot: true };
  const names = free.length > 0 ? free.map(({ name }) => name) : ['answer', 'reply', 'response', 'result'];
  const answer = freeAnswerName(names, taken);
  const own = free.some(({ name }) => name === answer) ? {} : { [answer]: 'string' };
  return { output: { ...own, ...typesOf(free) }, answer, hasSlot: false };
}
