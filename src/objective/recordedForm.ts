import * as l10n from '@vscode/l10n';
import { clauses } from '../words/listed';
import { isFlag, isObject, isText, object, oneOf, optional, tableOf, type Guard, type Infer } from '../channel/guards';
import { sha256 } from '../files/sha256';
import type { Task } from './task';

const isVariables = isObject as Guard<Readonly<Record<string, unknown>>>;

/** The form in which a model really read the prompts of a run, whatever `tune.format` left to it. */
export const isRecordedForm = object({
  format: oneOf('chat', 'text'),
  /** Whether messages were the plain lines that base models get, which have no chat template of their own. */
  plain: optional(isFlag),
  /** What made messages a text; absent of one text. */
  chatTemplate: optional(
    object({
      /** Of the template's text. */
      sha256: isText,
      variables: isVariables,
      /** Texts by the names under which the template knows them. */
      specialTokens: tableOf(isText),
      /** The day that the template reads as today's, `2026-03-14`; absent where it reads none. */
      day: optional(isText),
    }),
  ),
});
export type RecordedForm = Infer<typeof isRecordedForm>;

export function formOf({ encoder: { chat } }: Pick<Task, 'encoder'>): RecordedForm {
  if (!chat) return { format: 'text' };
  const { source, variables, specialTokens, day, isPlain } = chat;
  return {
    format: 'chat',
    ...(isPlain && { plain: true }),
    chatTemplate: { sha256: sha256(source), variables, specialTokens, ...(day !== undefined && { day }) },
  };
}

/** In what a form is another than that of a training, as a noun phrase; undefined where it is not, or not known. */
export function formDifference(trained: RecordedForm | undefined, now: RecordedForm): string | undefined {
  if (!trained) return undefined;
  if (trained.format !== now.format)
    return l10n.t`the form of the prompt (${nounOf(now.format)} for ${nounOf(trained.format)})`;
  const [before, after] = [trained.chatTemplate, now.chatTemplate];
  if (before?.sha256 !== after?.sha256) return l10n.t`the model's chat template`;
  if (sorted(before?.specialTokens) !== sorted(after?.specialTokens))
    return l10n.t`a special token of the chat template`;
  if (sorted(before?.variables) !== sorted(after?.variables)) return l10n.t`a variable of the chat template`;
  return before?.day === after?.day ? undefined : l10n.t`the day that the chat template reads`;
}

const nounOf = (format: RecordedForm['format']): string => (format === 'chat' ? 'messages' : l10n.t`one text`);

const sorted = (table: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify(Object.entries(table).sort(([a], [b]) => (a < b ? -1 : 1)));

/** The form as a person reads it. */
export function formText({ format, plain, chatTemplate }: RecordedForm): string {
  if (format === 'text' || !chatTemplate) return l10n.t`one text`;
  const { variables, day } = chatTemplate;
  return clauses([
    plain ? l10n.t`messages in the plain form of base models` : l10n.t`messages through the chat template of the model`,
    `sha256 ${chatTemplate.sha256.slice(0, 12)}`,
    ...(Object.keys(variables).length > 0 ? [l10n.t`variables ${JSON.stringify(variables)}`] : []),
    ...(day === undefined ? [] : [l10n.t`reads ${day} as today`]),
  ]);
}

/** The day that the chat template of a run reads as today's: that on which it was made. */
export const dayOfRun = ({ form, created }: { readonly form?: RecordedForm; readonly created: string }): string =>
  form?.chatTemplate?.day ?? dayText(new Date(created));

/** A day as local time has it. */
function dayText(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
