import * as l10n from '@vscode/l10n';
import { parse } from 'yaml';
import { ExactNumber, writeJson } from '../../../data/exactNumber';
import { Failure } from '../../../failure';
import { append } from '../../../lists';
import type { MetricSetting } from '../../../metrics/metricSetting';
import { writtenMetrics } from '../../metrics/writtenMetrics';
import { isMapping } from '../../syntax/schema';
import { freeAnswerName } from '../answerName';
import { fileName, type Imported, type NewFile } from '../imported';
import type { FilesAround } from '../importFiles';
import { readImportedYaml } from '../importYaml';
import { convertJinja, type ConvertedBody } from '../jinja/jinja';
import { messagesColumn } from '../../render/chat/rowMessages';
import { labelsAmong } from '../messages/answerLabels';
import { writeMessages, type TemplateMessage } from '../messages/writeMessages';
import type { FoundPrompt } from './promptfooChats';
import { readDataFile, withReferences, type Mapping, type Reading } from './promptfooFiles';
import { withMessages } from './promptfooHistories';
import type { History } from './promptfooTemplates';
import { metricsOfRows } from './promptfooMetrics';
import { readPrompts } from './promptfooPrompts';
import { readRows, type TestRow } from './promptfooRows';
import { writeTemplate } from '../writeTemplate';

/**
 * Turns a promptfoo configuration into one variant for each prompt and a data file from its tests: the variables of a
 * test are its columns, the value of its `equals`, `contains`, `icontains` or `starts-with` assertion its answer.
 * @throws Failure `import-format` when the text is no promptfoo configuration, with the line and the reason
 */
export function importPromptfoo(text: string, options: { readonly name: string } & FilesAround): Imported {
  const reading: Reading = { files: options, notCarried: [] };
  const { notCarried } = reading;
  const value = readConfiguration(text, reading);
  append(notCarried, lostKeys(value));
  const prompts = readPrompts(value.prompts, reading);
  if (prompts.length === 0)
    throw new Failure(
      'import-format',
      l10n.t`The configuration has no prompt that can be read.${notCarried.length > 0 ? ` ${notCarried.at(-1)}` : ''}`,
      {},
      l10n.t`List texts, or files beside the configuration, under "prompts".`,
    );
  const values = knownValues(value);
  const all = prompts.map((prompt) => convertPrompt(prompt, { values, notCarried }));
  const converted = withOneHistory(all, notCarried);
  const named = (names: keyof Pick<ConvertedBody, 'used' | 'collections'>): ReadonlySet<string> =>
    new Set(converted.flatMap((each) => [...each[names]]));
  const { history } = converted.find((prompt) => prompt.history !== undefined) ?? {};
  const tested = readRows(value, { ...reading, collections: named('collections'), used: named('used') });
  const keeps = history !== undefined && named('used').has(history.variable);
  const rows = history ? withMessages(tested, history, { keeps, notCarried }) : tested;
  const known = rows.filter((row) => row.answer !== undefined);
  if (known.length < rows.length)
    notCarried.push(
      l10n.t`${rows.length - known.length} of ${rows.length} tests, which do not say what the answer is.`,
    );
  const base = fileName(options.name);
  const dataFile = `data/${base}.jsonl`;
  const task = describeTask(converted, rows, history);
  const { metrics, files: checks } = metricsOfRows(
    known.flatMap(({ asserted }) => (asserted ? [asserted] : [])),
    { base, isChoice: task.labels !== undefined, notCarried },
  );
  const files = converted.map((prompt, index): NewFile => {
    const described = [index === 0 ? value.description : undefined, prompt.label];
    return {
      path: index === 0 ? `${base}.prompt` : `${base}.${index + 1}.prompt`,
      text: templateText(prompt, {
        task,
        description: described.filter((each) => typeof each === 'string').join(': ') || undefined,
        dataFile: known.length > 0 ? dataFile : undefined,
        metrics,
      }),
    };
  });
  if (known.length > 0)
    files.push({
      path: dataFile,
      text: known.map((row) => `${writeJson({ ...row.vars, [task.answer]: row.answer })}\n`).join(''),
    });
  return { files: [...files, ...checks], notCarried: [...new Set(notCarried)] };
}

/** @throws Failure `import-format` */
function readConfiguration(text: string, reading: Reading): Mapping {
  const value = withReferences(readImportedYaml(text, l10n.t`The configuration`));
  if (!isMapping(value) || value.prompts === undefined)
    throw new Failure(
      'import-format',
      l10n.t`The file is not a promptfoo configuration.`,
      {},
      l10n.t`It is YAML with the keys "prompts" and "tests".`,
    );
  const { defaultTest } = value;
  if (typeof defaultTest !== 'string') return value;
  const path = defaultTest.replace(/^file:\/\//, '');
  return { ...value, defaultTest: readDataFile(path, reading, l10n.t`The values of all tests`) };
}

const carried = new Set([
  ...['prompts', 'tests', 'scenarios', 'description', '$schema', 'defaultTest', 'assertionTemplates'],
]);

/** Keys without a counterpart. */
function lostKeys(value: Mapping): readonly string[] {
  const common = isMapping(value.defaultTest) ? value.defaultTest : {};
  const options = isMapping(common.options) ? common.options : {};
  return [
    ...Object.keys(value).filter((key) => !carried.has(key)),
    ...Object.keys(common)
      .filter((key) => !['vars', 'assert', 'options'].includes(key))
      .map((key) => `defaultTest.${key}`),
    ...Object.keys(options)
      .filter((key) => key !== 'disableVarExpansion')
      .map((key) => `defaultTest.options.${key}`),
  ].map((key) => l10n.t`"${key}", which has no counterpart.`);
}

/** A value of each variable that the tests of the configuration itself have, which shows what it is. */
function knownValues({ defaultTest, tests }: Mapping): Mapping {
  const all = [defaultTest, ...(Array.isArray(tests) ? (tests as readonly unknown[]) : [tests])].filter(isMapping);
  return Object.fromEntries(all.flatMap(({ vars }) => (isMapping(vars) ? Object.entries(vars) : [])));
}

/** A prompt in our notation. */
interface ConvertedPrompt extends Omit<ConvertedBody, 'body'> {
  readonly messages: readonly TemplateMessage[];
  readonly history?: History;
  readonly label?: string;
}

function convertPrompt(
  { messages, label }: FoundPrompt,
  known: { readonly values: Mapping; readonly notCarried: string[] },
): ConvertedPrompt {
  const parts = messages.map((message) => {
    if ('history' in message) return message;
    // Of a prompt of one text, what stands at its end is not parted from the answer.
    const content = message.role === undefined ? message.content.trimEnd() : message.content;
    return { role: message.role, ...convertJinja(content, { ...known, language: 'nunjucks' }) };
  });
  const bodies = parts.flatMap((part) => ('history' in part ? [] : [part]));
  return {
    label,
    messages: parts.map((part) => ('history' in part ? { role: 'history' } : { role: part.role, body: part.body })),
    history: parts.find((part) => 'history' in part)?.history,
    used: new Set(bodies.flatMap(({ used }) => [...used])),
    collections: new Set(bodies.flatMap(({ collections }) => [...collections])),
  };
}

/** The prompts that can share rows: a row has one list of messages. */
function withOneHistory(prompts: readonly ConvertedPrompt[], notCarried: string[]): readonly ConvertedPrompt[] {
  const { history: first } = prompts.find(({ history }) => history !== undefined) ?? {};
  const isTaken = first?.variable !== messagesColumn && prompts.some(({ used }) => used.has(messagesColumn));
  return prompts.filter(({ history }) => {
    if (!history || (!isTaken && history.variable === first?.variable && history.form === first.form)) return true;
    const reason = isTaken
      ? l10n.t`other prompts read "messages" otherwise`
      : l10n.t`those of "${String(first?.variable)}" are in the rows`;
    notCarried.push(l10n.t`A prompt that goes through the messages of "${history.variable}": ${reason}.`);
    return false;
  });
}

interface FoundTask {
  readonly answer: string;
  readonly labels?: readonly string[];
  /** Columns of the rows with their types. */
  readonly columns: Readonly<Record<string, string>>;
}

function describeTask(
  prompts: readonly ConvertedPrompt[],
  rows: readonly TestRow[],
  history: History | undefined,
): FoundTask {
  const all = [...new Set(rows.flatMap(({ vars }) => Object.keys(vars)))];
  const names = history ? all.filter((name) => name !== messagesColumn) : all;
  const isText = (name: string): boolean =>
    rows.every(({ vars: { [name]: value } }) => typeof value !== 'object' || value instanceof ExactNumber);
  const taken = new Set([...all, ...prompts.flatMap(({ used }) => [...used])]);
  const labels = labelsAmong(rows.map(({ answer }) => answer));
  return {
    labels,
    answer: freeAnswerName(
      labels ? ['label', 'answer', 'expected', 'expected_label'] : ['answer', 'expected', 'expected_answer', 'reply'],
      taken,
    ),
    // A prompt reads no other names, and in a schema their signs would mean something.
    columns: Object.fromEntries(
      names
        .filter((name) => /^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(name))
        .map((name) => [name, isText(name) ? 'string' : 'any']),
    ),
  };
}

interface Described {
  readonly task: FoundTask;
  readonly description?: string;
  readonly dataFile?: string;
  readonly metrics: readonly MetricSetting[];
}

function templateText(
  { messages, used, collections }: ConvertedPrompt,
  { task: { answer, labels, columns }, description, dataFile, metrics }: Described,
): string {
  const missing = [...used].filter((name) => !Object.hasOwn(columns, name));
  const inputs = {
    ...columns,
    ...Object.fromEntries(missing.map((name) => [name, collections.has(name) ? 'any' : 'string'])),
  };
  const { body, settings } = writeMessages(messages, answer);
  const frontMatter = {
    model: 'builtin',
    description,
    input: Object.keys(inputs).length > 0 ? { schema: inputs } : undefined,
    output: { schema: labels ? { [`${answer}(enum)`]: labels } : { [answer]: 'string' } },
    ...(dataFile !== undefined && { 'tune.data': { train: dataFile } }),
    ...(metrics.length > 0 && { 'tune.metrics': parse(writtenMetrics(metrics)) as unknown }),
    ...settings,
  };
  return writeTemplate(frontMatter, body);
}
