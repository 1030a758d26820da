import { templateName } from '../../template/read/templateName';
import { givenTitle, methodText } from './methodText';
import { settingDifferences } from './settingDifferences';
import type { Study } from './studies';

/** Settings that a name says at most; the table of settings says the rest. */
const mostSettings = 2;

/**
 * What a person reads of each study, none the same as another: the name that a person gave it, else its method; with
 * the template where there are several, with the settings that were chosen otherwise where that is not enough, and last
 * with a number.
 */
export function studyNames(studies: readonly Study[]): readonly string[] {
  const several = new Set(studies.map(({ runs: [{ template }] }) => template.path)).size > 1;
  const short = studies.map((study) => shortName(study, several));
  const distinct = short.map((name, position) => {
    const alike = studies.filter((_, other) => short[other] === name);
    return alike.length === 1 ? name : `${name}${settingsWithin(alike, studies[position]!)}`;
  });
  return numbered(distinct);
}

/** Answers from elsewhere are always called so, whatever their name. */
function shortName(study: Study, withTemplate: boolean): string {
  return givenTitle(study.runs[0]) ?? (givenName(study) || plainName(study, withTemplate));
}

/** The names with `(2)`, `(3)` … behind those that came before. */
function numbered(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let unused = name;
    for (let number = 2; taken.has(unused); number++) unused = `${name} (${number})`;
    taken.add(unused);
    return unused;
  });
}

/** The name that a person gave the study; empty where it has none. */
export function givenName({ runs }: Study): string {
  return runs.find(({ name }) => name)?.name ?? '';
}

function plainName({ runs: [run] }: Study, withTemplate: boolean): string {
  return withTemplate ? `${methodText(run)} · ${templateName(run.template.path)}` : methodText(run);
}

/** ` (steps 400)`: how a study differs from others of the same name; empty where no setting tells them apart. */
function settingsWithin(alike: readonly Study[], study: Study): string {
  const position = alike.indexOf(study);
  const settings = settingDifferences(alike.map(({ runs: [run] }) => run))
    .filter(({ chosen }) => chosen)
    .slice(0, mostSettings)
    .map(({ name, values }) => `${name.replace('tune.', '')} ${values[position]}`);
  return settings.length > 0 ? ` (${settings.join(', ')})` : '';
}

/** What a person reads of each family of templates: its name, with the folder where several have the same. */
export function familyNames(families: readonly string[]): readonly string[] {
  return families.map((family) => {
    const name = templateName(family);
    const several = families.filter((other) => templateName(other) === name).length > 1;
    return several ? `${name} (${family.split('/').slice(-2, -1).join('')})` : name;
  });
}
