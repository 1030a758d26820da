import type { Analysis } from '../read/analysis';
import { budgetProblem } from '../settings/decoding/decodingKeys';
import { entryAt } from '../syntax/frontMatter';
import type { Draft } from '../text/finding';

/** `invalid-value`: a budget for answers that the model's context cannot hold; labels have none. */
export function decodingDrafts({ frontMatter, written, output }: Analysis, contextLength?: number): readonly Draft[] {
  const message = budgetProblem(written.config?.maxOutputTokens, contextLength);
  const entry = entryAt(frontMatter, ['config', 'maxOutputTokens']);
  if (message === undefined || !entry || output?.values) return [];
  return [{ code: 'invalid-value', severity: 'error', span: entry.valueSpan, message }];
}
