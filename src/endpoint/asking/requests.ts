import * as l10n from '@vscode/l10n';
import type { Decoding } from '../../decoding/decoding';
import { Failure } from '../../failure';
import { largest } from '../../lists';
import type { AnswerConstraint } from '../../template/read/answerConstraint';
import type { PromptTemplate } from '../../template/read/template';
import { textOf } from '../../template/render/renderedPrompt';
import { renderMessages, renderText } from '../../template/render/render';
import { formatSettings } from '../../template/settings/formatSettings';
import type { Settings } from '../../template/settings/settings';
import type { EndpointRequest } from '../client';
import { formAtEndpoint } from '../formAtEndpoint';
import { schemaField, type LabelWay, type LabelWords } from './labelWay';

/** A row as an endpoint is asked about it. */
export type EndpointPrompt =
  | { readonly form: 'chat'; readonly messages: readonly { readonly role: string; readonly content: string }[] }
  | { readonly form: 'text'; readonly text: string };

/**
 * A row as an endpoint reads it.
 * @throws Failure "template-render", "chat-messages" as a rendering does, and for a template that begins the answer of
 * the model, with which not every endpoint goes on
 */
export function promptAtEndpoint(
  template: PromptTemplate,
  row: Readonly<Record<string, unknown>>,
  settings: Settings,
): EndpointPrompt {
  if (formAtEndpoint(settings) === 'text') return { form: 'text', text: renderText(template, row) };
  const messages = renderMessages(template, row, formatSettings(settings)).map(({ role, segments }) => ({
    role: role === 'model' ? 'assistant' : role,
    content: textOf(segments),
  }));
  if (messages.at(-1)?.role === 'assistant')
    throw new Failure(
      'chat-messages',
      l10n.t`The template begins the model's answer itself, with which not every endpoint goes on.`,
      { file: template.path },
      l10n.t`Put that text into the message of the user, or set tune.format to text.`,
    );
  return { form: 'chat', messages };
}

/** Which field says how long an answer may be: endpoints know one of the two. */
export type BudgetField = 'max_tokens' | 'max_completion_tokens';

/** Tokens for an answer that is a label: as many as its longest word has letters, and some for quotes. */
const labelBudget = ({ words }: LabelWords): number => largest(words.flat().map((word) => word.length)) + 8;
const likeliest = { chat: 20, text: 5 } as const;

interface Asked {
  readonly model: string;
  readonly prompt: EndpointPrompt;
  readonly seed: number;
  readonly budgetField: BudgetField;
}

/** The request for a label by one way. */
export function labelRequest(asked: Asked, way: LabelWay, given: LabelWords): EndpointRequest {
  const { model, prompt, budgetField, seed } = asked;
  const common = { model, temperature: 0, seed };
  if (prompt.form === 'text') {
    const path = 'completions' as const;
    if (way === 'echo')
      return {
        path,
        body: {
          ...common,
          prompt: given.words.flat().map((word) => prompt.text + word),
          max_tokens: 0,
          echo: true,
          logprobs: 1,
        },
      };
    const body = { ...common, prompt: prompt.text, max_tokens: labelBudget(given) };
    return { path, body: way === 'tokens' ? { ...body, logprobs: likeliest.text } : body };
  }
  const body = { ...common, messages: prompt.messages, [budgetField]: labelBudget(given) };
  const path = 'chat/completions' as const;
  if (way === 'tokens') return { path, body: { ...body, logprobs: true, top_logprobs: likeliest.chat } };
  if (way === 'text') return { path, body };
  const names = given.words.map(([word]) => word!.trim());
  const schema = {
    type: 'object',
    properties: { [schemaField]: { type: 'string', enum: names } },
    required: [schemaField],
    additionalProperties: false,
  };
  return {
    path,
    body: {
      ...body,
      [budgetField]: labelBudget(given) + 16,
      response_format: { type: 'json_schema', json_schema: { name: schemaField, strict: true, schema } },
    },
  };
}

/** The request for an answer of free text, as the template's `config` says. */
export function textRequest(
  asked: Asked,
  decoding: Decoding,
  constraint: AnswerConstraint | undefined,
): EndpointRequest {
  const { model, prompt, budgetField, seed } = asked;
  const { temperature, topP, most, stopSequences } = decoding;
  const body = {
    model,
    temperature,
    seed,
    ...(topP < 1 && { top_p: topP }),
    ...(stopSequences.length > 0 && { stop: stopSequences }),
    ...(constraint && { response_format: formatOf(constraint) }),
  };
  return prompt.form === 'text'
    ? { path: 'completions', body: { ...body, prompt: prompt.text, max_tokens: most } }
    : { path: 'chat/completions', body: { ...body, messages: prompt.messages, [budgetField]: most } };
}

const formatOf = ({ schema }: AnswerConstraint): object =>
  schema === undefined ? { type: 'json_object' } : { type: 'json_schema', json_schema: { name: 'answer', schema } };
