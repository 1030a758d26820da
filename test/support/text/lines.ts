/** A text of these lines, without a line break at the end; an empty last line adds one. */
export function lines(...all: readonly string[]): string {
  return all.join('\n');
}
