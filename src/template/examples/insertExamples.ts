import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import { analysisOf } from '../read/analysisCache';
import { requireTemplate, type PromptTemplate } from '../read/template';
import { isExamplesSection } from '../syntax/examplesSection';
import { removal } from '../syntax/removal';
import { questionPart } from './questionPart';

/** Whether a template has worked examples in its body, written by hand or by {@link insertExamples}. */
export function holdsExamples({ text, path, partials }: PromptTemplate): boolean {
  const { body } = analysisOf(text, path, (name) => partials[name]);
  return body?.tree.body.some(isExamplesSection) ?? false;
}

/**
 * A template with worked examples written before its question, as plain text, and without `tune.examples`: whoever
 * reads it gets the same prompt.
 * @param source the examples as they stand in a body
 * @throws Failure "examples-form" for a body that cannot hold them, and the first error that comes of it
 */
export function insertExamples({ text, path, partials }: PromptTemplate, source: string): PromptTemplate {
  const readPartial = (name: string): string | undefined => partials[name];
  return requireTemplate(withExamplesText(text, path, { source, readPartial }), path, readPartial);
}

/** The same for the text of a file; line breaks are written as the file has them. */
export function withExamplesText(
  text: string,
  path: string,
  { source, readPartial }: { readonly source: string; readonly readPartial?: (name: string) => string | undefined },
): string {
  const analysis = analysisOf(text, path, readPartial);
  const { start } = questionPart(analysis);
  const written = text.includes('\r\n') ? source.replaceAll(/\r?\n/g, '\r\n') : source;
  return withoutSetting(analysis.frontMatter, text.slice(0, start) + written + text.slice(start), path);
}

function withoutSetting(frontMatter: Parameters<typeof removal>[0], text: string, file: string): string {
  if (!Object.hasOwn(frontMatter.value, 'tune.examples')) return text;
  const cut = removal(frontMatter, ['tune.examples']);
  if (cut) return text.slice(0, cut.start) + cut.text + text.slice(cut.end);
  throw new Failure(
    'settings-unwritable',
    l10n.t`tune.examples cannot be taken out of this front matter.`,
    { file },
    l10n.t`Write it as a line of its own.`,
  );
}
