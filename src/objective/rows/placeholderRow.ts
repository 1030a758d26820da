import type { PromptTemplate } from '../../template/read/template';
import { messagesColumn } from '../../template/render/chat/rowMessages';
import { keyColumnsOf } from './rowColumns';

/** A row of no data: a value for each variable, which shows where it goes, and an empty answer. */
export function placeholderRow(template: PromptTemplate): Readonly<Record<string, unknown>> {
  const columns = keyColumnsOf(template);
  const readsMessages = 'names' in columns && columns.names.includes(messagesColumn);
  return {
    ...Object.fromEntries(
      template.variables.filter((name) => !(name in template.defaults)).map((name) => [name, `[${name}]`]),
    ),
    ...(readsMessages && { [messagesColumn]: [{ role: 'user', content: `[${messagesColumn}]` }] }),
    ...(template.output && { [template.output.name]: '' }),
  };
}
