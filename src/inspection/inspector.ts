import { openDataset } from '../data/dataset';
import { openModel, type LanguageModel } from '../model/openModel';
import type { Analyse } from './threads/analysisThread';
import { createInputAnswerer } from './answerInput';
import type { inspectionCalls } from './inspectorContract';
import type { ComparisonSubject } from '../comparison/analysis/subject';
import type { Handlers } from '../channel/messageChannel';
import { inspectPrompt } from './promptAnatomy';
import { exportAnswers, type ExportedStudy } from '../comparison/rows/exportAnswers';
import { readPredictions } from '../runs/store/files/predictionsFile';
import { readRun } from '../runs/store/runFolder';
import { openRowTable, type RowTable } from '../comparison/rows/rowTable';

/**
 * Serves the calls that look at runs.
 * The last table, analysis and model are kept, because the next question is mostly about the same ones.
 * @param analyse analyses comparisons without keeping this process from its other questions
 */
export function createInspector(analyse: Analyse): Handlers<typeof inspectionCalls> {
  const answerer = createInputAnswerer();
  const table = keepLast(
    (subject: ComparisonSubject): Promise<RowTable> => openRowTable(subject),
    ({ token }) => token,
  );
  const analysis = keepLast(analyse, ({ token }) => token);
  const model = keepLast(
    ([reference, from]: readonly [string, string]): Promise<LanguageModel> => openModel(reference, from),
    ([reference, from]) => `${from}\n${reference}`,
  );
  return {
    analyse: analysis,
    rows: async ({ from, ...subject }) => (await table(subject)).chunk(from),
    rowDetail: async ({ row, ...subject }) => (await table(subject)).detail(row),
    async exportAnswers({ studies, names, rows, format }) {
      const answered = await Promise.all(
        studies.map(async ({ folders }, i) => ({ name: names[i]!, runs: await Promise.all(folders.map(readAnswers)) })),
      );
      return { text: exportAnswers(answered, format, new Set(rows)) };
    },
    async rowLine({ file, how, row }) {
      const dataset = await openDataset(file, how);
      try {
        return { line: dataset.lineOf(row) };
      } finally {
        await dataset.close();
      }
    },
    inspectPrompt: ({ folder }) => inspectPrompt(folder, (reference, from) => model([reference, from])),
    askInput: ({ folder, input }) => ({ question: answerer.ask(folder, input) }),
    answerSoFar: ({ question, from }) => answerer.soFar(question, from),
    stopAnswer: ({ question }) => answerer.stop(question),
  };
}

const readAnswers = async (folder: string): Promise<ExportedStudy['runs'][number]> => ({
  record: await readRun(folder),
  predictions: await readPredictions(folder),
});

/** Remembers the last result of a piece of work by its key; one that failed is tried again. */
function keepLast<A, T>(
  work: (argument: A) => Promise<T>,
  keyOf: (argument: A) => string,
): (argument: A) => Promise<T> {
  let last: { readonly key: string; readonly result: Promise<T> } | undefined;
  return (argument) => {
    const key = keyOf(argument);
    if (last?.key === key) return last.result;
    const result = work(argument);
    const mine = { key, result };
    last = mine;
    result.catch(() => {
      if (last === mine) last = undefined;
    });
    return result;
  };
}
