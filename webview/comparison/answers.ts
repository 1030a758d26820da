import type { AnsweredComparison, AnsweredStudy, ComparisonState } from '../../src/views/comparison/contract';

/** The state with what the answers tell instead of the records, once they are read. */
export function withAnswers(state: ComparisonState, answers: AnsweredComparison | undefined): ComparisonState {
  if (!answers) return state;
  return {
    ...state,
    notes: answers.notes,
    studies: state.studies.map((row) => {
      const answered = answersOf({ answers }, row.key);
      return answered ? { ...row, results: answered.results } : row;
    }),
  };
}

/** What the answers tell of a study; undefined until they are read. */
export function answersOf(
  { answers }: { readonly answers: AnsweredComparison | undefined },
  key: string,
): AnsweredStudy | undefined {
  return answers?.studies.find((study) => study.key === key);
}
