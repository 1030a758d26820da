import { analyse } from '../read/analysis';
import { removal } from '../syntax/removal';
import { replaceInstruction } from './replaceInstruction';

/**
 * A template with another instruction, to stand beside it as a variant: what it says of its own variant goes, so that
 * the name of the file says which one it is.
 * @throws Failure as `replaceInstruction` does
 */
export function variantText(templateText: string, path: string, instruction: string): string {
  const replaced = replaceInstruction(templateText, path, instruction);
  const cut = removal(analyse(replaced, path).frontMatter, ['variant']);
  return cut ? replaced.slice(0, cut.start) + cut.text + replaced.slice(cut.end) : replaced;
}
