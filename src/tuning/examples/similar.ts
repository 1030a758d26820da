import type { Row } from '../../data/dataset';
import { valueText } from '../../data/valueText';
import type { LanguageModel } from '../../model/openModel';
import { exampleAnswer, exampleFormOf } from '../../objective/exampleAnswer';
import { keyColumnsOf } from '../../objective/rows/rowColumns';
import type { Task } from '../../objective/task';
import { namesRead } from '../../data/rows/rowKey';
import { examplesSource, writeExample } from '../../template/examples/exampleSource';
import { insertExamples } from '../../template/examples/insertExamples';
import { questionOf } from '../../template/examples/question';
import type { PromptTemplate } from '../../template/read/template';
import { dot, openEmbeddingSimilarity } from '../search/proposals/embeddingSimilarity';
import { keyOf } from './pool';

/** Templates that are kept: rows whose examples are the same share one. */
const mostKept = 200;

/**
 * Writes into a template, for each row, the examples most like it: by the cosine of the mean embeddings of what the
 * template reads of both, less the centre of the model's vocabulary. The one most like it stands last, next to the
 * question; a row that equals it in all that the template reads is never shown.
 * @param shown rows of train that may be shown
 */
export function similarExamples(
  task: Task,
  model: LanguageModel,
  { shown, count }: { readonly shown: readonly Row[]; readonly count: number },
): NonNullable<Task['withExamples']> {
  const columns = keyColumnsOf(task.template);
  const form = exampleFormOf(task);
  const { vector: vectorOf } = openEmbeddingSimilarity(model);
  const tokensOf = (row: Row): readonly number[] =>
    task.encoder.encode(
      [...namesRead(Object.keys(row), columns)]
        .sort()
        .map((name) => valueText(row[name]))
        .join('\n'),
      false,
    );
  const pool = shown.map((row) => ({ row, key: keyOf(row, columns), vector: vectorOf(tokensOf(row)) }));
  const kept = new Map<string, PromptTemplate>();
  return (template, row) => {
    const own = vectorOf(tokensOf(row));
    const key = keyOf(row, columns);
    const nearest = pool
      .map(({ key: other, vector }, i) => ({ i, other, similarity: dot(own, vector) }))
      .filter(({ other }) => other !== key)
      .sort((a, b) => b.similarity - a.similarity || a.i - b.i)
      .slice(0, count)
      .reverse();
    const name = JSON.stringify([template.text, ...nearest.map(({ i }) => i)]);
    const written =
      kept.get(name) ??
      withExamples(
        template,
        nearest.map(({ i }) => pool[i]!.row),
      );
    kept.delete(name);
    kept.set(name, written);
    if (kept.size > mostKept) kept.delete(kept.keys().next().value!);
    return written;
  };

  function withExamples(template: PromptTemplate, rows: readonly Row[]): PromptTemplate {
    const question = questionOf(template);
    const examples = rows.map((row) =>
      writeExample(question, row, { answer: exampleAnswer({ ...task, template }, row, {}), form }),
    );
    return insertExamples(template, examplesSource(examples, question, form));
  }
}
