import { join } from 'node:path';
import { folderBytes } from '../../runs/store/folderBytes';
import { readPredictions } from '../../runs/store/files/predictionsFile';
import { trains } from '../../runs/record/words/recordWords';
import { readRun } from '../../runs/store/runFolder';
import { analyseStudies } from './analyseStudies';
import type { ComparisonAnalysis, ComparisonSubject } from './subject';
import type { AnsweredStudy } from './answeredStudy';

/** Reads the answers of the studies and says what they tell: intervals, paired differences, confusions, calibration. */
export async function analyseComparison({ token, studies, baseline }: ComparisonSubject): Promise<ComparisonAnalysis> {
  const answered: AnsweredStudy[] = [];
  for (const { key, folders } of studies) {
    const runs = await Promise.all(
      folders.map(async (folder) => ({ record: await readRun(folder), predictions: await readPredictions(folder) })),
    );
    const adapterBytes = runs[0] && trains(runs[0].record.method) ? await folderBytes(join(folders[0]!, 'adapter')) : 0;
    answered.push({ key, runs, adapterBytes });
  }
  return { token, studies: analyseStudies(answered, baseline) };
}
