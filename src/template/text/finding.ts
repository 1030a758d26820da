import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import type { FindingCode } from '../../failureCodes';
import { rangeOf } from './position';
import type { LineTable, Range, Span } from './position';

export type Severity = 'error' | 'warning' | 'information';

/** Replaces the text between two offsets of the file. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Fix {
  readonly title: string;
  readonly edits: readonly Edit[];
  /** Files to write, beside the template. */
  readonly creates?: readonly { readonly path: string; readonly text: string }[];
}

/** A problem that a check found in a template; `code` is stable and kebab-case. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly message: string;
  readonly range: Range;
  readonly fixes: readonly Fix[];
  /** Whether the text has no effect, so that an editor may fade it. */
  readonly unnecessary?: true;
}

/** A finding whose span is not yet converted to lines and columns. */
export interface Draft {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly message: string;
  readonly span: Span;
  readonly fixes?: readonly Fix[];
  readonly unnecessary?: true;
}

export function toFinding(lines: LineTable, draft: Draft): Finding {
  const { code, severity, message, span, fixes = [], unnecessary } = draft;
  return { code, severity, message, range: rangeOf(lines, span), fixes, ...(unnecessary && { unnecessary }) };
}

/** The fix that replaces one span. */
export function replacement(title: string, span: Span, text: string): Fix {
  return { title, edits: [{ start: span[0], end: span[1], text }] };
}

/** The failure that stops a command because of a finding. */
export function failureOf(finding: Finding, file: string): Failure {
  const { line, column } = finding.range.start;
  const remedy = finding.fixes[0] && l10n.t`Quick fix: ${finding.fixes[0].title}.`;
  return new Failure(finding.code, finding.message, { file, line: line + 1, column: column + 1 }, remedy);
}
