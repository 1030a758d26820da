import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';

/** A name of Ollama with what it leaves out, as `types/model/name.go` reads it. */
export interface OllamaName {
  readonly host: string;
  readonly namespace: string;
  readonly model: string;
  readonly tag: string;
}

const usual = { host: 'registry.ollama.ai', namespace: 'library', tag: 'latest' };

const patterns: Readonly<Record<keyof OllamaName, RegExp>> = {
  host: /^\w[\w.:-]{0,349}$/,
  namespace: /^\w[\w-]{0,79}$/,
  model: /^\w[\w.-]{0,79}$/,
  tag: /^\w[\w.-]{0,79}$/,
};

/**
 * Reads `[[HOST/]NAMESPACE/]MODEL[:TAG]`: `llama3.2` is `registry.ollama.ai/library/llama3.2:latest`.
 * @throws Failure "model-missing" for what is no name
 */
export function readOllamaName(written: string): OllamaName {
  const withoutScheme = written.replace(/^https?:\/\//, '');
  // A host may have a port; only behind the last slash is a colon that of the tag.
  const colon = withoutScheme.lastIndexOf(':');
  const tagged = colon > withoutScheme.lastIndexOf('/');
  const parts = (tagged ? withoutScheme.slice(0, colon) : withoutScheme).split('/');
  const [model, namespace = usual.namespace, host = usual.host] = [
    parts.at(-1)!,
    parts.at(-2),
    parts.length > 2 ? parts.slice(0, -2).join('/') : undefined,
  ];
  const name = { host, namespace, model, tag: tagged ? withoutScheme.slice(colon + 1) : usual.tag };
  if (isOllamaName(name)) return name;
  throw new Failure(
    'model-missing',
    l10n.t`"${written}" is no name of a model in Ollama.`,
    {},
    l10n.t`Write it as \`ollama list\` does: ollama:llama3.2:1b, ollama:user/model:tag or \
ollama:hf.co/user/model:Q4_K_M.`,
  );
}

/** Whether the parts are such as Ollama writes them; none leads out of its store. */
export const isOllamaName = (name: OllamaName): boolean =>
  (Object.keys(patterns) as (keyof OllamaName)[]).every((part) => patterns[part].test(name[part]));

/** As `ollama list` shows it: without the usual host and namespace, with the tag. */
export function formatOllamaName({ host, namespace, model, tag }: OllamaName): string {
  const isUsual = host.toLowerCase() === usual.host;
  const owner = isUsual
    ? namespace.toLowerCase() === usual.namespace
      ? ''
      : `${namespace}/`
    : `${host}/${namespace}/`;
  return `${owner}${model}:${tag}`;
}

/** Names that differ only in capitals are one to Ollama. */
export const sameOllamaName = (a: OllamaName, b: OllamaName): boolean =>
  (Object.keys(patterns) as (keyof OllamaName)[]).every((part) => a[part].toLowerCase() === b[part].toLowerCase());

/** The parts as folders below `manifests`. */
export const manifestPath = ({ host, namespace, model, tag }: OllamaName): readonly string[] => [
  host,
  namespace,
  model,
  tag,
];
