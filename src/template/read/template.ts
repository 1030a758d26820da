import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import type { JsonSchema } from '../answer/jsonSchema';
import { analyse, nameOf } from './analysis';
import type { Analysis } from './analysis';
import { isFormChosenByModel } from './formChoice';
import { slotNotLast, structuralDrafts } from './checks/checkStructure';
import { failureOf, toFinding } from '../text/finding';
import type { Finding } from '../text/finding';
import { rangeOf } from '../text/position';
import type { Range } from '../text/position';
import { asksForJson, outputSchemaOf } from '../metrics/outputSchema';
import type { SchemaField } from '../syntax/schema';
import type { SoftSlot } from './tags/softSlots';
import type { WrittenSettings } from '../settings/writtenSettings';

/** A field of `input.schema`. */
export type InputField = Pick<SchemaField, 'name' | 'type' | 'description' | 'optional'>;

/** The field the model answers. */
export interface OutputField {
  readonly name: string;
  /** An enum makes a classification, anything else a generation. */
  readonly kind: 'classification' | 'generation';
  /** The enum's values, each once, in its order; empty for a generation. */
  readonly labels: readonly string[];
  /** The answer is a list by the schema, so that a list in a row is one answer, not a choice of several. */
  readonly isList?: true;
  /** What the answer is where it is an object, written as JSON; `name` is that of the column for all of it then. */
  readonly object?: OutputObject;
}

/** An answer that is a JSON object. */
export interface OutputObject {
  readonly schema: JsonSchema;
  /** The fields of the object that are no inputs too, whose columns a prompt must not show. */
  readonly columns: readonly string[];
}

/** A prompt file that can be rendered. Plain data: it may be stored and sent to another process. */
export interface PromptTemplate {
  readonly path: string;
  readonly text: string;
  readonly name: string;
  readonly variant?: string;
  /** Model id or folder as written; `builtin` when nothing is written. */
  readonly model: string;
  readonly description?: string;
  readonly inputs: readonly InputField[];
  readonly output?: OutputField;
  /** `output.schema` as JSON Schema; absent where there is none that could be read. */
  readonly outputSchema?: Readonly<Record<string, unknown>>;
  /** `output.format` asks for JSON. */
  readonly isJson?: true;
  /** `input.default`, laid under every row. */
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly written: WrittenSettings;
  readonly slots: readonly SoftSlot[];
  /** Whether there is text that counts as the task description. */
  readonly hasInstruction: boolean;
  /** Names the body reads from the row that have no default and are not optional, in order of first use. */
  readonly variables: readonly string[];
  /** Those of them that each row must have: the body reads them without asking whether they are there. */
  readonly rowVariables: readonly string[];
  /** Where the answer goes; absent when the body has no such place, or has text after it. */
  readonly answerSlot?: Range;
  /** Where the answer goes when text follows: only a masked model reads it there. */
  readonly innerSlot?: Range;
  /** Texts of the partials the body includes. */
  readonly partials: Readonly<Record<string, string>>;
}

/**
 * Reads a prompt file.
 * @param readPartial returns the text of a partial by its name; without it partials are not read
 * @returns the template unless there is an error, and every finding that needs no more than the text
 */
export function readTemplate(
  text: string,
  path: string,
  readPartial?: (name: string) => string | undefined,
): { template?: PromptTemplate; findings: readonly Finding[] } {
  return readAnalysis(analyse(text, path, readPartial));
}

/** {@link readTemplate} of a text that has been analysed. */
export function readAnalysis(analysis: Analysis): ReturnType<typeof readTemplate> {
  const place = isFormChosenByModel(analysis) ? 'either' : undefined;
  const findings = structuralDrafts(analysis, {}, place).map((draft) => toFinding(analysis.lines, draft));
  return {
    template: findings.some((finding) => finding.severity === 'error') ? undefined : templateOf(analysis),
    findings,
  };
}

/**
 * Reads a prompt file that must have no error in it.
 * @param readPartial as for {@link readTemplate}
 * @throws Failure the first error, with file, line and column
 */
export function requireTemplate(
  text: string,
  path: string,
  readPartial?: (name: string) => string | undefined,
): PromptTemplate {
  const { template, findings } = readTemplate(text, path, readPartial);
  if (template) return template;
  throw failureOf(
    findings.find((finding) => finding.severity === 'error')!,
    path,
  );
}

/** Where the answer goes: for a model with a mask anywhere, for others at the end. */
export const slotFor = (
  { answerSlot, innerSlot }: PromptTemplate,
  { mask }: { readonly mask?: number },
): Range | undefined => answerSlot ?? (mask === undefined ? undefined : innerSlot);

/**
 * The template with its output field, for training and evaluation.
 * @param model its tokenizer; one with a mask lets text follow the slot
 * @throws Failure `answer-slot-missing`, `answer-slot-not-last`
 */
export function requireAnswerSlot(
  template: PromptTemplate,
  model: { readonly mask?: number } = {},
): PromptTemplate & { readonly output: OutputField } {
  const { output } = template;
  if (output && slotFor(template, model)) return { ...template, output };
  const analysis = analyse(template.text, template.path, (name) => template.partials[name]);
  const [found] = slotNotLast(analysis);
  if (found) throw failureOf(toFinding(analysis.lines, found), template.path);
  const location = { file: template.path };
  if (!output)
    throw new Failure(
      'answer-slot-missing',
      l10n.t`The template does not say what the model answers.`,
      location,
      l10n.t`Add output.schema with one field, and end the body with that field.`,
    );
  throw new Failure(
    'answer-slot-missing',
    l10n.t`The body never says where the answer "${output.name}" goes.`,
    location,
    l10n.t`End the body with ${`{{${output.name}}}`}.`,
  );
}

/** The template of an analysis without errors. */
export function templateOf(analysis: Analysis): PromptTemplate {
  const { path, text, frontMatter, inputSchema, defaults, written, usage, soft, answerSlot } = analysis;
  const { value } = frontMatter;
  const file = nameOf(path);
  return {
    path,
    text,
    defaults,
    written,
    name: textOf(value.name) ?? file.name,
    variant: textOf(value.variant) ?? file.variant,
    model: textOf(value.model) ?? 'builtin',
    description: textOf(value.description),
    inputs: (inputSchema?.fields ?? []).map(({ name, type, description, optional }) => ({
      name,
      type,
      description,
      optional,
    })),
    output: outputOf(analysis),
    outputSchema: outputSchemaOf(frontMatter),
    ...(asksForJson(frontMatter) && { isJson: true as const }),
    slots: soft?.slots ?? [],
    hasInstruction: hasInstruction(analysis),
    variables: requiredVariables(analysis),
    rowVariables: rowVariables(analysis),
    ...(answerSlot && { [answerSlot.after ? 'innerSlot' : 'answerSlot']: rangeOf(analysis.lines, answerSlot.span) }),
    partials: Object.fromEntries([...(usage?.partials ?? [])].map(([name, partial]) => [name, partial.text])),
  };
}

/** The output field of an analysis, its labels each once. */
export function outputOf({ output, answerObject }: Pick<Analysis, 'output' | 'answerObject'>): OutputField | undefined {
  const { schema, fields, shared } = answerObject ?? {};
  return (
    output && {
      name: output.name,
      kind: output.values ? 'classification' : 'generation',
      ...(output.type === 'array' && { isList: true as const }),
      labels: [...new Set(output.values)],
      ...(schema && {
        object: { schema, columns: fields!.map(({ name }) => name).filter((name) => !shared!.includes(name)) },
      }),
    }
  );
}

/** Names the body needs from the row: no default, not optional, not the answer. */
export function requiredVariables({ usage, inputSchema, defaults, output }: Analysis): readonly string[] {
  const optional = new Set(inputSchema?.fields.filter((field) => field.optional).map((field) => field.name));
  const names = new Set(usage?.variables.map((use) => use.name));
  return [...names].filter((name) => name !== output?.name && !optional.has(name) && !Object.hasOwn(defaults, name));
}

/** The required names that the body reads without asking first whether the row has them. */
export function rowVariables(analysis: Analysis): readonly string[] {
  const read = new Set(analysis.usage?.variables.filter((use) => !use.guarded).map(({ name }) => name));
  return requiredVariables(analysis).filter((name) => read.has(name));
}

function hasInstruction({ body, usage, opening }: Analysis): boolean {
  if (usage?.hasInstructionBlock) return true;
  const nodes = body?.tree.body.slice(0, opening) ?? [];
  return nodes.some(
    (node) => node.type === 'ContentStatement' && (node as hbs.AST.ContentStatement).value.trim() !== '',
  );
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
