import { Failure } from '../failure';

/**
 * What reading data says of `tune.data`, where that is not what names the file.
 * @param how what does name it, such as `--predictions` or `as INPUT`
 */
export function asChosenFile(error: unknown, how: string): unknown {
  if (!(error instanceof Failure)) return error;
  const named = (text: string) =>
    text
      .replace(/^Write (\{.*\}) in tune\.data/, `Write ${how} '$1'`)
      .replace(/ (?:beside (?:it|the file) )?in tune\.data/, ` beside the file: ${how} '{ file: …, … }'`)
      .replace('tune.data names', `${how.replace(/^as /, '')} names`)
      .replace(", which counts from the template's folder", '')
      // In other languages the sentences keep this name alone.
      .replaceAll('tune.data', `${how.replace(/^as /, '')} '{ file: …, … }'`);
  return new Failure(error.code, named(error.message), error.location, error.remedy && named(error.remedy));
}
