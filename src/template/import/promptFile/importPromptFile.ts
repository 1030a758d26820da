import * as l10n from '@vscode/l10n';
import { Failure } from '../../../failure';
import { enumerated } from '../../../words/listed';
import { splitPromptFile } from '../../syntax/dotprompt';
import { isMapping } from '../../syntax/schema';
import { freeAnswerName } from '../answerName';
import { HandlebarsText } from '../handlebarsText';
import { fileName, type Imported } from '../imported';
import { readImportedYaml } from '../importYaml';
import { writeTemplate } from '../writeTemplate';
import { FileVariables } from './variables';

type Mapping = Readonly<Record<string, unknown>>;

/** `${…}` on one line, as VS Code looks for it. */
const variable = /\$\{([^}\n]*)\}/g;

/**
 * Turns a prompt file of VS Code (`NAME.prompt.md`) into a hard prompt: `${input:…}` and what VS Code takes from the
 * editor become variables, everything else stays as it is written.
 * @throws Failure `import-format` where the front matter is broken, with the line, or nothing is asked
 */
export function importPromptFile(text: string, { name }: { readonly name: string }): Imported {
  const notCarried: string[] = [];
  const { frontMatter, body } = splitFile(text);
  if (body.trim() === '')
    throw new Failure('import-format', l10n.t`The file asks nothing.`, {}, l10n.t`Write the prompt first.`);
  listFields(frontMatter, notCarried);
  listReferences(body, notCarried);
  const variables = new FileVariables(notCarried);
  const converted = convertBody(body, variables);
  const inputs = variables.all();
  const answer = freeAnswerName(['answer', 'reply', 'response'], new Set(inputs.map((each) => each.name)));
  const schema = Object.fromEntries(
    inputs.map(({ name: each, placeholder }) => [each, placeholder ? `string, ${placeholder}` : 'string']),
  );
  const written = {
    model: 'builtin',
    name: textOf(frontMatter.name),
    description: textOf(frontMatter.description),
    ...(inputs.length > 0 && { input: { schema } }),
    output: { schema: { [answer]: 'string' } },
  };
  const path = `${fileName(name.replace(/\.prompt$/i, ''))}.prompt`;
  return {
    files: [{ path, text: writeTemplate(written, `${converted}\n\n{{${answer}}}`) }],
    notCarried: [...new Set(notCarried)],
  };
}

/** The front matter may be missing or empty. @throws Failure `import-format` with the line and the reason */
function splitFile(text: string): { readonly frontMatter: Mapping; readonly body: string } {
  const empty = /^---[ \t]*\r?\n---[ \t]*(?:\r?\n|$)/.exec(text)?.[0];
  if (empty !== undefined) return { frontMatter: {}, body: withLineFeeds(text.slice(empty.length)) };
  const { frontMatter, body } = splitPromptFile(text);
  if (!frontMatter) return { frontMatter: {}, body: withLineFeeds(text) };
  const linesBefore = text.slice(0, frontMatter.start).split('\n').length - 1;
  const value = readImportedYaml(frontMatter.text, l10n.t`The front matter`, linesBefore) ?? {};
  if (isMapping(value)) return { frontMatter: value, body: withLineFeeds(body.text) };
  throw new Failure(
    'import-format',
    l10n.t`The front matter is no mapping of keys to values.`,
    { line: linesBefore + 1 },
    l10n.t`Fix the file first.`,
  );
}

const withLineFeeds = (text: string): string => text.replaceAll('\r\n', '\n').trim();

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Says of each field but name and description why the template has none of it. */
function listFields(frontMatter: Mapping, notCarried: string[]): void {
  for (const [key, value] of Object.entries(frontMatter)) {
    const shown = Array.isArray(value) ? enumerated(value) : typeof value === 'string' ? value : JSON.stringify(value);
    if (key === 'model')
      notCarried.push(l10n.t`The model "${shown}", which a service hosts; the template has ${'`model: builtin`'}.`);
    else if (key === 'tools') notCarried.push(l10n.t`The tools ${shown}: a template calls none.`);
    else if (key === 'agent' || key === 'mode')
      notCarried.push(l10n.t`"${key}: ${shown}", which says how VS Code's chat works on it.`);
    else if (key === 'argument-hint') notCarried.push(l10n.t`The hint "${shown}", which VS Code's chat shows.`);
    else if (textOf(value) === undefined || !['name', 'description'].includes(key))
      notCarried.push(l10n.t`"${key}", which has no counterpart.`);
  }
}

/** Names what VS Code would put beside the prompt, while a model that is asked here sees the words alone. */
function listReferences(body: string, notCarried: string[]): void {
  for (const [, path] of body.matchAll(/\[[^\]\n]*\]\(<?([^)>\s]+)>?[^)\n]*\)/g))
    if (!/^(?:[a-z][a-z\d+.-]*:|#)/i.test(path!))
      notCarried.push(l10n.t`The file ${path!}: the model reads the link and not what is in the file.`);
  for (const [, path] of body.matchAll(/(?:^|[\s(])#file:(\S*[\w/])/g))
    notCarried.push(l10n.t`The file ${path!}: the model reads its name and not what is in the file.`);
  for (const [, tool] of body.matchAll(/(?:^|[\s(])#tool:([\w./-]*\w)/g))
    notCarried.push(l10n.t`The tool ${tool!}: the model reads its name and cannot call it.`);
}

function convertBody(body: string, variables: FileVariables): string {
  const converted = new HandlebarsText();
  let from = 0;
  for (const found of body.matchAll(variable)) {
    const meant = variables.read(found[1]!);
    if (!meant) continue;
    converted.plain(body.slice(from, found.index));
    converted.tag({ inner: meant.name });
    from = found.index + found[0].length;
  }
  converted.plain(body.slice(from));
  return converted.text();
}
