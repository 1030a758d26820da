import * as l10n from '@vscode/l10n';
import { Failure } from '../../../failure';
import { counted } from '../../../words/formatNumbers';
import { messagesColumn, rowHistory } from '../../render/chat/rowMessages';
import { isMapping } from '../../syntax/schema';
import type { TestRow } from './promptfooRows';
import type { History } from './promptfooTemplates';

/**
 * The rows with the messages of a variable in the column that `{{history}}` shows. A row whose messages cannot be shown
 * is left out, and named.
 * @param keeps whether the prompts read the variable besides
 */
export function withMessages(
  rows: readonly TestRow[],
  { variable, form }: History,
  { keeps, notCarried }: { readonly keeps: boolean; readonly notCarried: string[] },
): readonly TestRow[] {
  let lacking = 0;
  const found = rows.flatMap((row, i): readonly TestRow[] => {
    const { [variable]: value, ...others } = row.vars;
    const vars = keeps ? row.vars : others;
    if (value === undefined || value === '') {
      lacking++;
      return [{ ...row, vars }];
    }
    const messages = Array.isArray(value) ? value.flatMap((each: unknown) => messagesOf(each, form)) : value;
    try {
      rowHistory({ [messagesColumn]: messages }, undefined, {});
      return [{ ...row, vars: { ...vars, [messagesColumn]: messages } }];
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      notCarried.push(l10n.t`Test ${i + 1}, whose "${variable}" cannot be shown: ${error.message}`);
      return [];
    }
  });
  if (lacking > 0)
    notCarried.push(
      form === 'turns'
        ? l10n.t`"${variable}", what the model has answered in tests before: {{history}} shows what a row has in \
"messages".`
        : l10n.t`"${variable}", which ${counted(lacking, 'test')} of ${rows.length} lack: {{history}} shows nothing \
there.`,
    );
  return found;
}

/** An element of the variable as messages; what is none stays, and is refused by what reads it. */
function messagesOf(element: unknown, form: History['form']): readonly unknown[] {
  if (!isMapping(element)) return [element];
  if (form === 'turns')
    return [
      { role: 'user', content: element.input },
      { role: 'assistant', content: element.output },
    ];
  const said = form === 'pairs' ? Object.entries(element).map(([role, content]) => ({ role, content })) : [element];
  return said.map((message) => (message.role === 'developer' ? { ...message, role: 'system' } : message));
}
