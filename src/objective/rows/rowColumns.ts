import type { KeyColumns } from '../../data/rows/rowKey';
import { analysisOf } from '../../template/read/analysisCache';
import { keyColumns } from '../../template/read/keyColumns';
import type { PromptTemplate } from '../../template/read/template';

const columns = new WeakMap<PromptTemplate, KeyColumns>();

/** The columns of a row that a template reads. */
export function keyColumnsOf(template: PromptTemplate): KeyColumns {
  const known =
    columns.get(template) ?? keyColumns(analysisOf(template.text, template.path, (name) => template.partials[name]));
  columns.set(template, known);
  return known;
}
