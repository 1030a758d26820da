import { Failure, withLocation, type SourceLocation } from '../../failure';
import { splitPromptFile } from '../syntax/dotprompt';
import { entryAt, readFrontMatter } from '../syntax/frontMatter';
import { lineTable, positionAt } from '../text/position';
import type { PromptTemplate } from './template';

/** Where a template names its model; the file alone where it names none. */
export function modelLocation({ text, path }: Pick<PromptTemplate, 'text' | 'path'>): SourceLocation {
  const { frontMatter } = splitPromptFile(text);
  const entry = frontMatter && entryAt(readFrontMatter(frontMatter), ['model']);
  if (!entry) return { file: path };
  const { line, column } = positionAt(lineTable(text), entry.valueSpan[0]);
  return { file: path, line: line + 1, column: column + 1 };
}

/** The failure of a model that a template names: where no file of the model is wrong, the template's line is. */
export function atModelLine(error: unknown, template: Pick<PromptTemplate, 'text' | 'path'>): unknown {
  const isOfModel = error instanceof Failure && error.location.file !== undefined;
  return isOfModel ? error : withLocation(error, modelLocation(template));
}
