import * as l10n from '@vscode/l10n';
import { dirname, isAbsolute, join } from 'node:path';
import type { Analysis } from '../read/analysis';
import type { TemplateContext } from '../read/templateContext';
import type { Draft } from '../text/finding';
import { entryAt } from '../syntax/frontMatter';
import { namedFiles } from '../read/dataFiles';
import { outsideText } from '../../fileAccess';

/** `outside-workspace`: data files, or a model folder, that templates may not read. */
export function outsideWorkspace(analysis: Analysis, { mayRead = () => true }: TemplateContext): readonly Draft[] {
  const { frontMatter, path } = analysis;
  const files = [
    ...namedFiles(analysis)
      .filter(({ isShare }) => !isShare)
      .map(({ file, entry }) => ({ file, entry, what: l10n.t`The data file` })),
    {
      file: modelPath(frontMatter.value.model),
      entry: entryAt(frontMatter, ['model']),
      what: l10n.t`The model folder`,
    },
  ];
  return files.flatMap(({ file, entry, what }): readonly Draft[] => {
    if (file === undefined || !entry || mayRead(isAbsolute(file) ? file : join(dirname(path), file))) return [];
    return [
      {
        code: 'outside-workspace',
        severity: 'error',
        span: entry.valueSpan,
        message: outsideText(what),
      },
    ];
  });
}

/** The model, where it is named by a path; hub ids and `builtin` are in folders that the template does not choose. */
function modelPath(model: unknown): string | undefined {
  return typeof model === 'string' && /^(?:[./\\]|[A-Za-z]:[\\/])/.test(model) ? model : undefined;
}
