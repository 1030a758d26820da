/** What became of an instruction, as the end of a sentence. */
export function describeRewriting({
  original,
  instruction,
}: {
  readonly original: string;
  readonly instruction: string;
}): string {
  return original === instruction
    ? 'found no better instruction than the one written'
    : `rewrote the instruction: ${instruction.replace(/\s+/g, ' ').trim()}`;
}
