import * as l10n from '@vscode/l10n';
import { enumerated } from '../../../words/listed';
import { isMapping } from '../../syntax/schema';
import { shownValue } from '../../text/shownValue';
import { nearest, orNearest } from '../../text/suggest';

/** How an answer of free text is written, as dotprompt's `config` says it; what is absent is left to its default. */
export interface WrittenDecoding {
  /** What logits are divided by before a token is drawn; 0 takes the likeliest. */
  readonly temperature?: number;
  /** So many of the likeliest tokens are drawn from. */
  readonly topK?: number;
  /** The likeliest tokens that together have this probability are drawn from. */
  readonly topP?: number;
  readonly maxOutputTokens?: number;
  /** Texts before which an answer ends. */
  readonly stopSequences?: readonly string[];
  /** Start of the random numbers; that of the run where it is absent. */
  readonly seed?: number;
}

/** A key of `config` that decoding reads. */
export interface DecodingKey {
  readonly name: keyof WrittenDecoding;
  readonly meaning: () => string;
  /** What may be written, as an error says it. */
  readonly range: () => string;
  accepts(value: unknown): boolean;
}

/** Tokens of an answer at most where nothing is written; fewer where the model's context ends before. */
export const defaultOutputTokens = 256;

const isWhole = (value: unknown, minimum: number): boolean => Number.isSafeInteger(value) && Number(value) >= minimum;
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

export const decodingKeys: readonly DecodingKey[] = [
  {
    name: 'temperature',
    meaning: () => l10n.t`How far tokens are drawn at random; 0, the default, writes the likeliest.`,
    range: () => l10n.t`a number, at least 0`,
    accepts: (value) => isNumber(value) && value >= 0,
  },
  {
    name: 'topK',
    meaning: () => l10n.t`Draws from so many of the likeliest tokens; all by default.`,
    range: () => l10n.t`a whole number, at least 1`,
    accepts: (value) => isWhole(value, 1),
  },
  {
    name: 'topP',
    meaning: () =>
      l10n.t`Draws from the likeliest tokens that together have this probability; 1, the default, from all.`,
    range: () => l10n.t`a number above 0 and at most 1`,
    accepts: (value) => isNumber(value) && value > 0 && value <= 1,
  },
  {
    name: 'maxOutputTokens',
    meaning: () => l10n.t`Tokens of an answer at most; ${defaultOutputTokens} by default, within the model's context.`,
    range: () => l10n.t`a whole number, at least 1`,
    accepts: (value) => isWhole(value, 1),
  },
  {
    name: 'stopSequences',
    meaning: () => l10n.t`Texts before which an answer ends, such as ["\\n"]; the sequence itself is left out.`,
    range: () => l10n.t`a list of texts, none of them empty`,
    accepts: (value) => Array.isArray(value) && value.every((text) => typeof text === 'string' && text !== ''),
  },
  {
    name: 'seed',
    meaning: () => l10n.t`Start of the random numbers of drawn answers; that of the run (tune.seed) by default.`,
    range: () => l10n.t`a whole number, at least 0`,
    accepts: (value) => isWhole(value, 0),
  },
];

/**
 * Keys of other tools' `config` that say which service is asked and how, not what it writes (Genkit's model plugins).
 */
const ofServices: ReadonlySet<string> = new Set([
  'apiKey',
  'apiVersion',
  'apiClient',
  'baseUrl',
  'contextCache',
  'customHeaders',
  'location',
  'metadata',
  'safetySettings',
  'serviceTier',
  'store',
  'streaming',
  'timeout',
  'user',
  'version',
]);

/** What is wrong with a key of `config`. */
export interface DecodingProblem {
  readonly code: 'unknown-key' | 'invalid-value';
  readonly message: string;
  /** The key that was probably meant. */
  readonly meant?: string;
  /** Whether the key only concerns a service, so that leaving it out changes no answer. */
  readonly harmless?: true;
}

/** What is wrong with one entry of `config`; undefined where it can be used. */
export function decodingProblem(name: string, value: unknown): DecodingProblem | undefined {
  const key = decodingKeys.find((each) => each.name === name);
  if (key) {
    if (value === null || value === undefined || key.accepts(value)) return undefined;
    return { code: 'invalid-value', message: l10n.t`config.${name} must be ${key.range()}, not ${shownValue(value)}.` };
  }
  if (ofServices.has(name))
    return {
      code: 'unknown-key',
      harmless: true,
      message: l10n.t`config.${name} is for a service, and is not read here.`,
    };
  const names = decodingKeys.map((each) => each.name);
  const meant = nearest(name, names);
  return {
    code: 'unknown-key',
    ...(meant !== undefined && { meant }),
    message: l10n.t`config knows no "${name}"${orNearest(meant)}${
      meant === undefined
        ? l10n.t` Answers are decoded by ${enumerated(names.slice(0, -1))} and ${names.at(-1)!} alone.`
        : ''
    }`,
  };
}

/**
 * Why a budget cannot be kept; undefined where it can, and where none is written.
 * @param context tokens that the model reads at most
 */
export function budgetProblem(maxOutputTokens: number | undefined, context: number | undefined): string | undefined {
  if (maxOutputTokens === undefined || context === undefined || maxOutputTokens <= context) return undefined;
  return l10n.t`config.maxOutputTokens is ${maxOutputTokens}; the model's context holds ${context} tokens.`;
}

/** The entries of a `config` that can be used; one that is empty is left to its default. */
export function usableDecoding(config: unknown): WrittenDecoding {
  if (!isMapping(config)) return {};
  return Object.fromEntries(
    decodingKeys
      .map(({ name }) => [name, config[name]] as const)
      .filter(([name, value]) => value !== undefined && value !== null && !decodingProblem(name, value)),
  );
}
