import { parse } from 'csv-parse/sync';
import type { ComparisonRow } from '../../../src/comparison/comparisonRows';
import { analyseComparison } from '../../../src/comparison/analysis/analyseComparison';
import { formatComparison } from '../../../src/comparison/text/formatComparison';
import type { TaskComparison } from '../../../src/comparison/taskComparison';
import * as write from '../../../src/words/formatNumbers';
import { comparisonSide, type ComparisonChoice } from '../../../src/views/comparison/contract';
import { answersForPage, showComparison, subjectOf } from '../../../src/views/comparison/model';
import { answersOf, withAnswers } from '../../../webview/comparison/answers';
import { columnsOf as pageColumns } from '../../../webview/comparison/columns';
import type { RunOnDisk } from './comparisonRuns';

/**
 * A study as one of the surfaces shows it: texts, as a person reads them; a surface without a column lacks the field.
 */
export interface ShownStudy {
  readonly name: string;
  readonly accuracy?: string;
  readonly interval?: string;
  readonly spread?: string;
  readonly difference?: string;
  readonly differenceInterval?: string;
  readonly p?: string;
  readonly macroF1?: string;
  readonly labelMass?: string;
  readonly loss?: string;
  readonly trained?: string;
  readonly promptTokens?: string;
  readonly time?: string;
  readonly timePerRow?: string;
  readonly adapter?: string;
  readonly memory?: string;
  readonly seeds?: string;
  readonly verdict?: string;
}

/** What one of the surfaces says of a task. */
export interface Surface {
  readonly studies: readonly ShownStudy[];
  readonly baseline?: string;
  /** Sentences on studies, below the table. */
  readonly studyNotes?: readonly string[];
  /** Sentences on all of it. */
  readonly notes?: readonly string[];
  readonly settings?: readonly string[];
  readonly majorities?: readonly string[];
}

const { missing } = write;
/** A cell that is empty says the same as a dash. */
const orMissing = (text: string | undefined): string => (text === undefined || text === '' ? missing : text);
const plain = (text: string) => text.replace(/\s+/g, ' ').trim();

/** The table of the terminal, read by where its columns begin and end. */
export function terminalSurface(task: TaskComparison): Surface {
  const [, ...lines] = formatComparison([task]).split('\n');
  const rows = 1 + task.studies.length + task.majorities.length + textRows(task);
  const [heading, ...cells] = columnsOf(lines.slice(0, rows));
  const studies = cells.filter(([name]) => name !== '(majority)' && !name!.endsWith(', text alone'));
  return {
    baseline: heading![3]!.replace(/^against /, ''),
    studies: studies.map(([name, accuracy, range, difference, p, macroF1, labelMass, loss, trained, time, memory]) =>
      accuracy === missing
        ? failedStudy(name!)
        : {
            name: name!,
            ...accuracyParts(accuracy!),
            interval: orMissing(range),
            difference: orMissing(difference!.split(' ')[0]),
            differenceInterval: orMissing(difference!.split(' ').slice(1).join(' ')),
            p: orMissing(p),
            macroF1: orMissing(macroF1),
            labelMass: orMissing(labelMass),
            loss: orMissing(loss),
            trained: orMissing(trained),
            time: orMissing(time),
            memory: orMissing(memory),
          },
    ),
    majorities: cells.filter(([name]) => name === '(majority)').map(([, accuracy]) => accuracy!),
    studyNotes: lines.slice(rows, lines.length - task.warnings.length),
  };
}

const textRows = ({ studies }: TaskComparison): number =>
  studies.filter(({ runs }) => runs.some(({ textResult }) => textResult)).length;

/** A study of which nothing is known but its name. */
function failedStudy(name: string): ShownStudy {
  const fields = [
    'accuracy',
    'interval',
    'difference',
    'differenceInterval',
    'p',
    'macroF1',
    'labelMass',
    'loss',
    'trained',
    'time',
  ];
  return { name, spread: '', ...Object.fromEntries([...fields, 'memory'].map((field) => [field, missing])) };
}

/** Cells of a table whose columns are two spaces apart. */
function columnsOf(lines: readonly string[]): readonly (readonly string[])[] {
  const width = Math.max(...lines.map((line) => line.length));
  const isEmpty = (at: number) => lines.every((line) => (line[at] ?? ' ') === ' ');
  const cuts = Array.from({ length: width }, (_, at) => at).filter(
    (at) => isEmpty(at) && isEmpty(at - 1) && !isEmpty(at + 1),
  );
  return lines.map((line) =>
    [-1, ...cuts].map((from, i) => line.slice(from + 1, [-1, ...cuts][i + 1] ?? width).trim()),
  );
}

function accuracyParts(text: string): Pick<ShownStudy, 'accuracy' | 'spread'> {
  const [accuracy, spread = ''] = text.split(' ±');
  return { accuracy: accuracy!, spread };
}

/** `compare --json`. */
export function rowsSurface(rows: readonly ComparisonRow[], { studies }: TaskComparison): Surface {
  return {
    studies: (JSON.parse(JSON.stringify(rows)) as readonly ComparisonRow[]).map(({ runs, result, spread, gain }) => ({
      name: studies.find((study) => study.runs[0].id === runs[0])!.name,
      accuracy: write.fraction(result?.accuracy),
      interval: result ? write.interval(result.accuracyInterval) : missing,
      spread: spread === undefined ? '' : write.fraction(spread),
      ...differenceParts(gain && { ...gain, low: gain.interval[0], high: gain.interval[1] }),
      ...(gain && { verdict: gain.words }),
      macroF1: write.fraction(result?.macroF1),
      labelMass: write.fraction(result?.labelMass),
      loss: write.fraction(result?.loss),
      trained: result ? write.count(result.trainedParameters) : missing,
      promptTokens: result ? write.meanCount(result.promptTokens) : missing,
      time: write.duration(result?.seconds),
      timePerRow: write.duration(result?.secondsPerRow),
      memory: result ? write.bytes(result.peakMemoryBytes) : missing,
    })),
  };
}

type Difference = { readonly mean: number; readonly low: number; readonly high: number; readonly p: number };

function differenceParts(
  difference: Difference | null | undefined,
): Pick<ShownStudy, 'difference' | 'differenceInterval' | 'p'> {
  if (!difference) return { difference: missing, differenceInterval: missing, p: missing };
  const { mean, low, high, p } = difference;
  return {
    difference: write.signed(mean),
    differenceInterval: write.signedInterval([low, high]),
    p: write.pNumber(p),
  };
}

interface JsonEstimate {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
}

interface JsonStudy {
  readonly key: string;
  readonly name: string;
  readonly seeds: readonly number[];
  readonly accuracy: JsonEstimate | null;
  readonly spread: number | null;
  readonly macroF1: JsonEstimate | null;
  readonly labelMass: number | null;
  readonly loss: number | null;
  readonly trainedParameters: number | null;
  readonly promptTokens: number | null;
  readonly seconds: number | null;
  readonly secondsPerRow: number | null;
  readonly peakMemoryBytes: number | null;
  readonly adapterBytes: number;
  readonly difference: (Difference & { readonly words: string }) | null;
  readonly without: string;
  readonly notes: readonly string[];
}

interface JsonTask {
  readonly task: string;
  readonly baseline: string | null;
  readonly studies: readonly JsonStudy[];
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
  readonly majorities: readonly { readonly accuracy: number }[];
  readonly settings: readonly { readonly name: string; readonly values: readonly string[] }[];
}

const orDash = (value: number | null, format: (value: number) => string) => (value === null ? missing : format(value));
const ends = (estimate: JsonEstimate | null) =>
  estimate && estimate.low !== null && estimate.high !== null ? write.interval([estimate.low, estimate.high]) : missing;
const adapter = (bytes: number) => (bytes === 0 ? missing : write.bytes(bytes));

export function jsonSurface(text: string): Surface {
  const [task] = JSON.parse(text) as [JsonTask];
  return {
    baseline: task.studies.find(({ key }) => key === task.baseline)!.name,
    studies: task.studies.map((study) => ({
      name: study.name,
      seeds: study.seeds.join(' '),
      accuracy: write.fraction(study.accuracy?.mean),
      interval: ends(study.accuracy),
      spread: study.spread === null ? '' : write.fraction(study.spread),
      ...differenceParts(study.difference),
      verdict: study.difference?.words ?? study.without,
      macroF1: write.fraction(study.macroF1?.mean),
      labelMass: write.fraction(study.labelMass),
      loss: write.fraction(study.loss),
      trained: orDash(study.trainedParameters, write.count),
      promptTokens: orDash(study.promptTokens, write.meanCount),
      time: write.duration(study.seconds),
      timePerRow: write.duration(study.secondsPerRow),
      adapter: adapter(study.adapterBytes),
      memory: orDash(study.peakMemoryBytes, write.bytes),
    })),
    studyNotes: task.studies.flatMap(({ notes }) => notes),
    notes: [...task.warnings, ...task.notes],
    settings: task.settings.map(({ name, values }) => [name, ...values].join(' | ')),
    majorities: task.majorities.map(({ accuracy }) => write.fraction(accuracy)),
  };
}

export function csvSurface(text: string): Surface {
  const lines = parse(text, { columns: true }) as readonly Readonly<Record<string, string>>[];
  const number = (cell: string | undefined, format: (value: number) => string) =>
    cell === undefined || cell === '' ? missing : format(Number(cell));
  const pair = (low: string | undefined, high: string | undefined) =>
    low ? write.interval([Number(low), Number(high)]) : missing;
  return {
    baseline: lines.find(({ baseline }) => baseline === '1')!.study!,
    studies: lines.map((line) => ({
      name: line.study!,
      seeds: line.seeds!,
      accuracy: number(line.accuracy, write.fraction),
      interval: pair(line.accuracyLow, line.accuracyHigh),
      spread: line.accuracySpread ? write.fraction(Number(line.accuracySpread)) : '',
      ...differenceParts(
        line.difference
          ? {
              mean: Number(line.difference),
              low: Number(line.differenceLow),
              high: Number(line.differenceHigh),
              p: Number(line.p),
            }
          : null,
      ),
      verdict: line.words!,
      macroF1: number(line.macroF1, write.fraction),
      labelMass: number(line.labelMass, write.fraction),
      loss: number(line.loss, write.fraction),
      trained: number(line.trainedNumbers, write.count),
      promptTokens: number(line.promptTokens, write.meanCount),
      time: number(line.seconds, write.duration),
      timePerRow: number(line.secondsPerRow, write.duration),
      adapter: adapter(Number(line.adapterBytes)),
      memory: number(line.peakMemoryBytes, write.bytes),
    })),
  };
}

export function markdownSurface(text: string): Surface {
  const lines = text.split('\n');
  const unescaped = (cell: string) => cell.replace(/\\(.)/g, '$1').trim();
  const rows = lines
    .filter((line) => line.startsWith('| '))
    .slice(2)
    .map((line) => line.slice(2, -2).split(' | ').map(unescaped));
  const lists = text.split('\n\n').filter((block) => block.startsWith('- '));
  const items = (block: string | undefined) =>
    (block ?? '')
      .trim()
      .split('\n')
      .map((line) => unescaped(line.slice(2)));
  return {
    baseline: rows.find(([, , , difference]) => difference === 'baseline')![0]!,
    studies: rows.map(
      ([
        name,
        accuracy,
        range,
        difference,
        differenceRange,
        p,
        macroF1,
        labelMass,
        trained,
        tokens,
        time,
        perRow,
        size,
      ]) => ({
        name: name!,
        ...accuracyParts(accuracy!),
        interval: orMissing(range),
        difference: difference === 'baseline' ? missing : orMissing(difference),
        differenceInterval: orMissing(differenceRange),
        p: orMissing(p),
        macroF1: orMissing(macroF1),
        labelMass: orMissing(labelMass),
        trained: orMissing(trained),
        promptTokens: orMissing(tokens),
        time: orMissing(time),
        timePerRow: orMissing(perRow),
        adapter: orMissing(size),
      }),
    ),
    studyNotes: items(lists[0]),
    notes: items(lists[1]),
  };
}

export function htmlSurface(html: string): Surface {
  const table = (kind: string) => new RegExp(`<table class="${kind}">.*?</table>`, 's').exec(html)![0];
  const rows = [...table('summary').matchAll(/<tr( class="[^"]*")?>(.*?)<\/tr>/gs)].slice(1);
  const cellsOf = (row: string) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) => cell!.split('<br>').map(unmarked));
  const part = (title: string) => new RegExp(`<h3>${title}</h3>(.*?)</section>`, 's').exec(html)![1]!;
  return {
    baseline: unmarked(/against ([^:<]*):/.exec(html)![1]!),
    studies: rows.filter(([, kind]) => !kind).map(([, , row]) => htmlStudy(cellsOf(row!))),
    majorities: rows.filter(([, kind]) => kind?.includes('baseline')).map(([, , row]) => cellsOf(row!)[1]![0]!),
    notes: [...part('How this was measured').matchAll(/<li>(.*?)<\/li>/gs)].map(([, item]) => unmarked(item!)),
    settings: [...part('Settings that differ').matchAll(/<tr>(.*?)<\/tr>/gs)].slice(1).map(([, row]) =>
      cellsOf(row!)
        .map(([text]) => text)
        .join(' | '),
    ),
  };
}

function htmlStudy(cells: readonly (readonly string[])[]): ShownStudy {
  const [[name] = [], ...rest] = cells;
  if (rest.length === 1) return { ...failedStudy(name!), promptTokens: missing, timePerRow: missing };
  const [accuracy, difference, macroF1, labelMass, loss, trained, tokens, time, perRow, size, memory] = rest;
  const isNumber = difference!.length > 1;
  return {
    name: name!,
    ...accuracyParts(accuracy![0]!),
    interval: /^[\d.]+–[\d.]+$/.test(accuracy![1] ?? '') ? accuracy![1]! : missing,
    difference: isNumber ? difference![0]! : missing,
    differenceInterval: orMissing(difference![1]),
    p: orMissing(difference![2]?.replace(/^p (= )?/, '')),
    macroF1: macroF1![0]!,
    labelMass: labelMass![0]!,
    loss: loss![0]!,
    trained: trained![0]!,
    promptTokens: tokens![0]!,
    time: time![0]!,
    timePerRow: perRow![0]!,
    adapter: size![0]!,
    memory: memory![0]!,
  };
}

function unmarked(html: string): string {
  const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return plain(html.replace(/<[^>]*>/g, '')).replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name]!);
}

/** The panel: what goes through its channel, put together as the page does, and its columns of text. */
export async function panelSurface(runs: readonly RunOnDisk[], choice: ComparisonChoice): Promise<Surface> {
  const shown = showComparison(
    [...runs].map(({ record }) => record).sort((a, b) => b.created.localeCompare(a.created)),
    choice,
  );
  const analysis = await analyseComparison(
    subjectOf(shown, (run) => runs.find(({ record }) => record.id === run)?.folder),
  );
  const answers = structuredClone(answersForPage(shown, analysis));
  if (!comparisonSide.calls.analyse.result(answers)) throw new Error('The page would refuse the answers.');
  const sent: unknown = JSON.parse(JSON.stringify(shown.state));
  if (!comparisonSide.events.state(sent)) throw new Error('The page would refuse the state.');
  const state = withAnswers(sent, answers);
  return {
    baseline: state.studies.find(({ key }) => key === state.baseline)!.name,
    studies: state.studies.map((row) => {
      const answered = answersOf({ answers }, row.key);
      const text = (key: string) =>
        pageColumns(state)
          .find((column) => column.key === key)!
          .text(row, answered);
      const [accuracy, range] = text('score').split(' ');
      const [difference, low, high, ...p] = text('difference').split(' ');
      const spread = text('seeds').split(', ±')[1] ?? '';
      return {
        name: row.name,
        seeds: row.results?.seeds.join(' ') ?? '',
        accuracy: accuracy!,
        interval: orMissing(range?.slice(1, -1)),
        spread,
        difference: difference!,
        differenceInterval: low === undefined ? missing : `${low} ${high!.replace(/,$/, '')}`,
        p: orMissing(p.join(' ').replace(/^p (= )?/, '')),
        verdict: answered?.difference?.sentence ?? answered?.withoutDifference ?? '',
        macroF1: text('macroF1'),
        labelMass: text('labelMass'),
        loss: text('loss'),
        trained: text('trained'),
        promptTokens: text('promptTokens'),
        time: text('seconds'),
        timePerRow: text('latency'),
        adapter: text('size'),
        memory: text('memory'),
      };
    }),
    notes: [...state.warnings, ...state.notes],
    settings: state.learned.settings.map(({ name, values }) => [name, ...values].join(' | ')),
    majorities: state.majorities.map(({ accuracy }) => write.fraction(accuracy)),
  };
}
