import * as l10n from '@vscode/l10n';
import { decodingKeys } from './decodingKeys';

/** A key that dotprompt itself defines. */
export interface DotpromptKey {
  /** Keys that lead to it. */
  readonly path: readonly string[];
  readonly meaning: () => string;
  /** What its value looks like, as a snippet. */
  readonly value?: string;
  /** Whether it is proposed after the others, because training reads nothing of it. */
  readonly rare?: true;
}

/**
 * The keys of dotprompt's front matter that the editor proposes and explains (google/dotprompt
 * docs/reference/frontmatter.md).
 */
export const dotpromptKeys: readonly DotpromptKey[] = [
  {
    path: ['model'],
    meaning: () =>
      l10n.t`The model: \`builtin\`, the id of a model on this machine, or the path of its folder; \`openai:NAME\` \
for one that runs elsewhere.`,
    value: '${1:builtin}',
  },
  { path: ['name'], meaning: () => l10n.t`Name of the prompt; without it the name of the file.`, rare: true },
  {
    path: ['variant'],
    meaning: () => l10n.t`Name of the variant; without it the part of the file name before \`.prompt\`.`,
    rare: true,
  },
  { path: ['version'], meaning: () => l10n.t`Version of the prompt, for those who read it.`, rare: true },
  { path: ['description'], meaning: () => l10n.t`What the prompt is for, in a sentence.` },
  {
    path: ['input'],
    meaning: () => l10n.t`What a row gives to the template.`,
    value: '\n  schema:\n    ${1:text}: string',
  },
  {
    path: ['input', 'schema'],
    meaning: () => l10n.t`Names and types of the inputs, as Picoschema (\`text: string, what it is\`) or JSON Schema.`,
  },
  { path: ['input', 'default'], meaning: () => l10n.t`Values laid under every row, such as a list of demonstrations.` },
  {
    path: ['output'],
    meaning: () => l10n.t`What the model answers.`,
    value: '\n  schema:\n    ${1:label}(enum): [${2:yes, no}]',
  },
  {
    path: ['output', 'schema'],
    meaning: () => l10n.t`The answer: an enum makes a classification, anything else a generation.`,
  },
  { path: ['output', 'format'], meaning: () => l10n.t`\`text\` or \`json\`; read by other tools.` },
  {
    path: ['config'],
    meaning: () =>
      l10n.t`How an answer of free text is decoded; greedily without it. Labels are chosen, whatever it says.`,
    value: '\n  ${1:maxOutputTokens}: $2',
    rare: true,
  },
  ...decodingKeys.map(({ name, meaning, range }) => ({
    path: ['config', name],
    meaning: () => `${meaning()} (${range()})`,
  })),
  { path: ['tools'], meaning: () => l10n.t`Tools a chat model may call; not used in training.`, rare: true },
  { path: ['toolDefs'], meaning: () => l10n.t`Definitions of tools; not used in training.`, rare: true },
  {
    path: ['maxTurns'],
    meaning: () => l10n.t`Genkit: rounds of tool calls at most; not used in training.`,
    rare: true,
  },
  {
    path: ['toolChoice'],
    meaning: () => l10n.t`Genkit: whether tools must be called; not used in training.`,
    rare: true,
  },
  {
    path: ['returnToolRequests'],
    meaning: () => l10n.t`Genkit: whether tool calls are left to the caller.`,
    rare: true,
  },
  { path: ['use'], meaning: () => l10n.t`Genkit: middleware of the model; not used in training.`, rare: true },
  { path: ['metadata'], meaning: () => l10n.t`Anything else, for those who read the file.`, rare: true },
  { path: ['ext'], meaning: () => l10n.t`Where dotprompt puts keys with a dot; not meant to be written.` },
  { path: ['raw'], meaning: () => l10n.t`The whole front matter as dotprompt read it; not meant to be written.` },
];

/** Types of Picoschema. */
export const picoTypes: readonly string[] = ['string', 'number', 'integer', 'boolean', 'null', 'any'];

export function dotpromptKey(path: readonly string[]): DotpromptKey | undefined {
  return dotpromptKeys.find(
    (key) => key.path.length === path.length && key.path.every((step, index) => step === path[index]),
  );
}
