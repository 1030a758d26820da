import * as l10n from '@vscode/l10n';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Failure, type SourceLocation } from '../../failure';
import type { CheckReply, Thrown } from './checkProcess';
import { urlOf } from './checkProcess';

/** Why a check could not be loaded, with file and line. */
export async function loadFailure(file: string, reply: CheckReply): Promise<Failure> {
  const broken = (message: string, location: SourceLocation, remedy?: string): Failure =>
    new Failure('check-broken', message, location, remedy);
  if ('noFunction' in reply)
    return broken(
      l10n.t`The check exports no function.`,
      { file },
      l10n.t`Write export default (answer, row) => …, or module.exports = (answer, row) => … .`,
    );
  if ('late' in reply) return broken(l10n.t`The check was not loaded in time: it does not come to an end.`, { file });
  if ('thrown' in reply) {
    const location = locationIn(reply, file) ?? (await syntaxLocation(file)) ?? { file };
    return broken(l10n.t`The check cannot be loaded: ${sentence(reply)}`, location);
  }
  return broken(l10n.t`The check ended its process while it was loaded.`, { file });
}

/** What a check did instead of giving a score, as one sentence. @param name the file as the template writes it */
export function rowError(name: string, file: string, reply: CheckReply, seconds: number): string {
  if ('thrown' in reply) {
    const { line, column } = locationIn(reply, file) ?? {};
    return l10n.t`${[name, line, column].filter((part) => part !== undefined).join(':')} threw ${sentence(reply)}`;
  }
  if ('late' in reply) return l10n.t`${name} took longer than ${seconds} s, and was ended.`;
  if ('nonsense' in reply)
    return l10n.t`${name} returned ${reply.nonsense}, which is neither true, false, a number nor { score, reason }.`;
  const { ended } = reply as { readonly ended?: string };
  return ended === undefined
    ? l10n.t`${name} ended its process instead of returning a score.`
    : l10n.t`${name} ended its process ${ended} instead of returning a score.`;
}

/** `TypeError: x is not a function.` */
function sentence({ name, thrown }: Thrown): string {
  const [line = ''] = thrown.split('\n');
  const named = name === '' || line.startsWith(name) ? line : `${name}: ${line}`;
  return /[.!?]$/.test(named) ? named : `${named}.`;
}

/** Where in a file an error arose: the innermost call in it, or the line in front of the trace. */
function locationIn({ stack }: Thrown, file: string): SourceLocation | undefined {
  for (const written of stack.split('\n')) {
    const [, path, line, column] =
      /^(?:.*?[( ])?((?:file:\/\/|\/|[A-Za-z]:\\).+?):(\d+)(?::(\d+))?\)?$/.exec(written) ?? [];
    if (path === undefined || !isFile(path, file)) continue;
    return { file, line: Number(line), ...(column !== undefined && { column: Number(column) }) };
  }
  return undefined;
}

const isFile = (path: string, file: string): boolean =>
  path === file || path === urlOf(file) || (path.startsWith('file://') && fileURLToPath(path) === file);

/** Where the syntax of a file is wrong; the error of a module does not say it. */
function syntaxLocation(file: string): Promise<SourceLocation | undefined> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['--check', file], { timeout: 10_000, windowsHide: true }, (_error, _out, said) => {
      resolve(locationIn({ name: '', thrown: '', stack: said }, file));
    });
  });
}
