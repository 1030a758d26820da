import * as l10n from '@vscode/l10n';
import { Failure } from '../failure';
import { EndpointRefusal, type EndpointClient } from './client';
import type { AskEditor, EditorAnswer, EditorQuestion } from './editorQuestion';
import type { Endpoint } from './endpoint';
import { PassingRefusal } from './asking/retry';

/** A client that asks the language models of VS Code in the form of an OpenAI-compatible endpoint. */
export function openEditorClient({ timeoutSeconds }: Endpoint, ask: AskEditor): EndpointClient {
  return {
    async ask({ body }, signal) {
      if (body.logprobs)
        throw new EndpointRefusal(400, l10n.t`The language models of VS Code name no log-probabilities.`);
      if (body.response_format)
        throw new EndpointRefusal(400, l10n.t`The language models of VS Code cannot be held to a schema.`);
      const { model, messages, ...options } = body;
      const patience = AbortSignal.timeout(timeoutSeconds * 1000);
      const question = { model: String(model), messages: messagesOf(messages), options };
      const reply = await ask(question, signal ? AbortSignal.any([signal, patience]) : patience);
      signal?.throwIfAborted();
      if (patience.aborted) throw tooLate(timeoutSeconds);
      if (!reply.answer) throw refusalOf(reply.refusal ?? { code: 'Unknown', message: '' }, question.model);
      const { text, promptTokens, completionTokens } = reply.answer;
      return {
        model: reply.answer.model,
        choices: [{ message: { content: text }, finish_reason: 'stop' }],
        usage: { prompt_tokens: promptTokens, completion_tokens: completionTokens },
      };
    },
  };
}

/** What the system says is said by the user, since the editor's models know two roles alone. */
function messagesOf(messages: unknown): EditorQuestion['messages'] {
  const written = messages as readonly { readonly role: string; readonly content: string }[];
  return written.map(({ role, content }) => ({ role: role === 'assistant' ? 'assistant' : 'user', content }));
}

const tooLate = (seconds: number): PassingRefusal =>
  new PassingRefusal(
    new Failure(
      'endpoint-timeout',
      l10n.t`The language model of VS Code has not answered within ${seconds} s.`,
      {},
      l10n.t`Raise timeoutSeconds of "vscode" in promptTuner.endpoints.`,
    ),
    false,
  );

function refusalOf({ code, message }: NonNullable<EditorAnswer['refusal']>, model: string): Error {
  switch (code) {
    case 'NotFound':
      return new EndpointRefusal(404, l10n.t`VS Code has no language model "${model}".`);
    case 'NoPermissions':
      return new Failure(
        'endpoint-consent',
        l10n.t`VS Code does not let Prompt Tuner ask the language model "${model}".`,
        {},
        l10n.t`Begin again and allow it; what was answered is kept.`,
      );
    case 'Blocked':
      return new Failure(
        'endpoint-key',
        l10n.t`VS Code lets no more be asked of the language model "${model}", such as for want of quota.`,
        {},
        l10n.t`Try it again later: what was answered is kept.`,
      );
    default:
      return new PassingRefusal(
        new Failure(
          'endpoint-down',
          l10n.t`The language model "${model}" of VS Code gave no answer: ${message || code}`,
          {},
          l10n.t`Try it again later: what was answered is kept.`,
        ),
        false,
      );
  }
}
