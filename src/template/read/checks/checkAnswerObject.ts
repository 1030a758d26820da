import * as l10n from '@vscode/l10n';
import { clash, wholeAnswer } from '../../answer/answerObject';
import { asksForJson, outputSchemaOf, writtenOutputSchema } from '../../metrics/outputSchema';
import { problemOfSchema } from '../../metrics/schemaProblem';
import { entryAt } from '../../syntax/frontMatter';
import { readSchema } from '../../syntax/schema';
import { replacement, type Draft, type Fix } from '../../text/finding';
import type { Analysis } from '../analysis';
import type { VariableUse } from '../usage';

/**
 * What is wrong where the answer is a JSON object: a name that could mean two things, or a slot that is not of the
 * whole answer. Only warnings where the template names no data, which other tools may read otherwise.
 */
export const answerObjectDrafts = (analysis: Analysis): readonly Draft[] => [
  ...clashes(analysis),
  ...otherSlots(analysis),
  ...unusableSchema(analysis),
];

const severityIn = ({ written }: Analysis): Draft['severity'] => (written.data ? 'error' : 'warning');

function clashes(analysis: Analysis): readonly Draft[] {
  const { frontMatter, inputSchema } = analysis;
  if (!asksForJson(frontMatter) || outputSchemaOf(frontMatter)?.type !== 'object') return [];
  const schema = readSchema(writtenOutputSchema(frontMatter));
  const of = clash(schema?.fields ?? [], inputSchema);
  if (of === undefined) return [];
  const { fields, within } = (of === 'field' ? schema : inputSchema)!;
  const { key } = fields.find(({ name }) => name === wholeAnswer)!;
  const path = [of === 'field' ? 'output' : 'input', 'schema', ...(within ? [within] : []), key];
  return [
    {
      code: 'answer-slot-form',
      severity: severityIn(analysis),
      span: entryAt(frontMatter, path)?.keySpan ?? [0, 0],
      message:
        of === 'field'
          ? l10n.t`With output.format: json the answer as a whole is called "${wholeAnswer}", so no field of it can \
be. Give the field another name.`
          : l10n.t`With output.format: json the answer as a whole is called "${wholeAnswer}", so no input can be. \
Give the input another name.`,
    },
  ];
}

function otherSlots(analysis: Analysis): readonly Draft[] {
  const { usage, answerObject, answerSlot } = analysis;
  if (!answerObject || !usage) return [];
  const { fields, shared, slot } = answerObject;
  const names = new Set(fields.map(({ name }) => name).filter((name) => !shared.includes(name)));
  const uses = usage.variables.filter(({ span }) => !isSlot(span));
  const field = uses.find(({ name }) => names.has(name) && name !== slot);
  if (field) return [fieldAsSlot(analysis, field)];
  // One that stands at the top of the body is the slot, whatever follows it.
  const isWritten = answerSlot && answerSlot.span[1] > answerSlot.span[0];
  const whole = isWritten ? undefined : uses.find(({ name }) => name === wholeAnswer);
  if (!whole) return [];
  return [
    {
      code: 'answer-slot-form',
      severity: severityIn(analysis),
      span: whole.span,
      message: l10n.t`"${wholeAnswer}" is read here, and is no slot: ${`{{${wholeAnswer}}}`} must stand by itself at \
the end of the body, outside of blocks, helpers and partials. It may also be left out there.`,
    },
  ];

  function isSlot(span: VariableUse['span']): boolean {
    return answerSlot !== undefined && span[0] >= answerSlot.span[0] && span[1] <= answerSlot.span[1];
  }
}

/** `invalid-value`: a schema that no answer can be checked by. */
function unusableSchema({ frontMatter, answerObject, written }: Analysis): readonly Draft[] {
  const problem = answerObject && written.data && problemOfSchema(writtenOutputSchema(frontMatter));
  if (problem === undefined) return [];
  return [
    {
      code: 'invalid-value',
      severity: 'error',
      span: entryAt(frontMatter, ['output', 'schema'])?.valueSpan ?? [0, 0],
      message: l10n.t`Answers cannot be checked against output.schema, because ${problem}.`,
    },
  ];
}

function fieldAsSlot(analysis: Analysis, { name, span, partial }: VariableUse): Draft {
  const fixes: readonly Fix[] =
    partial === undefined ? [replacement(l10n.t`Replace with "${wholeAnswer}"`, span, wholeAnswer)] : [];
  return {
    code: 'answer-slot-form',
    severity: severityIn(analysis),
    span,
    message: l10n.t`"${name}" is a field of the answer. With output.format: json the model writes all fields at \
once, as one JSON object: end the body with ${`{{${wholeAnswer}}}`}, or with what stands before the answer.`,
    fixes,
  };
}
