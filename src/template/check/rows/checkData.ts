import * as l10n from '@vscode/l10n';
import { hostedModelOf } from '../../read/hostedModel';
import { dirname, isAbsolute, join, posix } from 'node:path';
import { isOurs } from '../../read/analysis';
import type { Analysis } from '../../read/analysis';
import { namedFiles } from '../../read/dataFiles';
import type { TemplateContext } from '../../read/templateContext';
import { replacement } from '../../text/finding';
import type { Draft } from '../../text/finding';
import { entryAt } from '../../syntax/frontMatter';
import { nearest, orNearest } from '../../text/suggest';
import { yamlText } from '../../text/yamlText';

/** `data-missing`: a data file that is not there. */
export function missingData(
  analysis: Analysis,
  { fileExists, dataFiles = [] }: Pick<TemplateContext, 'dataFiles'> & Required<Pick<TemplateContext, 'fileExists'>>,
): readonly Draft[] {
  return namedFiles(analysis).flatMap(({ split, file, entry, isShare }): readonly Draft[] => {
    if (isShare || fileExists(isAbsolute(file) ? file : join(dirname(analysis.path), file))) return [];
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
        message: l10n.t`There is no file "${file}" beside the template${orNearest(suggestion)}`,
        fixes: suggestion ? [replacement(l10n.t`Use ${suggestion}`, entry.valueSpan, yamlText(suggestion))] : [],
      },
    ];
  });
}

/** `model-unknown`: a model that is neither at hand nor, for a path, there. */
export function unknownModel(
  analysis: Analysis,
  { models, modelMissing, fileExists }: TemplateContext,
): readonly Draft[] {
  const { frontMatter, path } = analysis;
  const entry = entryAt(frontMatter, ['model']);
  const { model } = frontMatter.value;
  if (!entry || typeof model !== 'string' || model === 'builtin' || hostedModelOf(model)) return [];
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
        ? l10n.t`There is no model folder "${model}".`
        : (modelMissing ?? l10n.t`The model "${model}" is not on this machine${orNearest(suggestion)}`),
      fixes: choices.map((choice) => replacement(l10n.t`Use ${choice}`, entry.valueSpan, yamlText(choice))),
    },
  ];
}

const mostChoices = 4;
