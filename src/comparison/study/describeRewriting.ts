import * as l10n from '@vscode/l10n';
/** What became of an instruction, as the end of a sentence. */
export function describeRewriting({
  original,
  instruction,
}: {
  readonly original: string;
  readonly instruction: string;
}): string {
  return original === instruction
    ? l10n.t`found no better instruction than the one written`
    : l10n.t`rewrote the instruction: ${instruction.replace(/\s+/g, ' ').trim()}`;
}
