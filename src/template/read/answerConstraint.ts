import * as l10n from '@vscode/l10n';
import { jsonGrammar, schemaGrammar, type AnswerGrammar } from '../../grammar/schemaGrammar';
import { GrammarProblem } from '../../grammar/schemaParts';
import type { Settings } from '../settings/settings';

/** What answers are held to while they are written. */
export interface AnswerConstraint {
  /** JSON Schema of the answer; any JSON without one. */
  readonly schema?: unknown;
}

/** Answers of free text have nothing to be held to. */
export const constrainsText = () =>
  l10n.t`tune.constrain holds answers to JSON, and the answer here is text: output.format: json says that it is JSON.`;

/** What the answers of a task are held to; undefined where they are free, or labels. */
export function constraintOf({
  template,
  settings,
}: {
  readonly template: { readonly outputSchema?: Readonly<Record<string, unknown>> };
  readonly settings: Pick<Settings, 'constrain'>;
}): AnswerConstraint | undefined {
  if (!settings.constrain) return undefined;
  return template.outputSchema === undefined ? {} : { schema: template.outputSchema };
}

/** The grammar of a constraint, or why there is none, in words that follow "because". */
export function grammarOf(
  { schema }: AnswerConstraint,
  options: { readonly spaced?: boolean } = {},
): AnswerGrammar | { readonly problem: string } {
  try {
    return schema === undefined ? jsonGrammar(options) : schemaGrammar(schema, options);
  } catch (error) {
    if (error instanceof GrammarProblem) return { problem: error.message };
    throw error;
  }
}

/** Text in front of an answer that opens its JSON: `{`, `[`, `{"name": "`. */
const opening = /(?:[{[]|\{[^{}]*"[^"{}]*"\s*:\s*"?)\s*$/;

/**
 * Why answers of a template cannot be held to its schema; undefined where they can.
 * @param before what stands in front of the answer
 */
export function constraintProblem(constraint: AnswerConstraint, before: string): ConstraintProblem | undefined {
  const made = grammarOf(constraint);
  if ('problem' in made)
    return { of: 'schema', message: l10n.t`Answers cannot be held to output.schema, because ${made.problem}.` };
  const opened = opening.exec(before.slice(-200))?.[0].trim();
  if (opened === undefined) return undefined;
  const message = l10n.t`The text in front of the answer opens its JSON with ${opened}; the answer is held to all of \
it, and opens it again.`;
  return { of: 'slot', message };
}

export interface ConstraintProblem {
  /** What is wrong: the schema, or what stands in front of the answer. */
  readonly of: 'schema' | 'slot';
  readonly message: string;
}

/** What to do about it. */
export const constraintRemedy = () => l10n.t`Change it, or set tune.constrain to false.`;
