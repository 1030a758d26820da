import { dirname, isAbsolute, join, posix } from 'node:path';
import { isOurs } from '../read/analysis';
import type { Analysis } from '../read/analysis';
import { renameFix } from './checkBody';
import type { TemplateContext } from '../read/templateContext';
import { replacement } from '../text/finding';
import type { Draft } from '../text/finding';
import { entryAt } from '../syntax/frontMatter';
import { splits } from '../settings/settingKeys';
import { nearest, orNearest } from '../text/suggest';
import { requiredVariables } from '../read/template';
import { yamlText } from '../text/yamlText';

/** `data-missing`: a data file that is not there. */
export function missingData(
  { frontMatter, written, path }: Analysis,
  { fileExists, dataFiles = [] }: Pick<TemplateContext, 'dataFiles'> & Required<Pick<TemplateContext, 'fileExists'>>,
): readonly Draft[] {
  return splits.flatMap((split): readonly Draft[] => {
    const file = written.data?.[split];
    const entry = entryAt(frontMatter, ['tune.data', split]);
    if (file === undefined || !entry || fileExists(isAbsolute(file) ? file : join(dirname(path), file))) return [];
    const others = dataFiles.filter((other) => other !== file);
    const suggestion =
      nearest(file, others) ??
      others.find((other) => posix.basename(other) === posix.basename(file)) ??
      others.find((other) => posix.basename(other).includes(split));
    return [
      {
        code: 'data-missing',
        severity: 'error',
        span: entry.valueSpan,
        message: `There is no file "${file}" beside the template${orNearest(suggestion)}`,
        fixes: suggestion ? [replacement(`Use ${suggestion}`, entry.valueSpan, yamlText(suggestion))] : [],
      },
    ];
  });
}

/** `data-column`: the template reads a column, or answers with one, that the rows lack. */
export function missingColumns(analysis: Analysis, columns: readonly string[]): readonly Draft[] {
  const { usage, output, outputPath, frontMatter, written, inputSchema } = analysis;
  if (!written.data || !usage) return [];
  // A name the schema does not declare either is an unknown variable and reported as that.
  const declared = (name: string) =>
    !inputSchema || inputSchema.open || inputSchema.fields.some((field) => field.name === name);
  const problems = requiredVariables(analysis)
    .filter((name) => !columns.includes(name) && declared(name))
    .map((name): Draft => {
      const use = usage.variables.find((each) => each.name === name)!;
      const suggestion = nearest(name, columns);
      return {
        code: 'data-column',
        severity: 'error',
        span: use.span,
        message: `The data has no column "${name}"${orNearest(suggestion)}`,
        fixes: renameFix(analysis, use, suggestion),
      };
    });
  const answer = output && entryAt(frontMatter, outputPath);
  if (!answer || columns.includes(output.name)) return problems;
  const suggestion = nearest(output.name, columns);
  const fixes = suggestion
    ? [
        replacement(
          `Replace with "${suggestion}"`,
          [answer.keySpan[0], answer.keySpan[0] + output.name.length],
          suggestion,
        ),
      ]
    : [];
  return [
    ...problems,
    {
      code: 'data-column',
      severity: 'error',
      span: answer.keySpan,
      message: `The data has no column "${output.name}" for the answer${orNearest(suggestion)}`,
      fixes,
    },
  ];
}

/** `model-unknown`: a model that is neither at hand nor, for a path, there. */
export function unknownModel(analysis: Analysis, { models, fileExists }: TemplateContext): readonly Draft[] {
  const { frontMatter, path } = analysis;
  const entry = entryAt(frontMatter, ['model']);
  const { model } = frontMatter.value;
  if (!entry || typeof model !== 'string' || model === 'builtin') return [];
  const isPath = /^(?:[./~\\]|[A-Za-z]:[\\/])/.test(model);
  const there = isPath
    ? !fileExists || model.startsWith('~') || fileExists(isAbsolute(model) ? model : join(dirname(path), model))
    : !models || models.includes(model);
  if (there) return [];
  const suggestion = nearest(model, ['builtin', ...(models ?? [])]);
  const choices = [...new Set([...(suggestion ? [suggestion] : []), 'builtin', ...(models ?? [])])].slice(
    0,
    mostChoices,
  );
  return [
    {
      code: 'model-unknown',
      severity: isOurs(analysis) ? 'warning' : 'information',
      span: entry.valueSpan,
      message: isPath
        ? `There is no model folder "${model}".`
        : `The model "${model}" is not on this machine${orNearest(suggestion)}`,
      fixes: choices.map((choice) => replacement(`Use ${choice}`, entry.valueSpan, yamlText(choice))),
    },
  ];
}

const mostChoices = 4;
