import * as l10n from '@vscode/l10n';
import type { ErrorObject } from 'ajv';
import { enumerated } from '../../words/listed';

/** What the keywords of a schema say of a value that they refuse, as ajv has it in its `params`. */
interface Params {
  readonly type?: string | readonly string[];
  readonly missingProperty?: string;
  readonly additionalProperty?: string;
  readonly allowedValues?: readonly unknown[];
  readonly comparison?: string;
  readonly limit?: number;
  readonly multipleOf?: number;
  readonly pattern?: string;
  readonly i?: number;
  readonly j?: number;
  readonly minContains?: number;
  readonly maxContains?: number;
}

/** Sentences in the words of ajv 8, by the keyword; what is not here is said in ajv's own, which are English. */
const sentences: Readonly<Record<string, (params: Params) => string>> = {
  type: ({ type }) => l10n.t`must be ${String(type)}`,
  required: ({ missingProperty }) => l10n.t`must have required property '${String(missingProperty)}'`,
  additionalProperties: ({ additionalProperty }) =>
    l10n.t`must NOT have additional properties: ${JSON.stringify(additionalProperty)}`,
  enum: ({ allowedValues = [] }) =>
    l10n.t`must be equal to one of the allowed values: \
${enumerated(allowedValues.map((value) => JSON.stringify(value)))}`,
  const: () => l10n.t`must be equal to constant`,
  minimum: bounded,
  maximum: bounded,
  exclusiveMinimum: bounded,
  exclusiveMaximum: bounded,
  multipleOf: ({ multipleOf }) => l10n.t`must be multiple of ${String(multipleOf)}`,
  minLength: ({ limit }) => l10n.t`must NOT have fewer than ${String(limit)} characters`,
  maxLength: ({ limit }) => l10n.t`must NOT have more than ${String(limit)} characters`,
  minItems: ({ limit }) => l10n.t`must NOT have fewer than ${String(limit)} items`,
  maxItems: ({ limit }) => l10n.t`must NOT have more than ${String(limit)} items`,
  minProperties: ({ limit }) => l10n.t`must NOT have fewer than ${String(limit)} properties`,
  maxProperties: ({ limit }) => l10n.t`must NOT have more than ${String(limit)} properties`,
  uniqueItems: ({ i, j }) =>
    l10n.t`must NOT have duplicate items (items ## ${String(j)} and ${String(i)} are identical)`,
  pattern: ({ pattern }) => l10n.t`must match pattern "${String(pattern)}"`,
  not: () => l10n.t`must NOT be valid`,
  anyOf: () => l10n.t`must match a schema in anyOf`,
  oneOf: () => l10n.t`must match exactly one schema in oneOf`,
};

function bounded({ comparison, limit }: Params): string {
  return l10n.t`must be ${String(comparison)} ${String(limit)}`;
}

/** What a schema asks of a value that it refuses: `must be integer`. */
export function schemaDemand({ keyword, params, message = '' }: ErrorObject): string {
  return Object.hasOwn(sentences, keyword) ? sentences[keyword]!(params as Params) : message;
}
