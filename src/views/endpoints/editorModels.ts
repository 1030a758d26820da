import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { EditorAnswer, EditorQuestion } from '../../endpoint/editorQuestion';
import type { EditorModels } from '../process/inspectorProcess';

/** The language models of the window, for the process that measures: VS Code asks a person before the first answer. */
export function createEditorModels(): EditorModels {
  const underWay = new Map<number, vscode.CancellationTokenSource>();
  return {
    async ask({ id, question }) {
      const source = new vscode.CancellationTokenSource();
      underWay.set(id, source);
      try {
        return { answer: await answerOf(question, source.token) };
      } catch (error) {
        return { refusal: refusalOf(error) };
      } finally {
        underWay.delete(id);
        source.dispose();
      }
    },
    letGo: ({ id }) => underWay.get(id)?.cancel(),
  };
}

/** @throws LanguageModelError */
async function answerOf(
  { model: name, messages, options }: EditorQuestion,
  token: vscode.CancellationToken,
): Promise<NonNullable<EditorAnswer['answer']>> {
  const [model] = await vscode.lm.selectChatModels(selectorOf(name));
  if (!model) throw vscode.LanguageModelError.NotFound(name);
  const asked = messages.map(({ role, content }) =>
    role === 'assistant'
      ? vscode.LanguageModelChatMessage.Assistant(content)
      : vscode.LanguageModelChatMessage.User(content),
  );
  const response = await model.sendRequest(
    asked,
    {
      justification: l10n.t`A prompt is measured on the rows of its data, or instructions are written by them.`,
      modelOptions: { ...options },
    },
    token,
  );
  let text = '';
  for await (const piece of response.text) text += piece;
  const tokens = await Promise.all([...asked, text].map((each) => model.countTokens(each, token)));
  const completionTokens = tokens.pop()!;
  return {
    text,
    model: `${model.vendor}/${model.family} ${model.version}`.trim(),
    promptTokens: tokens.reduce((sum, each) => sum + each, 0),
    completionTokens,
  };
}

/** `gpt-4o` is a family, `copilot/gpt-4o` a family of a vendor. */
function selectorOf(name: string): vscode.LanguageModelChatSelector {
  const [, vendor, family] = /^([^/]+)\/(.+)$/.exec(name) ?? [];
  return family === undefined ? { family: name } : { vendor, family };
}

function refusalOf(error: unknown): NonNullable<EditorAnswer['refusal']> {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof vscode.LanguageModelError ? error.code : 'Unknown';
  return { code, message };
}
