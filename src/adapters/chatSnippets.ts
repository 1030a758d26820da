import { continueTag, openChatTemplate } from '../chat/chatTemplate';
import { chatTemplateFile } from '../model/tokenizer/chatTemplateFiles';
import type { ExampleChat } from './exportedPrompt';

/** JSON strings are Python strings too. */
export const literal = (value: unknown): string => JSON.stringify(value);

/** A value of JSON as Python writes it. */
function pythonLiteral(value: unknown): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`;
  if (typeof value !== 'object') return literal(value);
  return `{${Object.entries(value)
    .map(([key, inner]) => `${literal(key)}: ${pythonLiteral(inner)}`)
    .join(', ')}}`;
}

const messageLines = ({ messages }: ExampleChat, indent: string): readonly string[] =>
  messages.map(
    (message) => `${indent}${literal(message).replaceAll('":"', '": "').replace('","content', '", "content')},`,
  );

const openedTemplate = `open(${literal(chatTemplateFile)}, encoding="utf-8").read()`;

/** The beginning of the day of the training, in Python. */
const pythonDay = (day: string): string => `datetime(${day.split('-').map(Number).join(', ')})`;

/** transformers applies the chat template of the training. */
export function transformersChat(chat: ExampleChat): readonly string[] {
  return [
    'messages = [',
    ...messageLines(chat, '    '),
    ']',
    'text = tokenizer.apply_chat_template(',
    '    messages,',
    `    chat_template=${openedTemplate},`,
    '    tokenize=False,',
    `    ${chat.continues ? 'continue_final_message' : 'add_generation_prompt'}=True,`,
    ...(chat.day === undefined ? [] : [`    strftime_now=${pythonDay(chat.day)}.strftime,`]),
    ...(Object.keys(chat.variables).length > 0 ? [`    **${pythonLiteral(chat.variables)},`] : []),
    ')',
    `ids = tokenizer(text, add_special_tokens=${pythonLiteral(chat.addsSpecialTokens)}, return_tensors="pt").input_ids`,
  ];
}

/** What a chat template reads beside the messages. */
const templateValues = ({ continues, variables, specialTokens }: ExampleChat): Readonly<Record<string, unknown>> => ({
  ...specialTokens,
  tools: null,
  documents: null,
  add_generation_prompt: !continues,
  ...variables,
});

/** Jinja as transformers sets it up (utils/chat_template_utils.py). */
export function pythonChat(chat: ExampleChat): readonly string[] {
  return [
    'def refuse(message):',
    '    raise ValueError(message)',
    '',
    '',
    'jinja = ImmutableSandboxedEnvironment(',
    '    trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]',
    ')',
    'jinja.globals["raise_exception"] = refuse',
    `jinja.globals["strftime_now"] = ${chat.day === undefined ? 'datetime.now()' : pythonDay(chat.day)}.strftime`,
    'jinja.filters["tojson"] = lambda value, **form: json.dumps(value, ensure_ascii=False, **form)',
    `template = jinja.from_string(${openedTemplate})`,
    `values = ${pythonLiteral(templateValues(chat))}`,
    'messages = [',
    ...messageLines(chat, '    '),
    ']',
    ...(chat.continues
      ? [
          `tag = ${literal(continueTag)}`,
          'messages[-1]["content"] += tag',
          'text = template.render(messages=messages, **values)',
          'at = text.rindex(tag.strip())',
          'text = text[:at] if text.startswith(tag, at) else text[:at].rstrip()',
        ]
      : ['text = template.render(messages=messages, **values)']),
  ];
}

export const pythonChatIds = ({ addsSpecialTokens }: ExampleChat): string =>
  `tokenizer.encode(text, add_special_tokens=${pythonLiteral(addsSpecialTokens)}).ids`;

/** The same in JavaScript, whose engine does not know all that templates write: so the example is compared. */
export function nodeChat(chat: ExampleChat, text: string): readonly string[] {
  return [
    `const source = readFileSync(${literal(chatTemplateFile)}, 'utf8');`,
    ...(chat.day === undefined
      ? ['const template = new Template(source);']
      : [
          '// The engine reads the clock; the training read its own day.',
          `const day = ${literal(writtenDays(chat.template, chat.day))};`,
          "const template = new Template(source.replaceAll('strftime_now', 'day_of_training'));",
        ]),
    `const values = ${literal(templateValues(chat))};`,
    ...(chat.day === undefined ? [] : ['values.day_of_training = (form) => day[form];']),
    'const messages = [',
    ...messageLines(chat, '  '),
    '];',
    ...(chat.continues
      ? [
          `const tag = ${literal(continueTag)};`,
          'messages.at(-1).content += tag;',
          'const rendered = template.render({ messages, ...values });',
          'const at = rendered.lastIndexOf(tag.trim());',
          'const before = rendered.slice(0, at);',
          'const text = rendered.startsWith(tag, at) ? before : before.trimEnd();',
        ]
      : ['const text = template.render({ messages, ...values });']),
    `if (text !== ${literal(text)})`,
    "  throw new Error('@huggingface/jinja writes this chat template otherwise.');",
    `const { ids } = tokenizer.encode(text, { add_special_tokens: ${String(chat.addsSpecialTokens)} });`,
  ];
}

/** The day of the training in each form in which a chat template writes it. */
function writtenDays(template: string, day: string): Readonly<Record<string, string>> {
  const forms = [...template.matchAll(/strftime_now\(\s*(['"])(.*?)\1/g)].map((match) => match[2]!);
  const written = openChatTemplate('{{ strftime_now(form) }}', {});
  const now = new Date(`${day}T00:00:00`);
  return Object.fromEntries(
    forms.map((form) => [form, written.render([{ role: 'user', content: '' }], { variables: { form }, now }).text]),
  );
}
