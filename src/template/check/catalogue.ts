import { findingTitles, type FindingCode } from '../../failureCodes';
import type { Severity } from '../text/finding';

/** One kind of finding; its paragraph in the documentation has the code as its anchor. */
export interface CatalogueEntry {
  readonly code: FindingCode;
  /** The severities it may have, the usual one first. */
  readonly severities: readonly Severity[];
  readonly title: () => string;
}

/** The page with a paragraph for each code, relative to the extension's root. */
export const documentationPage = 'docs/troubleshooting.md';

const severities: Readonly<Record<FindingCode, readonly Severity[]>> = {
  'yaml-syntax': ['error'],
  'front-matter-open': ['error'],
  'template-syntax': ['error'],
  'block-mismatch': ['error'],
  'unknown-helper': ['error', 'information'],
  'block-dropped': ['warning'],
  'media-ignored': ['warning'],
  'wide-sign': ['warning'],
  'schema-type': ['warning'],
  'unknown-variable': ['warning'],
  'unused-input': ['information'],
  'unknown-key': ['warning', 'error', 'information'],
  'invalid-value': ['error'],
  'soft-length': ['error'],
  'soft-id-length': ['error'],
  'soft-unused-method': ['warning'],
  'soft-too-long': ['warning'],
  'prompt-too-long': ['error', 'information'],
  'answer-slot-missing': ['error'],
  'answer-slot-not-last': ['error', 'warning'],
  'answer-slot-form': ['error', 'warning'],
  'answer-schema': ['error', 'warning'],
  'answer-slot-space': ['warning'],
  'special-token-twice': ['warning'],
  'answer-leak': ['warning'],
  'trailing-space': ['warning', 'information'],
  'label-unknown': ['error'],
  'label-missing': ['error'],
  'label-duplicate-word': ['error', 'warning'],
  'label-multi-token': ['information'],
  'label-same-first-token': ['warning'],
  'label-without-rows': ['warning'],
  'answer-seam': ['information'],
  'role-unknown': ['error', 'warning'],
  'messages-as-text': ['information', 'warning'],
  'history-missing': ['warning'],
  'model-turn-not-last': ['warning'],
  'chat-refused': ['error', 'warning'],
  'chat-messages': ['error', 'warning'],
  'chat-template': ['error', 'warning'],
  'chat-limit': ['error', 'warning'],
  'chat-template-unread': ['warning'],
  'chat-variable': ['warning'],
  'message-dropped': ['warning'],
  'message-added': ['information'],
  'token-written': ['warning', 'information'],
  'label-place': ['warning'],
  'answer-cut': ['warning'],
  'metric-blind': ['warning'],
  'check-missing': ['error'],
  'schema-unenforced': ['information'],
  'constrain-unused': ['warning'],
  'partial-missing': ['error'],
  'partial-cycle': ['error'],
  'data-missing': ['error'],
  'data-unreadable': ['error'],
  'outside-workspace': ['error'],
  'data-column': ['error'],
  'data-overlap': ['warning'],
  'data-split': ['warning', 'error'],
  'data-held-out': ['information'],
  'data-imbalance': ['information'],
  'example-schema': ['error'],
  'answer-form': ['warning'],
  'example-in-data': ['warning'],
  'model-unknown': ['warning', 'information'],
  'masked-model': ['error'],
  'hosted-model': ['error'],
  'openprompt-line': ['information'],
  'not-checked': ['information'],
};

/** Every code that a check of a template can raise, in the order of the documentation. */
export const catalogue: readonly CatalogueEntry[] = (Object.keys(findingTitles) as FindingCode[]).map((code) => ({
  code,
  severities: severities[code],
  title: findingTitles[code],
}));
