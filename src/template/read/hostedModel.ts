/** A model that runs elsewhere, as a template names it: `openai:gpt-4.1-mini`. */
export interface HostedModel {
  /** `openai`, or the name that a person gave an endpoint. */
  readonly endpoint: string;
  /** What the endpoint calls it. */
  readonly model: string;
}

/** Names in front of a colon that stand for models of this machine. */
export const localPrefixes: readonly string[] = ['ollama', 'lmstudio', 'llama.cpp'];

/**
 * The endpoint and the model that a reference names; undefined for a model of this machine. One letter in front of a
 * colon is a drive, and `//` behind it an address.
 */
export function hostedModelOf(reference: string): HostedModel | undefined {
  const [, endpoint, model] = /^([a-z][a-z0-9_.-]+):(?!\/\/)(\S.*)$/.exec(reference) ?? [];
  if (endpoint === undefined || model === undefined || localPrefixes.includes(endpoint)) return undefined;
  return { endpoint, model: model.trim() };
}

/** The endpoint of the language models that VS Code has, which no other program can ask. */
export const editorEndpoint = 'vscode';
