import { h, type Html } from '../../html';
import { fieldTable, fieldsOfSeedsNote } from '../../scoring/fields/fieldTable';
import type { TaskComparison } from '../taskComparison';
import { quiet, tableRow, wideTable } from './tables';

/** A table of the fields of each study's answers; empty where none are JSON. */
export function fieldsSection({ studies }: TaskComparison): readonly Html[] {
  const tables = studies.flatMap(({ name, fields }) => {
    if (!fields) return [];
    const { headings, rows } = fieldTable(fields);
    const lines = rows.map(([heading, ...cells]) => tableRow(String(heading), cells.map(String)));
    return [h('figure', {}, [h('figcaption', {}, h('strong', {}, name)), wideTable('numbers', headings, lines)])];
  });
  return tables.length === 0 ? [] : [h('p', {}, quiet(fieldsOfSeedsNote())), ...tables];
}
