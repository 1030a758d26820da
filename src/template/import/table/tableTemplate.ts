import { listed } from '../../../words/listed';
import { HandlebarsText } from '../handlebarsText';
import { writeTemplate } from '../writeTemplate';
import { columnCaption, columnInSentence, columnPath, isPlainKey } from './columnTags';
import type { TableTask } from './tableTask';

/** What a template says beside its task. */
export interface TableTemplate {
  readonly model: string;
  /** Name of the file that it was made of. */
  readonly from: string;
  /** `tune.data`, as YAML values. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly splitSeed?: number;
  /** Words of labels that are not their own. */
  readonly words?: Readonly<Record<string, readonly string[]>>;
  /** Whether the model reads messages. */
  readonly isChat: boolean;
}

/** Labels that an instruction lists at most. */
const mostNamed = 12;

/** The text of a template that asks what a table answers. */
export function tableTemplate(task: TableTask, given: TableTemplate): string {
  const { model, from, data, splitSeed, words = {} } = given;
  const isOne = task.kind === 'extraction';
  const frontMatter = {
    model,
    description: `Made from ${from}`,
    input: { schema: inputSchema(task) },
    output: { ...(isOne && { format: 'json' }), schema: outputSchema(task) },
    'tune.data': data,
    ...(splitSeed !== undefined && { 'tune.splitSeed': splitSeed }),
    ...(Object.keys(words).length > 0 && {
      'tune.labels': Object.fromEntries(
        Object.entries(words).map(([label, list]) => [label, list.length === 1 ? list[0] : list]),
      ),
    }),
    ...(task.kind === 'text' && task.isLong && { 'tune.metrics': ['chrf'] }),
  };
  return writeTemplate(frontMatter, bodyOf(task, given));
}

function inputSchema({ inputs }: TableTask): Readonly<Record<string, unknown>> {
  if (inputs.every(({ name }) => isPlainKey(name)))
    return Object.fromEntries(inputs.map(({ name, mayLack }) => [`${name}${mayLack ? '?' : ''}`, 'string']));
  return {
    type: 'object',
    properties: Object.fromEntries(inputs.map(({ name }) => [name, { type: 'string' }])),
    required: inputs.filter(({ mayLack }) => !mayLack).map(({ name }) => name),
  };
}

function outputSchema({ kind, answers: [answer], labels, schema }: TableTask): Readonly<Record<string, unknown>> {
  if (kind === 'extraction') return schema!;
  const isLabel = kind === 'classification';
  if (isPlainKey(answer!)) return isLabel ? { [`${answer}(enum)`]: labels } : { [answer!]: 'string' };
  return {
    type: 'object',
    properties: { [answer!]: { type: 'string', ...(isLabel && { enum: labels }) } },
    required: [answer],
  };
}

function bodyOf(task: TableTask, { isChat }: TableTemplate): string {
  const text = new HandlebarsText();
  const { isChinese } = task;
  if (isChat) text.handlebars('{{role "user"}}\n');
  text.handlebars('{{#instruction}}');
  text.plain(isChinese ? chineseInstruction(task) : instructionOf(task));
  text.handlebars('{{/instruction}}');
  text.plain('\n');
  const colon = isChinese ? '：' : ': ';
  for (const { name, mayLack } of task.inputs) {
    const path = columnPath(name);
    if (mayLack) text.tag({ inner: `#if ${path}` });
    text.plain(columnCaption(name) + colon);
    text.tag({ inner: path });
    text.plain('\n');
    if (mayLack) text.tag({ inner: '/if' });
  }
  const [answer] = task.answers as [string];
  const isJson = task.kind === 'extraction';
  if (isChat) text.handlebars('{{role "model"}}\n');
  else text.plain((isJson ? 'JSON' : columnCaption(answer)) + colon.trimEnd());
  text.tag({ inner: isJson ? 'output' : columnPath(answer) });
  return text.text();
}

function instructionOf({ kind, inputs, answers, labels, isQuoted }: TableTask): string {
  const wanted = listed(answers.map(columnInSentence));
  const [only, ...others] = inputs.map(({ name }) => columnInSentence(name));
  const of = others.length === 0 ? `the ${only}` : others.length === 1 ? `the ${only} and the ${others[0]}` : 'this';
  if (kind === 'classification')
    return labels.length > mostNamed
      ? `Say the ${wanted} of ${of}.`
      : `Say the ${wanted} of ${of}: ${labels.slice(0, -1).join(', ')} or ${labels.at(-1)}.`;
  if (kind === 'extraction') return `Write the ${wanted} of ${of} as JSON.`;
  const verb = others.length === 1 ? 'name' : 'names';
  return isQuoted ? `Write the ${wanted} that ${of} ${verb}.` : `Write the ${wanted} of ${of}.`;
}

function chineseInstruction({ kind, inputs, answers, labels }: TableTask): string {
  const wanted = answers.map(columnCaption).join('、');
  const of = inputs.map(({ name }) => columnCaption(name)).join('和');
  if (kind === 'classification')
    return labels.length > mostNamed
      ? `说出${of}的${wanted}。`
      : `说出${of}的${wanted}：${labels.slice(0, -1).join('、')}或${labels.at(-1)}。`;
  return kind === 'extraction' ? `用 JSON 写出${of}的${wanted}。` : `写出${of}的${wanted}。`;
}
