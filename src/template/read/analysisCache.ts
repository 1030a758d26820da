import { analyse } from './analysis';
import type { Analysis } from './analysis';
import type { Format } from '../settings/settings';

interface Kept {
  readonly analysis: Analysis;
  /** Every partial that was read, with its text at that time. */
  readonly partials: ReadonlyMap<string, string | undefined>;
}

/** Enough for the template being edited and its variants. */
const mostKept = 8;
const kept = new Map<string, Kept>();

/**
 * `analyse`, cached: the checks, outline, hovers and hints of one state of a document share one parse.
 * The trees of a cached analysis must not be changed.
 */
export function analysisOf(text: string, path: string, readPartial?: (name: string) => string | undefined): Analysis {
  const key = `${readPartial ? 'with' : 'without'} partials: ${path}`;
  const last = kept.get(key);
  if (last && last.analysis.text === text && partialsUnchanged(last, readPartial)) return last.analysis;
  const partials = new Map<string, string | undefined>();
  const recording =
    readPartial &&
    ((name: string) => {
      if (!partials.has(name)) partials.set(name, readPartial(name));
      return partials.get(name);
    });
  const analysis = analyse(text, path, recording);
  kept.delete(key);
  kept.set(key, { analysis, partials });
  if (kept.size > mostKept) kept.delete(kept.keys().next().value!);
  return analysis;
}

/** The template as it reads where a form of the prompt outranks its own; a copy of the cached analysis. */
export const inForm = (analysis: Analysis, format: Format | undefined): Analysis =>
  format === undefined ? analysis : { ...analysis, written: { ...analysis.written, format } };

/** As `analysisOf`, for what does not depend on the path of the file: a cached analysis of the same text suffices. */
export function analysisOfText(text: string, readPartial?: (name: string) => string | undefined): Analysis {
  const withPartials = readPartial ? 'with ' : 'without ';
  const same = [...kept].find(
    ([key, each]) =>
      key.startsWith(withPartials) && each.analysis.text === text && partialsUnchanged(each, readPartial),
  );
  return same ? same[1].analysis : analysisOf(text, 'untitled.prompt', readPartial);
}

function partialsUnchanged({ partials }: Kept, readPartial?: (name: string) => string | undefined): boolean {
  return [...partials].every(([name, text]) => readPartial?.(name) === text);
}
