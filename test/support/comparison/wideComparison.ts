import type { ComparisonState, MetricResults, StudyResults } from '../../../src/views/comparison/contract';
import { fullAnswers, fullComparison } from './comparison';

/** Names that people give: of one word without a place to break it, in another script, of many words. */
const names = [
  'hard',
  'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft_with_v2',
  '把客户来信分给账单、故障、账户和配送四个部门的提示词（第二版，带示例，并且说明每个部门的职责）',
  'the best so far, with the instruction that was found in the second search and twenty virtual tokens in front of it',
  'soft · triage.short',
  'ソフトプロンプト',
];

const titles = ['Token F1', 'ROUGE-L', 'chrF', 'JSON fields, micro-F1', 'checks/polite_and_without_any_markup.mjs'];

const others: readonly MetricResults[] = titles.map((title, i) => ({
  name: `other ${i}`,
  title,
  scale: i === 2 ? 'hundred' : 'share',
  better: 'higher',
  binary: false,
  value: i === 2 ? 64.25 : 0.5 + i / 20,
  interval: i === 2 ? [59.1, 70.9] : [0.4, 0.71],
  spread: null,
  values: [],
  failed: null,
}));

/** The comparison of the other tests under long names, judged by so many metrics, with label mass or without. */
export function wideComparison({ metrics, labelMass }: { readonly metrics: number; readonly labelMass: boolean }) {
  const more = others.slice(0, metrics - 1);
  const widened = (results: StudyResults | null): StudyResults | null =>
    results && {
      ...results,
      metrics: [...results.metrics.slice(0, 1), ...more],
      ...(!labelMass && { labelMass: null }),
    };
  const show: ComparisonState = {
    ...fullComparison,
    metrics: [fullComparison.metric!, ...more].map(({ name, title, scale, better, binary }) => ({
      ...{ name, title, scale, better, binary },
    })),
    studies: fullComparison.studies.map((row, i) => ({
      ...row,
      name: names[i]!,
      results: widened(row.results),
      // The last is of an older text as well.
      ...(i === 3 && { older: 'the text', template: 'triage.一个很长的变体名称-variant-with-a-long-name' }),
    })),
  };
  const studies = fullAnswers.studies.map((study) => ({ ...study, results: widened(study.results) }));
  return { show, analyse: { ...fullAnswers, studies } };
}
