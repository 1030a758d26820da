import { basename } from 'node:path';
import { analyseStudies } from './analyseStudies';
import type { ComparisonAnalysis, MeasuredStudy, StudyAnalysis } from './studyAnalysis';
import type { Entry } from './trial';
import { methodText } from './methodText';
import { settingDifferences } from './settingDifferences';

/** A line of a compared task: where it comes from and what it came to. */
export interface ComparedStudy {
  readonly entry: Entry;
  readonly analysis: StudyAnalysis;
  /** Place of its colour: 0 for the baseline, then by order. */
  readonly place: number;
}

/** Templates and methods that answer the same question. */
export interface ComparedTask {
  readonly name: string;
  readonly studies: readonly ComparedStudy[];
  readonly analysis: ComparisonAnalysis;
}

/**
 * Analyses entries task by task, in the order of their first appearance.
 * @param baseline a run of the study that the others of its task are measured against; left out, one is chosen
 */
export function comparedTasks(entries: readonly Entry[], baseline?: string): readonly ComparedTask[] {
  return [...new Set(entries.map(({ task }) => task))].map((task) => {
    const shown = entries.filter((entry) => entry.task === task && entry.trials.length > 0);
    const names = namesOf(shown);
    const wanted = shown.find(({ trials }) => trials.some(({ record }) => record.id === baseline));
    const analysis = analyseStudies(
      shown.map((entry, i) => studyOf(entry, names[i])),
      wanted && keyOf(wanted),
    );
    const others = analysis.studies.filter(({ key }) => key !== analysis.baseline);
    return {
      name: basename(task),
      analysis,
      studies: shown.map((entry, i) => ({
        entry,
        analysis: analysis.studies[i]!,
        place: others.indexOf(analysis.studies[i]!) + 1,
      })),
    };
  });
}

function studyOf(entry: Entry, name: string | undefined): MeasuredStudy {
  const { trials } = entry;
  return {
    key: keyOf(entry),
    ...(name !== undefined && { name }),
    trials,
    adapterBytes: trials.find(({ record }) => record.result)?.adapterBytes ?? 0,
  };
}

/** An entry that is analysed has a trial. */
const keyOf = ({ trials }: Entry): string => trials[0]!.record.id;

/** What a person called it, else the method; with the template where there are several, and with the settings where that is not enough. */
function namesOf(entries: readonly Entry[]): readonly string[] {
  const several = new Set(entries.map(({ template }) => template)).size > 1;
  const short = entries.map(({ method, template, trials }) => {
    const named = trials.find(({ record }) => record.name)?.record.name;
    const text = trials[0] ? methodText(trials[0].record) : method;
    return named ?? (several ? `${text} · ${template}` : text);
  });
  const named = short.map((name, i) => {
    const alike = entries.filter((_, j) => short[j] === name);
    if (alike.length === 1) return name;
    const place = alike.indexOf(entries[i]!);
    const told = settingDifferences(alike.map(({ trials }) => trials[0]!.record))
      .filter(({ chosen }) => chosen)
      .slice(0, 2)
      .map((difference) => `${difference.name.replace('tune.', '')} ${difference.values[place]}`);
    return told.length > 0 ? `${name} (${told.join(', ')})` : name;
  });
  return named.map((name, i) => {
    const earlier = named.slice(0, i).filter((other) => other === name).length;
    return earlier === 0 ? name : `${name} (${earlier + 1})`;
  });
}
