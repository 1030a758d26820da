import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isMap, parseDocument, type Document } from 'yaml';
import { fenced, markdown, paragraph } from '../../../adapters/readmeParts';
import { Failure } from '../../../failure';
import { placeholderRow } from '../../../objective/rows/placeholderRow';
import type { RunRecord } from '../../../runs/record/record';
import { recordedTemplate } from '../../../runs/record/recordedTemplate';
import { partialFile } from '../../../template/read/partials';
import { resolveSettings } from '../../../template/read/resolveSettings';
import { requireTemplate, type PromptTemplate } from '../../../template/read/template';
import { templateRoles } from '../../../template/render/chat/chatSegments';
import { renderMessages } from '../../../template/render/render';
import { textOf } from '../../../template/render/renderedPrompt';
import { formatSettings } from '../../../template/settings/formatSettings';
import type { Settings } from '../../../template/settings/settings';
import { splitPromptFile } from '../../../template/syntax/dotprompt';
import { qualityText } from '../exportSource';

/**
 * The text of a run alone: a template that is ready to be measured or used as a hard prompt, with its partials, and its
 * messages for whoever speaks JSON.
 * @param folder of the run
 * @throws Failure "nothing-to-export" where what the run has learned is no text
 */
export async function writeText(folder: string, record: RunRecord, from: string): Promise<void> {
  requireText(record, from);
  const template = recordedTemplate(record);
  const name = basename(record.template.path);
  const partials = Object.entries(record.template.partials ?? {}).filter(([, text]) => text !== undefined);
  const text = asHardPrompt(template, record.settings);
  await writeFile(join(folder, name), text);
  for (const [partial, content] of partials) {
    const file = join(folder, partialFile(partial));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  const messages = exampleMessages(template, record.settings);
  await writeFile(join(folder, 'messages.json'), `${JSON.stringify(messages, null, 2)}\n`);
  await writeFile(join(folder, 'README.md'), readme(record, { name, messages }));
}

/** A run whose text is as it was written has something to export where nothing else was learned. */
function requireText({ id, method, rewritten }: RunRecord, folder: string): void {
  if (rewritten || method === 'hard') return;
  throw new Failure(
    'nothing-to-export',
    `What the run ${id} has learned is vectors, which no text carries; its text is that of the template.`,
    { file: folder },
    'Export it with --format peft, onnx or embeddings, or train v2 with tune.instruction: text.',
  );
}

/** Settings that decide what is asked, in the same form as a template writes them. */
const askedKeys = ['labels', 'format', 'chat', 'trimMessages', 'examplesAs', 'truncate', 'maxLength'] as const;

/**
 * The template as a hard prompt without data, in which everything that was set for the run besides is written.
 * What else it says stays as it is.
 */
function asHardPrompt(template: PromptTemplate, settings: Settings): string {
  const { text, path, partials } = template;
  const parts = splitPromptFile(text);
  const document = parseDocument(parts.frontMatter?.text ?? '');
  setTuning(document, 'data', undefined);
  setTuning(document, 'method', 'hard');
  const write = (): string => `---\n${String(document).trimEnd()}\n---\n${text.slice(parts.body.start)}`;
  const written = requireTemplate(write(), path, (name) => partials[name]);
  const own = resolveSettings(written, 'hard', {});
  for (const key of askedKeys)
    if (JSON.stringify(own[key]) !== JSON.stringify(settings[key])) setTuning(document, key, settings[key]);
  return write();
}

/** Settings are keys with a dot; undefined takes one out, with those below it. */
function setTuning(document: Document, key: string, value: unknown): void {
  const name = `tune.${key}`;
  const below = isMap(document.contents) ? document.contents.items.map(({ key: written }) => String(written)) : [];
  for (const written of below) if (written === name || written.startsWith(`${name}.`)) document.delete(written);
  if (value !== undefined) document.set(name, document.createNode(value));
}

interface ExampleMessage {
  readonly role: string;
  readonly content: string;
}

/** The messages, a name in brackets where a value of a row goes. */
function exampleMessages(template: PromptTemplate, settings: Settings): readonly ExampleMessage[] {
  const messages = renderMessages(template, placeholderRow(template), formatSettings(settings));
  return messages.map(({ role, segments }) => ({ role: templateRoles[role], content: textOf(segments) }));
}

function readme(
  { id, method, result, textResult, rewritten, model, template: { path } }: RunRecord,
  { name, messages }: { readonly name: string; readonly messages: readonly ExampleMessage[] },
): string {
  const measured = method === 'hard' ? result : textResult;
  const beside = method !== 'hard' && result ? `, and what it learned besides made ${qualityText(result)}` : '';
  return markdown([
    `# ${name}: the text of a prompt for \`${model.id}\``,
    paragraph(
      `Run \`${id}\`${rewritten ? `, which rewrote the task description of \`${basename(path)}\`` : ''}.`,
      measured ? `The text alone came to ${qualityText(measured)}${beside}.` : 'The text alone was not measured.',
    ),
    ...(rewritten ? ['## The task description', fenced('text', rewritten.instruction)] : []),
    '## Use',
    paragraph(
      `\`${name}\` is the whole template as a hard prompt, without data: name yours in \`tune.data\`.`,
      'A path in it, such as that of the model, counts from its folder.',
    ),
    fenced('sh', `prompt-tuner predict ${name} rows.csv --to answers.csv`),
    paragraph(
      '`messages.json` holds its messages as chat interfaces take them; `[name]` stands where a value of a row goes,',
      'and blocks of the template are written as these values make them.',
    ),
    fenced('json', JSON.stringify(messages, null, 2)),
  ]);
}
