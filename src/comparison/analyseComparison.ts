import { join } from 'node:path';
import type { MeasuredStudy } from './studyAnalysis';
import { analyseStudies } from './analyseStudies';
import { folderBytes } from '../runs/store/folderBytes';
import type { ComparisonAnalysis, ComparisonSubject } from './subject';
import { readPredictions } from '../runs/store/predictionsFile';
import { readRun } from '../runs/store/runFolder';

/** Reads the answers of the studies and says what they tell: intervals, paired differences, confusions, calibration, and how that came about. */
export async function analyseComparison({ token, studies, baseline }: ComparisonSubject): Promise<ComparisonAnalysis> {
  const measured: MeasuredStudy[] = [];
  for (const { key, name, folders } of studies) {
    const trials = await Promise.all(
      folders.map(async (folder) => ({ record: await readRun(folder), predictions: await readPredictions(folder) })),
    );
    const adapterBytes = trials[0]?.record.method === 'hard' ? 0 : await folderBytes(join(folders[0]!, 'adapter'));
    measured.push({ key, name, trials, adapterBytes });
  }
  const { studies: analysed, notes } = analyseStudies(measured, baseline);
  return {
    token,
    notes,
    studies: analysed.map(
      ({ key, accuracy, macroF1, difference, without, confusion, reliability, adapterBytes: bytes }) => ({
        key,
        accuracy,
        macroF1,
        difference,
        without,
        confusion,
        reliability,
        adapterBytes: bytes,
      }),
    ),
  };
}
