import * as l10n from '@vscode/l10n';
import type { FrontMatter } from '../../syntax/frontMatter';
import { entryAt } from '../../syntax/frontMatter';
import { insertion } from '../../syntax/insertion';
import type { Format } from '../../settings/settings';
import type { Edit, Fix } from '../../text/finding';

/** The edit that writes `tune.format`; undefined where the YAML is too intricate for it. */
export function formatEdit(frontMatter: FrontMatter, format: Format): Edit | undefined {
  const entry = entryAt(frontMatter, ['tune.format']);
  if (!entry) return insertion(frontMatter, [], `tune.format: ${format}`);
  if (entry.valueSpan === entry.keySpan) return undefined;
  return { start: entry.valueSpan[0], end: entry.valueSpan[1], text: format };
}

export function formatFixes(frontMatter: FrontMatter, format: Format): readonly Fix[] {
  const edit = formatEdit(frontMatter, format);
  return edit ? [{ title: l10n.t`Set tune.format to ${format}`, edits: [edit] }] : [];
}
