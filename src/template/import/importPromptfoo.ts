import { append } from '../../lists';
import { basename, extname } from 'node:path';
import { parse } from 'yaml';
import { Failure } from '../../failure';
import { fileName } from './imported';
import type { Imported, NewFile } from './imported';
import { isMapping } from '../syntax/schema';
import { writeTemplate } from './writeTemplate';

type Mapping = Readonly<Record<string, unknown>>;

/**
 * Turns a promptfoo configuration into one variant for each prompt and a data file from `tests`: the variables of a
 * test are its columns, the value of its `equals`, `contains` or `icontains` assertion its answer.
 * @param options.readFile text of a file that the configuration names; undefined when it cannot be read
 * @throws Failure `import-format` when the text is no promptfoo configuration
 */
export function importPromptfoo(
  text: string,
  options: { readonly name: string; readonly readFile?: (path: string) => string | undefined },
): Imported {
  const value = readConfiguration(text);
  const notCarried = Object.keys(value)
    .filter((key) => !['prompts', 'tests', 'description', '$schema', 'defaultTest'].includes(key))
    .map((key) => `"${key}", which has no counterpart.`);
  if (isMapping(value.defaultTest))
    append(
      notCarried,
      Object.keys(value.defaultTest)
        .filter((key) => key !== 'vars')
        .map((key) => `"defaultTest.${key}", which has no counterpart.`),
    );
  const prompts = readPrompts(value.prompts, options.readFile, notCarried);
  if (prompts.length === 0)
    throw new Failure(
      'import-format',
      'The configuration has no prompt that can be read.',
      {},
      'List texts, or files beside the configuration, under "prompts".',
    );
  const common = isMapping(value.defaultTest) && isMapping(value.defaultTest.vars) ? value.defaultTest.vars : {};
  const rows = readTests(value.tests, common, options.readFile, notCarried);
  const answers = rows.map((row) => row.answer);
  const labels = labelsAmong(answers);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row.vars)))];
  const answer =
    ['label', 'answer', 'expected', 'expected_answer'].find((name) => !columns.includes(name)) ?? 'expected_label';
  const base = fileName(options.name);
  const known = rows.filter((row) => row.answer !== undefined);
  if (known.length < rows.length)
    notCarried.push(`${rows.length - known.length} of ${rows.length} tests, which do not say what the answer is.`);
  const dataFile = `data/${base}.jsonl`;
  const files: NewFile[] = prompts.map((prompt, index) => {
    const inputs = columns.length > 0 ? columns : variablesOf(prompt);
    const frontMatter = {
      model: 'builtin',
      description: index === 0 && typeof value.description === 'string' ? value.description : undefined,
      input: inputs.length > 0 ? { schema: Object.fromEntries(inputs.map((name) => [name, 'string'])) } : undefined,
      output: { schema: labels ? { [`${answer}(enum)`]: labels } : { [answer]: 'string' } },
      ...(known.length > 0 && { 'tune.data': { train: dataFile } }),
    };
    return {
      path: index === 0 ? `${base}.prompt` : `${base}.${index + 1}.prompt`,
      text: writeTemplate(frontMatter, `${convertNunjucks(prompt, notCarried).trimEnd()}\n{{${answer}}}`),
    };
  });
  if (known.length > 0)
    files.push({
      path: dataFile,
      text: known.map((row) => `${JSON.stringify({ ...row.vars, [answer]: row.answer })}\n`).join(''),
    });
  return { files, notCarried: [...new Set(notCarried)] };
}

function readConfiguration(text: string): Mapping {
  let value: unknown;
  try {
    value = parse(text, { logLevel: 'silent' });
  } catch {
    value = undefined;
  }
  if (!isMapping(value) || value.prompts === undefined)
    throw new Failure(
      'import-format',
      'The file is not a promptfoo configuration.',
      {},
      'It is YAML with the keys "prompts" and "tests".',
    );
  return value;
}

function readPrompts(
  value: unknown,
  readFile: ((path: string) => string | undefined) | undefined,
  notCarried: string[],
): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.flatMap((item): readonly string[] => {
    const written = isMapping(item) ? (item.raw ?? item.id ?? item.label) : item;
    if (typeof written !== 'string') return [];
    const path =
      /^file:\/\/(.+)$/.exec(written)?.[1] ??
      (/^[\w./-]+\.(?:txt|md|j2|json|yaml|prompt)$/.test(written) ? written : undefined);
    if (path === undefined) return [written];
    const text = ['.txt', '.md', '.j2', '.prompt'].includes(extname(path)) ? readFile?.(path) : undefined;
    if (text !== undefined)
      return text
        .split(/^---[ \t]*\r?$/m)
        .map((part) => part.trim())
        .filter(Boolean);
    notCarried.push(`The prompt "${basename(path)}", which cannot be read as text.`);
    return [];
  });
}

interface TestRow {
  readonly vars: Mapping;
  readonly answer?: string;
}

function readTests(
  value: unknown,
  common: Mapping,
  readFile: ((path: string) => string | undefined) | undefined,
  notCarried: string[],
): readonly TestRow[] {
  const list = typeof value === 'string' ? readList(value, readFile, notCarried) : value;
  if (!Array.isArray(list)) return [];
  return list.filter(isMapping).map((test) => {
    const asserts = Array.isArray(test.assert) ? test.assert.filter(isMapping) : [];
    const deciding = asserts.find(
      (assert) =>
        ['equals', 'contains', 'icontains'].includes(String(assert.type)) &&
        ['string', 'number', 'boolean'].includes(typeof assert.value),
    );
    for (const assert of asserts)
      if (assert !== deciding) notCarried.push(`Assertions of type "${String(assert.type)}".`);
    return {
      vars: { ...common, ...(isMapping(test.vars) ? test.vars : {}) },
      ...(deciding && { answer: String(deciding.value) }),
    };
  });
}

function readList(
  written: string,
  readFile: ((path: string) => string | undefined) | undefined,
  notCarried: string[],
): unknown {
  const path = written.replace(/^file:\/\//, '');
  const text = ['.yaml', '.yml', '.json'].includes(extname(path)) ? readFile?.(path) : undefined;
  try {
    if (text !== undefined) return parse(text, { logLevel: 'silent' });
  } catch {
    // Reported below, like any file that cannot be used.
  }
  notCarried.push(
    `The tests in "${basename(path)}", which cannot be read; name the file under tune.data if it has rows.`,
  );
  return undefined;
}

/**
 * The labels of a classification: a few distinct answers that occur twice each on average; undefined for other
 * answers.
 */
function labelsAmong(answers: readonly (string | undefined)[]): readonly string[] | undefined {
  const known = answers.filter((answer) => answer !== undefined);
  const distinct = [...new Set(known)];
  const mostLabels = 20;
  return distinct.length > 1 && distinct.length <= mostLabels && distinct.length * 2 <= known.length
    ? distinct
    : undefined;
}

const placeholder = /\{\{-?\s*([\s\S]*?)\s*-?\}\}/g;
const plainName = /^[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*$/u;

function variablesOf(prompt: string): readonly string[] {
  return [
    ...new Set(
      [...prompt.matchAll(placeholder)].flatMap(([, name]) => (plainName.test(name!) ? [name!.split('.')[0]!] : [])),
    ),
  ];
}

/** Placeholders stay; filters and statements of Nunjucks have no counterpart and stay as escaped text. */
function convertNunjucks(prompt: string, notCarried: string[]): string {
  for (const [statement] of prompt.matchAll(/\{%[\s\S]*?%\}/g))
    notCarried.push(`${statement.replace(/\s+/g, ' ')}, which stays as text.`);
  return prompt.replace(placeholder, (tag, name: string) => {
    if (plainName.test(name)) return `{{${name}}}`;
    const [bare] = name.split('|');
    notCarried.push(`${tag.replace(/\s+/g, ' ')}: only the variable is carried.`);
    return plainName.test(bare!.trim()) ? `{{${bare!.trim()}}}` : `\\${tag}`;
  });
}
