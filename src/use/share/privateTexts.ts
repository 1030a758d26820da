import * as l10n from '@vscode/l10n';
import { homedir, hostname, userInfo } from 'node:os';
import { basename, sep } from 'node:path';

/** What must not leave this machine with a run. */
export interface PrivateTexts {
  /** Absolute paths of folders, the longest first. */
  readonly folders: readonly string[];
  /** What the user and the machine are called. */
  readonly names: readonly string[];
  /** Tokens, keys and passwords of the environment. */
  readonly secrets: readonly string[];
}

/** Names that many users and machines have, which tell nobody apart. */
const commonNames = new Set(['root', 'user', 'home', 'admin', 'localhost']);
const shortestName = 3;
const shortestSecret = 8;
const secretVariable = /TOKEN|SECRET|PASSW|API_?KEY|ACCESS_?KEY|CREDENTIAL/i;

/** What is private on this machine. @param folders those that a run knows of, absolute */
export function privateTexts(folders: readonly string[], environment: NodeJS.ProcessEnv = process.env): PrivateTexts {
  const home = homedir();
  const { USER, LOGNAME, USERNAME, HOSTNAME, COMPUTERNAME } = environment;
  const names = [userName(), basename(home), USER, LOGNAME, USERNAME, hostname(), HOSTNAME, COMPUTERNAME];
  const isTelling = (name: string | undefined): name is string =>
    name !== undefined && name.length >= shortestName && !commonNames.has(name.toLowerCase());
  const hosts = names.flatMap((name) => (name === undefined ? [] : [name, name.split('.')[0]]));
  const secrets = Object.entries(environment).flatMap(([name, value]) =>
    secretVariable.test(name) && value !== undefined && value.length >= shortestSecret ? [value] : [],
  );
  return {
    folders: longestFirst([home, ...folders].filter((folder) => folder !== sep && folder !== '')),
    names: longestFirst(hosts.filter(isTelling)),
    secrets: longestFirst(secrets),
  };
}

const longestFirst = (texts: readonly string[]): readonly string[] =>
  [...new Set(texts)].sort((a, b) => b.length - a.length);

function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    // A process of a container may have a number and no name.
    return undefined;
  }
}

/** Tokens as services write them, bearers of HTTP, and names with passwords in addresses. */
const tokens = new RegExp(
  [
    String.raw`\b(?:hf_|sk-|ghp_|gho_|github_pat_|glpat-|xox[abp]-)[\w-]{16,}`,
    String.raw`\bBearer\s+[\w.~+/-]{8,}=*`,
    String.raw`(?<=:\/\/)[^\s/@:]+:[^\s/@]+(?=@)`,
  ].join('|'),
  'g',
);
const pathPart = String.raw`[^\s\\/'"\`<>|,;:()[\]{}]+`;
/** Paths from the root, of any machine, with at least one folder in front of their last part. */
const posixPath = new RegExp(String.raw`(?<![\w.:/~-])(?:file:\/\/)?(?:\/${pathPart})+\/(${pathPart})?\/?`, 'g');
const windowsPath = new RegExp(
  String.raw`(?<!\w)(?:[A-Za-z]:|\\\\${pathPart})[\\/]+(?:${pathPart}[\\/]+)*(${pathPart})?`,
  'g',
);
const left = '…';

/** A sentence of the product without anything private: of paths, the last part is kept. */
export function withoutPrivate(text: string, { folders, names, secrets }: PrivateTexts): string {
  let kept = text;
  for (const secret of secrets) kept = kept.replaceAll(secret, left);
  kept = kept.replace(tokens, left);
  for (const folder of folders) kept = kept.replaceAll(`${folder}${sep}`, '').replaceAll(folder, left);
  kept = [posixPath, windowsPath].reduce(
    (before, path) => before.replace(path, (_, last: string | undefined) => last ?? left),
    kept,
  );
  return names.reduce((before, name) => before.replace(asWord(name), left), kept);
}

const quoted = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
const asWord = (name: string): RegExp =>
  new RegExp(String.raw`(?<![\p{L}\p{N}_])${quoted(name)}(?![\p{L}\p{N}_])`, 'gu');

/** Something private, and where it begins. */
export interface PrivatePlace {
  /** `a folder of this machine`, `the name of the user` …; never the text itself. */
  readonly what: string;
  readonly start: number;
}

/** The first private thing in what a person wrote; names are looked for where they are parts of paths or addresses. */
export function findPrivate(text: string, { folders, names, secrets }: PrivateTexts): PrivatePlace | undefined {
  const found: PrivatePlace[] = [];
  const note = (what: string, start: number | undefined): void => {
    if (start !== undefined && start >= 0) found.push({ what, start });
  };
  const escaped = (written: string): string => JSON.stringify(written).slice(1, -1);
  for (const folder of folders)
    for (const written of new Set([folder, escaped(folder)]))
      note(l10n.t`a folder of this machine`, text.indexOf(written));
  for (const secret of secrets) note(l10n.t`a token`, text.indexOf(secret));
  note(l10n.t`a token`, new RegExp(tokens.source).exec(text)?.index);
  for (const name of names) {
    const word = asWord(name).source;
    note(
      l10n.t`the name of the user or of the machine`,
      new RegExp(String.raw`(?<=[/\\~@])${word}|${word}(?=[/\\@])`, 'u').exec(text)?.index,
    );
  }
  return found.sort((a, b) => a.start - b.start)[0];
}
