import type { Analysis } from '../read/analysis';
import { replacement } from '../text/finding';
import type { Draft, Fix } from '../text/finding';
import { entryAt, spanAt } from '../syntax/frontMatter';
import { looksLikeOpenPrompt, openPromptEdits } from '../import/importOpenPrompt';
import { insertion } from '../syntax/insertion';
import type { Span } from '../text/position';
import { removal } from '../syntax/removal';
import { isMapping } from '../syntax/schema';
import { nearest, orNearest } from '../text/suggest';
import { takesVirtualTokens } from '../render/tokens';
import type { VariableUse } from '../read/usage';
import { spaceIntoLabels } from '../read/labelEdits';
import { labelWords } from '../settings/verbalizer';
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

/** `unknown-variable`: a name that nothing provides. A name missing only from the data is `data-column`. */
export function unknownVariables(analysis: Analysis, columns?: readonly string[]): readonly Draft[] {
  const { usage, inputSchema } = analysis;
  const known = knownNames(analysis, columns);
  const missing =
    known && (inputSchema || !columns) ? (usage?.variables.filter((use) => !known.includes(use.name)) ?? []) : [];
  const fields = usage?.fields.filter((use) => use.known && !use.known.includes(use.name)) ?? [];
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
        message: `Nothing provides "${use.name}"${orNearest(suggestion)}`,
        fixes: [
          ...renameFix(analysis, use, suggestion),
          ...(insert && !inputSchema?.within ? [{ title: `Add "${use.name}" to input.schema`, edits: [insert] }] : []),
        ],
      };
    }),
    ...fields.map((use): Draft => {
      const suggestion = nearest(use.name, use.known!);
      const of = use.list ? ` of "${use.list}"` : '';
      return {
        code: 'unknown-variable',
        severity: 'warning',
        span: use.span,
        message: `The items${of} have no "${use.name}"${orNearest(suggestion)}`,
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
  return [replacement(`Replace with "${name}"`, [start, start + use.name.length], name)];
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
              message: `The body never uses "${field.name}".`,
              unnecessary: true,
              fixes: edit ? [{ title: `Remove "${field.name}"`, edits: [edit] }] : [],
            },
          ]
        : [];
    });
}

/** `answer-leak`: the prompt contains the answer before the slot. */
export function answerLeaks({ usage, output, answerSlot }: Analysis): readonly Draft[] {
  if (!usage || !output || !answerSlot) return [];
  return usage.variables
    .filter((use) => use.name === output.name && use.span[1] <= answerSlot.span[0])
    .map((use): Draft => ({
      code: 'answer-leak',
      severity: 'warning',
      span: use.span,
      message: `The prompt reads "${output.name}" before the answer slot, so it shows the model the answer.`,
    }));
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
            ? 'p-tuning-v2 puts its vectors in every layer; this place has no effect.'
            : 'A hard prompt has no virtual tokens; this place has no effect.',
        fixes: [replacement('Remove it', use.span, ''), replacement('Use p-tuning', method.valueSpan, 'p-tuning')],
      });
    }
  }
  soft?.slots.forEach((slot, index) => {
    if (contextLength === undefined || slot.length === undefined || slot.length <= contextLength) return;
    problems.push({
      code: 'soft-length',
      severity: 'error',
      span: soft.spans[index]!,
      message: `${slot.length} virtual tokens do not fit the model's context of ${contextLength}.`,
    });
  });
  return problems;
}

/** `answer-slot-space` and `trailing-space`: the join of prompt and answer. */
export function answerSpaces(analysis: Analysis): readonly Draft[] {
  const { body, parts, output, answerSlot, written } = analysis;
  if (!body || !answerSlot || answerSlot.after || !output) return [];
  const before = body.tree.body[answerSlot.node - 1];
  if (before?.type !== 'ContentStatement') return [];
  const text = (before as hbs.AST.ContentStatement).value;
  const at = answerSlot.span[0];
  const spaces = /[ \t]+$/.exec(text)?.[0].length ?? 0;
  // Where the spaces are not literally before the slot, whitespace control has moved the text and no edit is safe.
  const spacesWritten = parts.body.text.slice(0, at - parts.body.start).endsWith(text.slice(text.length - spaces));
  const span: Span = [at - spaces, at];
  if (!output.values) {
    return spaces > 0 && spacesWritten
      ? [
          {
            code: 'trailing-space',
            severity: 'information',
            span,
            message: 'The prompt ends with a space; most models write the space themselves.',
            fixes: [replacement('Remove the space', span, '')],
          },
        ]
      : [];
  }
  const words = Object.values(labelWords(output.values, written.labels)).flat();
  if (spaces > 0 && spacesWritten && words.some((word) => /^\s/.test(word))) {
    return [
      {
        code: 'answer-slot-space',
        severity: 'warning',
        span,
        message: 'There is a space before the answer, and label words begin with one too.',
        fixes: [replacement('Remove the space', span, '')],
      },
    ];
  }
  if (spaces > 0 && spacesWritten) {
    const moved = spaceIntoLabels(analysis);
    return [
      {
        code: 'trailing-space',
        severity: 'information',
        span,
        message: 'The prompt ends with a space; most models write the space as the beginning of the next word.',
        fixes: moved
          ? [
              {
                title: 'Move the space into the label words',
                edits: [...moved, { start: span[0], end: span[1], text: '' }],
              },
            ]
          : [],
      },
    ];
  }
  if (text !== '' && !/\s$/.test(text) && words.some((word) => !/^\s/.test(word))) {
    return [
      {
        code: 'answer-slot-space',
        severity: 'warning',
        span: answerSlot.span,
        message: 'No space separates the prompt from the label words.',
        fixes: [replacement('Insert a space', [at, at], ' ')],
      },
    ];
  }
  return [];
}

/** `example-schema`: demonstrations that lack a field which the body shows, or whose answer is no label. */
export function exampleDrafts({ defaults, usage, output, frontMatter }: Analysis): readonly Draft[] {
  const problems: Draft[] = [];
  for (const [list, items] of Object.entries(defaults)) {
    const shown = new Set(usage?.fields.filter((use) => use.list === list).map((use) => use.name));
    if (!Array.isArray(items) || shown.size === 0) continue;
    items.forEach((item: unknown, index) => {
      const path = ['input', 'default', list, String(index)];
      const span = spanAt(frontMatter, path);
      if (!isMapping(item) || !span) return;
      for (const name of shown) {
        if (Object.hasOwn(item, name) || !items.some((other) => isMapping(other) && Object.hasOwn(other, name)))
          continue;
        const edit = insertion(frontMatter, path, `${name}: ""`);
        problems.push({
          code: 'example-schema',
          severity: 'error',
          span,
          message: `This example lacks "${name}", which the body shows.`,
          fixes: edit ? [{ title: `Add "${name}"`, edits: [edit] }] : [],
        });
      }
      const label = output && Object.hasOwn(item, output.name) ? String(item[output.name]) : undefined;
      if (label === undefined || !output?.values || output.values.includes(label)) return;
      const valueSpan = entryAt(frontMatter, [...path, output.name])?.valueSpan ?? span;
      problems.push({
        code: 'example-schema',
        severity: 'error',
        span: valueSpan,
        message: `"${label}" is not a label of "${output.name}".`,
        fixes: output.values.map((value) => replacement(`Use ${value}`, valueSpan, value)),
      });
    });
  }
  return problems;
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
      message: 'This looks like an OpenPrompt template, which is plain text here.',
      fixes: [{ title: 'Convert to Handlebars', edits }],
    },
  ];
}
