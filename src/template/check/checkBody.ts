import * as l10n from '@vscode/l10n';
import { isOurs, type Analysis } from '../read/analysis';
import { replacement } from '../text/finding';
import type { Draft, Fix } from '../text/finding';
import { entryAt } from '../syntax/frontMatter';
import { looksLikeOpenPrompt, openPromptEdits } from '../import/openPrompt/importOpenPrompt';
import { insertion } from '../syntax/insertion';
import { removal } from '../syntax/removal';
import { nearest, orNearest } from '../text/suggest';
import { takesVirtualTokens } from '../render/tokens';
import { wholeAnswer } from '../answer/answerObject';
import type { FieldUse, VariableUse } from '../read/usage';
import { yamlText } from '../text/yamlText';

/** Names that the front matter and the data provide to the body; undefined when neither lists them. */
function knownNames(
  { inputSchema, defaults, output }: Analysis,
  columns?: readonly string[],
): readonly string[] | undefined {
  if (inputSchema?.open || (!inputSchema && !columns)) return undefined;
  return [
    ...new Set([
      ...(inputSchema?.fields ?? []).map((field) => field.name),
      ...Object.keys(defaults),
      ...(output ? [output.name] : []),
      ...(columns ?? []),
    ]),
  ];
}

/** Examples have an answer also where they have a value for each of its fields. */
const isExampleAnswer = ({ answerObject }: Analysis, { name, list }: FieldUse): boolean =>
  answerObject !== undefined && name === wholeAnswer && list !== undefined;

/** `unknown-variable`: a name that nothing provides. A name missing only from the data is `data-column`. */
export function unknownVariables(analysis: Analysis, columns?: readonly string[]): readonly Draft[] {
  const { usage, inputSchema } = analysis;
  const known = knownNames(analysis, columns);
  const missing =
    known && (inputSchema || !columns) ? (usage?.variables.filter((use) => !known.includes(use.name)) ?? []) : [];
  const fields =
    usage?.fields.filter((use) => use.known && !use.known.includes(use.name) && !isExampleAnswer(analysis, use)) ?? [];
  return [
    ...missing.map((use): Draft => {
      const suggestion = nearest(use.name, known!);
      const insert = insertion(
        analysis.frontMatter,
        ['input', 'schema', ...(inputSchema?.within ? [inputSchema.within] : [])],
        `${yamlText(use.name)}: string`,
      );
      return {
        code: 'unknown-variable',
        severity: 'warning',
        span: use.span,
        message: l10n.t`Nothing provides "${use.name}"${orNearest(suggestion)}`,
        fixes: [
          ...renameFix(analysis, use, suggestion),
          ...(insert && !inputSchema?.within
            ? [{ title: l10n.t`Add "${use.name}" to input.schema`, edits: [insert] }]
            : []),
        ],
      };
    }),
    ...fields.map((use): Draft => {
      const suggestion = nearest(use.name, use.known!);
      return {
        code: 'unknown-variable',
        severity: 'warning',
        span: use.span,
        message: use.list
          ? l10n.t`The items of "${use.list}" have no "${use.name}"${orNearest(suggestion)}`
          : l10n.t`The items have no "${use.name}"${orNearest(suggestion)}`,
        fixes: renameFix(analysis, use, suggestion),
      };
    }),
  ];
}

/** Replaces the name inside the path that uses it; a use inside a partial cannot be fixed from here. */
export function renameFix({ text }: Analysis, use: VariableUse, name: string | undefined): readonly Fix[] {
  const at = text.slice(...use.span).indexOf(use.name);
  const writtenHere = text
    .slice(...use.span)
    .replace(/^(?:\.\.?\/|this[./]|@root[./])+/, '')
    .startsWith(use.name);
  if (name === undefined || at < 0 || !writtenHere || use.partial !== undefined) return [];
  const start = use.span[0] + at;
  return [replacement(l10n.t`Replace with "${name}"`, [start, start + use.name.length], name)];
}

/** `unused-input`: a field of the schema that the body never reads. */
export function unusedInputs({ inputSchema, usage, frontMatter }: Analysis): readonly Draft[] {
  if (!inputSchema || !usage || usage.readsWholeRow) return [];
  const used = new Set(usage.variables.map((use) => use.name));
  const prefix = ['input', 'schema', ...(inputSchema.within ? [inputSchema.within] : [])];
  return inputSchema.fields
    .filter((field) => !used.has(field.name))
    .flatMap((field): readonly Draft[] => {
      const entry = entryAt(frontMatter, [...prefix, field.key]);
      const edit = removal(frontMatter, [...prefix, field.key]);
      return entry
        ? [
            {
              code: 'unused-input',
              severity: 'information',
              span: entry.keySpan,
              message: l10n.t`The body never uses "${field.name}".`,
              unnecessary: true,
              fixes: edit ? [{ title: `Remove "${field.name}"`, edits: [edit] }] : [],
            },
          ]
        : [];
    });
}

/** Rules on `{{soft}}` beyond its own form: methods without virtual tokens, lengths beyond the context. */
export function softDrafts({ usage, soft, written, frontMatter }: Analysis, contextLength?: number): readonly Draft[] {
  const problems: Draft[] = [];
  const method = entryAt(frontMatter, ['tune.method']);
  if (method && written.method !== undefined && !takesVirtualTokens(written)) {
    for (const use of usage?.softs ?? []) {
      problems.push({
        code: 'soft-unused-method',
        severity: 'warning',
        span: use.span,
        message:
          written.method === 'v2'
            ? l10n.t`p-tuning-v2 puts its vectors in every layer; this place has no effect.`
            : l10n.t`A hard prompt has no virtual tokens; this place has no effect.`,
        fixes: [
          replacement(l10n.t`Remove it`, use.span, ''),
          replacement(l10n.t`Use p-tuning`, method.valueSpan, 'p-tuning'),
        ],
      });
    }
  }
  soft?.slots.forEach((slot, index) => {
    if (contextLength === undefined || slot.length === undefined || slot.length <= contextLength) return;
    problems.push({
      code: 'soft-length',
      severity: 'error',
      span: soft.spans[index]!,
      message: l10n.t`${slot.length} virtual tokens do not fit the model's context of ${contextLength}.`,
    });
  });
  return problems;
}

/** `media-ignored`: pictures and files in a template that would be trained, of which a text model sees nothing. */
export function mediaDrafts(analysis: Analysis): readonly Draft[] {
  const { usage, output, answerSlot } = analysis;
  if (!isOurs(analysis) && !(output && answerSlot)) return [];
  return (usage?.media ?? []).map((span) => ({
    code: 'media-ignored',
    severity: 'warning',
    span,
    message: l10n.t`Models here read text alone: they see nothing of this picture or file, and answer without it.`,
  }));
}

/** `openprompt-line`: OpenPrompt's notation, which Handlebars renders as plain text. */
export function openPromptLines({ parts, output }: Analysis): readonly Draft[] {
  const { text, start } = parts.body;
  const edits = openPromptEdits(text, output?.name).map((edit) => ({
    ...edit,
    start: start + edit.start,
    end: start + edit.end,
  }));
  if (!looksLikeOpenPrompt(text)) return [];
  return [
    {
      code: 'openprompt-line',
      severity: 'information',
      span: [edits[0]!.start, edits.at(-1)!.end],
      message: l10n.t`This looks like an OpenPrompt template, which is plain text here.`,
      fixes: [{ title: l10n.t`Convert to Handlebars`, edits }],
    },
  ];
}
