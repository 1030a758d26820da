import * as l10n from '@vscode/l10n';
import Handlebars from 'handlebars';
import type { HelperOptions } from 'handlebars';
import { writeJson } from '../../data/exactNumber';
import { valueText } from '../../data/valueText';

/** How a helper of the template language may be called. */
export interface HelperShape {
  /** Fewest and most positional values. */
  readonly values: readonly [number, number];
  readonly block: 'only' | 'never';
  readonly meaning: () => string;
}

/** Every helper a template may call: Handlebars' own, dotprompt's and ours. */
export const helperShapes: Readonly<Record<string, HelperShape>> = {
  if: {
    values: [1, 1],
    block: 'only',
    meaning: () => l10n.t`Renders its block when the value is present and not false.`,
  },
  unless: {
    values: [1, 1],
    block: 'only',
    meaning: () => l10n.t`Renders its block when the value is missing or false.`,
  },
  each: { values: [1, 1], block: 'only', meaning: () => l10n.t`Renders its block once for each item.` },
  with: { values: [1, 1], block: 'only', meaning: () => l10n.t`Renders its block with the value as its context.` },
  ifEquals: { values: [2, 2], block: 'only', meaning: () => l10n.t`Renders its block when both values are equal.` },
  unlessEquals: { values: [2, 2], block: 'only', meaning: () => l10n.t`Renders its block when the values differ.` },
  lookup: { values: [2, 2], block: 'never', meaning: () => l10n.t`The field of a value whose name is computed.` },
  log: { values: [0, Infinity], block: 'never', meaning: () => l10n.t`Renders nothing.` },
  json: { values: [1, 1], block: 'never', meaning: () => l10n.t`The value as JSON; indent=2 spreads it over lines.` },
  role: {
    values: [1, Infinity],
    block: 'never',
    meaning: () => l10n.t`Begins a message; a model without messages sees nothing of it.`,
  },
  history: {
    values: [0, Infinity],
    block: 'never',
    meaning: () => l10n.t`The row's earlier messages; a model without messages sees nothing of them.`,
  },
  media: {
    values: [0, Infinity],
    block: 'never',
    meaning: () => l10n.t`A picture or file; a text model sees nothing of it.`,
  },
  section: {
    values: [1, Infinity],
    block: 'never',
    meaning: () => l10n.t`Names a part of the prompt; nothing is rendered.`,
  },
  soft: { values: [0, 1], block: 'never', meaning: () => l10n.t`Virtual tokens, trained, at this place.` },
  instruction: {
    values: [0, Infinity],
    block: 'only',
    meaning: () => l10n.t`The task description that p-tuning-v2 may rewrite.`,
  },
};

/** Helpers of dotprompt that render no text, so that what follows them still counts as the opening of the prompt. */
export const silentHelpers: ReadonlySet<string> = new Set(['role', 'media', 'section', 'log']);

/**
 * Marks around the parts of a rendering that are not plain text, one letter each; the nonce before each keeps data from
 * forging one. What stands for a slot or a role ends with `;`.
 */
export const marks = {
  soft: 's',
  role: 'r',
  exampleRole: 'x',
  end: ';',
  history: 'h',
  openInstruction: '(',
  closeInstruction: ')',
  openValue: '<',
  closeValue: '>',
  openAnswer: '{',
  closeAnswer: '}',
} as const;
export type Mark = (typeof marks)[keyof typeof marks];

/** What a rendering passes to its helpers. */
interface RenderData {
  readonly nonce: string;
  /** Whether a value must be told from the text around it. */
  readonly isApart: (value: string) => boolean;
}

/** Name of the helper that writes a value as text; no variable can have this name. */
export const textHelper = '#text';

/**
 * An environment with every helper. Text helpers render as in dotprompt's js/src/helpers.ts; media and section render
 * nothing. Each rendering must pass `@nonce` and `@isApart`.
 */
export function createEnvironment(): typeof Handlebars {
  const environment = Handlebars.create();
  environment.registerHelper({
    json: (value: unknown, options: HelperOptions) =>
      new Handlebars.SafeString(writeJson(value, options.hash.indent || 0)),
    ifEquals(this: unknown, left: unknown, right: unknown, options: HelperOptions) {
      return left === right ? options.fn(this) : options.inverse(this);
    },
    unlessEquals(this: unknown, left: unknown, right: unknown, options: HelperOptions) {
      return left !== right ? options.fn(this) : options.inverse(this);
    },
    [textHelper]: (value: unknown, { data, hash }: HelperOptions) =>
      valueMarked(
        value instanceof Handlebars.SafeString ? String(value) : valueText(value),
        data,
        hash.answer === true,
      ),
    soft: ({ data, hash }: HelperOptions) => `${data.nonce}${marks.soft}${hash.slot}${marks.end}`,
    role: (name: unknown, { data, hash }: HelperOptions) =>
      `${data.nonce}${hash.example ? marks.exampleRole : marks.role}${valueText(name)}${marks.end}`,
    history: (...given: readonly unknown[]) => `${(given.at(-1) as HelperOptions).data.nonce}${marks.history}`,
    instruction(this: unknown, options: HelperOptions) {
      const { nonce } = options.data;
      return `${nonce}${marks.openInstruction}${options.fn(this)}${nonce}${marks.closeInstruction}`;
    },
  });
  for (const name of ['media', 'section', 'log']) environment.registerHelper(name, () => '');
  return environment;
}

function valueMarked(text: string, { nonce, isApart }: RenderData, isAnswer: boolean): string {
  const value = isApart(text) ? `${nonce}${marks.openValue}${text}${nonce}${marks.closeValue}` : text;
  return isAnswer ? `${nonce}${marks.openAnswer}${value}${nonce}${marks.closeAnswer}` : value;
}
